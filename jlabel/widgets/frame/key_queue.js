// Keys in the order of their presses. A key belongs to the page that its labeler sees after the keys before it: while one
// of those is still on its way to the kernel and may change the page, what follows is kept back.

const MOST = 60;

/** `unsettled()` says whether such a key is on its way. */
export function createHeld(unsettled) {
  let held = [];
  return {
    run(work) {
      if (held.length || unsettled()) held = [...held, work].slice(0, MOST);
      else work();
    },
    /** To be done before all else that waits. */
    first(work) {
      held = [work, ...held];
    },
    clear() {
      held = [];
    },
    /** Does what waits, for as long as nothing that it does must be waited for. */
    goOn() {
      while (held.length && !unsettled()) {
        const [work, ...rest] = held;
        held = [];
        work();
        const waits = held.length > 0;
        held = [...held, ...rest];
        if (waits) break;
      }
    },
  };
}
