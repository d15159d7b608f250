// Keys in the order of their presses. A key belongs to the page and the shapes that its labeler sees after the keys before
// it: while a command that may bring another page, or whose result only the kernel can compute, has no answer yet, later
// keys are queued. Commands are known by the numbers of their messages.

const MAX_QUEUED = 60;

/** @returns {import("./types").KeyQueue} */
export function createKeyQueue() {
  /** @type {(() => void)[]} */
  let queued = [];
  let ack = 0; // number of the last message that the kernel has answered
  let pageChange = 0; // number of the last message that may bring another page
  let computation = 0; // number of the last message whose result only the kernel can compute
  /** @type {number[]} */
  let undos = []; // numbers of the undos that the kernel has not answered

  const pagePending = () => pageChange > ack;
  const pending = () => pagePending() || computation > ack;

  /** @type {import("./types").KeyQueue} */
  const queue = {
    /** Whether a key that is pressed now must be queued. */
    get waiting() {
      return queued.length > 0 || pending();
    },
    /** The same for an undo or redo: it depends on the page alone. */
    get waitingForPage() {
      return queued.length > 0 || pagePending();
    },
    /** Whether a message that may bring another page has no answer yet. */
    get pagePending() {
      return pagePending();
    },
    awaitPage(seq) {
      pageChange = Math.max(pageChange, seq);
    },
    awaitResult(seq) {
      computation = Math.max(computation, seq);
    },
    /** An undo takes back one of the page's own `steps`, else the submission before, which brings that page back. */
    awaitUndo(seq, steps) {
      undos.push(seq);
      if (undos.length > steps) queue.awaitPage(seq);
    },
    run(work) {
      if (queue.waiting) queued = [...queued, work].slice(0, MAX_QUEUED);
      else work();
    },
    /** Puts work before everything that is queued, until the next `receive` or `resume`. */
    first(work) {
      queued = [work, ...queued];
    },
    clear() {
      queued = [];
    },
    /** Takes the number of the last message that the kernel has answered, and runs what waited for it. */
    receive(answered) {
      ack = answered;
      undos = undos.filter((seq) => seq > ack);
      queue.resume();
    },
    /** Runs queued work until something must be waited for again. */
    resume() {
      while (queued.length && !pending()) {
        const [work, ...rest] = queued;
        queued = [];
        work();
        const again = queued.length > 0; // the work put itself back
        queued = [...queued, ...rest];
        if (again) break;
      }
    },
  };
  return queue;
}
