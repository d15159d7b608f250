// Keys in the order of their presses. A key belongs to the page that its labeler sees after the keys before it: while
// one of those is on its way to the kernel and may bring another page, what follows is kept back.
const MOST = 60;

export function createOrder() {
  let held = [];
  let awaited = 0; // number of the last message that may bring another page
  let ack = 0;
  let undone = []; // numbers of the undos that the kernel has not answered yet

  const waits = () => awaited > ack;
  return {
    get waiting() {
      return held.length > 0 || waits();
    },
    await(seq) {
      awaited = Math.max(awaited, seq);
    },
    /** An undo: of one of the page's own `steps`, or else of the submission before, which brings that page back. */
    undo(seq, steps) {
      undone.push(seq);
      if (undone.length > steps) this.await(seq);
    },
    run(work) {
      if (held.length || waits()) held = [...held, work].slice(0, MOST);
      else work();
    },
    /** To be done before all else, as soon as the kernel has said something. */
    first(work) {
      held = [work, ...held];
    },
    /** Takes the number of the last message that the kernel has answered, and does what waited for it. */
    receive(answered) {
      ack = answered;
      undone = undone.filter((seq) => seq > ack);
      while (held.length && !waits()) {
        const [work, ...rest] = held;
        held = [];
        work();
        const again = held.length > 0; // it still waits
        held = [...held, ...rest];
        if (again) break;
      }
    },
    clear() {
      held = [];
    },
  };
}
