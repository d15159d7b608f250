// The shapes on the kernel's pages, as its messages leave them: all at once, then what each gesture changed.
//
// {kind: "shapes", page, number, since, splices: [{at, gone, put: [shape, …]}]}: see told.py. One that was lost or came
// out of place is noticed by its numbers; `ask()` then has the kernel tell everything again and returns its number.
const KEPT = 6; // pages: those on screen and ahead, and a few that the state has not named yet

export function createReceived(ask) {
  const pages = new Map(); // token -> {number, list}
  let asked = null; // number of the message that asked, while it is not answered

  const miss = () => {
    asked ??= ask();
  };
  return {
    /** Takes a message of the kernel. Returns whether it changed a page. */
    take(content) {
      if (content?.kind !== "shapes") return false;
      const { page, number, since, splices } = content;
      const known = pages.get(page);
      if (since === null) asked = null;
      else if (known && number <= known.number)
        return false; // doubled
      else if (known?.number !== since) {
        miss();
        return false;
      }
      const before = since === null ? [] : known.list;
      const parts = [];
      let end = 0;
      for (const { at, gone, put } of splices) {
        parts.push(before.slice(end, at), put);
        end = at + gone;
      }
      pages.delete(page); // so that the newest comes last
      pages.set(page, { number, list: [...parts, before.slice(end)].flat() });
      return true;
    },
    /** Compares with the kernel's state, which names the newest message about each of its pages. */
    check(state, ack = 0) {
      if (asked !== null && ack >= asked) asked = null; // the answer came before this state, or was lost, too
      for (const token of [...pages.keys()].slice(0, -KEPT)) if (!state?.[token]) pages.delete(token);
      for (const [token, { shapes }] of Object.entries(state ?? {})) {
        if (shapes !== undefined && !(pages.get(token)?.number >= shapes)) miss();
      }
    },
    /** The shapes of a page, the same array until they change; null while the kernel has not told them. */
    list: (token) => pages.get(token)?.list ?? null,
  };
}
