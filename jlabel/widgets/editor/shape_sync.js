// The shapes on the pages, kept as the kernel has them: all of them once, then the changes of each gesture.
//
// {kind: "shapes", page, number, since, splices: [{at, gone, put: [shape, …]}]}: see shape_sync.py. A message that
// was lost or came out of order is noticed by its numbers; `ask()` then requests all shapes again and returns the number
// of that request.

/** @import { ShapeData } from "./types" */

const KEPT = 6; // pages: on screen, ahead, and a few that the state does not name yet

/** @param {() => number} ask */
export function createShapeSync(ask) {
  /** @type {Map<string, {number: number, list: ShapeData[]}>} */
  const pages = new Map(); // by token
  /** @type {number | null} */
  let asked = null; // number of the pending request

  const miss = () => {
    asked ??= ask();
  };
  return {
    /**
     * Takes a message of the kernel and returns whether it changed a page.
     *
     * @param {import("../frame/types").ShapesMessage | {kind: string}} content
     */
    take(content) {
      if (content?.kind !== "shapes") return false;
      const { page, number, since, splices } = /** @type {import("../frame/types").ShapesMessage} */ (content);
      const known = pages.get(page);
      if (since === null) asked = null;
      else if (known && number <= known.number)
        return false; // a duplicate
      else if (known?.number !== since) {
        miss();
        return false;
      }
      const before = since === null || !known ? [] : known.list;
      /** @type {ShapeData[][]} */
      const parts = [];
      let end = 0;
      for (const { at, gone, put } of splices) {
        parts.push(before.slice(end, at), put);
        end = at + gone;
      }
      pages.delete(page); // the newest comes last
      pages.set(page, { number, list: [...parts, before.slice(end)].flat() });
      return true;
    },
    /**
     * Compares with the kernel's state, which names the newest message about each of its pages.
     *
     * @param {Record<string, {shapes?: number}> | undefined} state
     * @param {number} [ack]
     */
    check(state, ack = 0) {
      if (asked !== null && ack >= asked) asked = null; // answered before this state, or lost as well
      for (const token of [...pages.keys()].slice(0, -KEPT)) if (!state?.[token]) pages.delete(token);
      for (const [token, { shapes }] of Object.entries(state ?? {})) {
        if (shapes !== undefined && (pages.get(token)?.number ?? -1) < shapes) miss();
      }
    },
    /**
     * The shapes of a page, the same array until they change; null while they are unknown.
     *
     * @param {string} token
     */
    list: (token) => pages.get(token)?.list ?? null,
  };
}
