// Whether the kernel hears the screen: what waits for an answer, since when, and whether an answer can still come.
//
// A killed kernel, a culled server and a lost network look alike to a widget: what is sent is lost, or waits, without an
// error. Two signs tell. A message that the kernel has not acknowledged in time (it answers while a cell runs, too: see
// widgets/frame/screen.py), and what the front end knows of the kernel where it says so.

const OVERDUE = 2000; // milliseconds after which a message without an answer is reported
const ENDED = ["dead", "terminating", "restarting", "autorestarting"]; // of JupyterLab's kernel connections
const UNANSWERED = ["painted"]; // kinds of messages after which the kernel sends no state
const NO_CHANGE = ["view", "level", "select"]; // kinds of messages that change no answer
const NO_CHANGE_COMMANDS = ["alive", "leave", "present", "shapes"];

/** @typedef {import("./types").Link} Link */

/**
 * What is pending, and what follows from it and from the front end's signs.
 *
 * @param {() => number} [now] milliseconds
 */
export function createPending(now = () => Date.now()) {
  /** @type {{seq: number, at: number, change: boolean}[]} */
  let pending = [];
  let saved = 0; // time of the last answer, milliseconds; 0 before the first
  let ended = false; // a kernel that ended does not come back: its successor knows nothing of this screen

  return {
    /** @param {import("./types").Message & {name?: string}} message */
    sent(message) {
      if (UNANSWERED.includes(message.kind)) return;
      const quiet = NO_CHANGE.includes(message.kind) || NO_CHANGE_COMMANDS.includes(message.name ?? "");
      pending.push({ seq: message.seq, at: now(), change: !quiet });
    },
    /**
     * Takes the number of the last message that the kernel has handled.
     *
     * @param {number} ack
     */
    answered(ack) {
      saved = now();
      pending = pending.filter((one) => one.seq > ack);
    },
    /**
     * @param {{ended: boolean, connected: boolean, busy: boolean}} signs of the front end
     * @returns {Link}
     */
    status(signs) {
      ended ||= signs.ended;
      const changes = pending.filter((one) => one.change).length;
      const [oldest] = pending;
      const overdue = oldest ? now() - Math.max(oldest.at, saved) : 0;
      if (ended) return { state: "ended", changes, saved };
      if (!signs.connected) return { state: "lost", changes, saved };
      if (overdue >= OVERDUE) return { state: signs.busy ? "busy" : "lost", changes, saved };
      return { state: "connected", changes, saved };
    },
  };
}

/**
 * What the front end knows of the kernel. JupyterLab, Notebook and Voila give the kernel connection to the widget manager;
 * where another front end does not, only answers tell.
 *
 * @param {any} manager the widget manager
 * @param {{comm_live?: boolean} | null} widget a model of the kernel's
 * @param {boolean} had whether there was a kernel before: without one the front end is still starting
 */
export function signs(manager, widget, had) {
  const kernel = manager?.kernel;
  return {
    ended:
      (had && kernel === null) ||
      kernel?.isDisposed === true ||
      ENDED.includes(kernel?.status) ||
      widget?.comm_live === false,
    connected: kernel?.connectionStatus === undefined || kernel.connectionStatus === "connected",
    busy: kernel?.status === "busy",
  };
}

/**
 * The sentence for a state; "" where nothing is to be told.
 *
 * @param {Link} link
 * @param {"run the cell" | "reload the page"} remedy what opens the screen again
 */
export function sentence({ state, changes, saved }, remedy) {
  const waiting = changes === 1 ? "1 change waits" : `${changes} changes wait`;
  if (state === "ended") {
    const until = saved ? `Your work is saved up to ${new Date(saved).toLocaleTimeString()}` : "Your work is saved";
    const lost = changes === 1 ? ", the last change is not" : changes ? `, the last ${changes} changes are not` : "";
    return `The kernel ended. ${until}${lost}: ${remedy} again.`;
  }
  if (state === "lost") return changes ? `Not connected: ${waiting}` : "Not connected";
  if (state === "busy") return changes ? `The kernel is busy: ${waiting}` : "The kernel is busy";
  return "";
}
