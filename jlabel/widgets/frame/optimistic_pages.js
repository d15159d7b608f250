// The optimistic state of a labeler: answers given on a page, and the flip to the page ahead at its submission.

import { applyAction, complete } from "./answers.js";
import { createOptimistic } from "./optimistic.js";

/**
 * @template {import("./types").Page} P
 * @param {boolean} manyClasses whether an image takes several classes
 * @param {(page: P) => boolean} ready whether the picture of a page is painted, so that it can be shown
 */
export function createOptimisticPages(manyClasses, ready) {
  /** @typedef {import("./types").LabelingState<P>} State */
  /** @type {(state: State, page: P, cells: import("./types").Cell[]) => State} */
  const replace = (state, page, cells) => ({ ...state, pages: { ...state.pages, [page.token]: { ...page, cells } } });

  /** @type {(state: State, message: any) => State} */
  const step = (state, message) => {
    const page = state.pages[message.page];
    if (message.kind === "cell" && page) return replace(state, page, applyAction(page.cells, message, manyClasses));
    if (message.labels && page) {
      // an edit of shapes: the editor knows which classes it leaves on the image
      const [cell] = page.cells;
      return replace(state, page, [
        { ...cell, labels: message.labels, empty: message.labels.length ? false : cell.empty },
      ]);
    }
    if (message.kind === "command" && message.name === "auto_submit") return { ...state, auto_submit: message.value };
    return message.flips && state.current === message.page
      ? { ...state, current: state.ahead, ahead: null, new_suggestions: null }
      : state;
  };
  const initial = /** @type {State} */ ({ ack: 0, current: null, ahead: null, pages: {} });
  const optimistic = createOptimistic({ initial, step });

  return {
    get state() {
      return optimistic.state;
    },
    receive: optimistic.receive,
    /** Whether a command is pending whose outcome the page does not know. */
    get waiting() {
      return optimistic.pending.some(
        (message) => message.kind === "command" && message.name !== "alive" && !message.labels,
      );
    },
    /** Whether a submission may flip to the page ahead now, before the kernel has answered it. */
    canFlip() {
      const { current, ahead, pages } = optimistic.state;
      const foreseen = optimistic.pending.every(
        (message) => message.kind === "cell" || message.flips || message.labels,
      );
      const [page, next] = [pages[current ?? ""], pages[ahead ?? ""]];
      return Boolean(foreseen && page && !page.own && complete(page) && next && ready(next));
    },
    /**
     * Applies a message that was sent, until the kernel answers it.
     *
     * @param {import("./types").Sent} message
     * @param {boolean} [flips] whether the page ahead is shown at once
     */
    sent(message, flips = false) {
      if (!["cell", "command"].includes(message.kind) && !message.labels) return;
      optimistic.sent(flips ? { ...message, flips } : message);
    },
  };
}
