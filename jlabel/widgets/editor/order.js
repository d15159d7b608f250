// Keys in the order of their presses. A key belongs to the page that its labeler sees after the keys before it: while
// one of those is on its way to the kernel and may bring another page, what follows is kept back. Likewise where only the
// kernel knows what becomes of the shapes: a key pressed after an undo must not move what the undo has taken back.
const MOST = 60;

export function createOrder() {
  let held = [];
  let awaited = 0; // number of the last message that may bring another page
  let unforeseen = 0; // number of the last command whose outcome the kernel alone computes
  let ack = 0;
  let undone = []; // numbers of the undos that the kernel has not answered yet

  const waits = () => Math.max(awaited, unforeseen) > ack;
  return {
    get waiting() {
      return held.length > 0 || waits();
    },
    /** Whether an undo or redo must wait: it needs to know the page alone. */
    get turning() {
      return held.length > 0 || awaited > ack;
    },
    /** A command was sent that changes shapes in the kernel. */
    compute(seq) {
      unforeseen = Math.max(unforeseen, seq);
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
