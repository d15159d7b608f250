// The state on screen: the kernel's last word with the messages that it has not answered yet applied on top.

import { applyAction, complete } from "./answers.js";

export function createPrediction(task, ready) {
  let kernel = { current: null, ahead: null, pages: {}, ack: 0 };
  let pending = [];
  let now = kernel;

  const step = (state, message) => {
    const page = state.pages[message.page];
    if (message.kind === "cell" && page) {
      const cells = applyAction(page.cells, message, task);
      return { ...state, pages: { ...state.pages, [page.token]: { ...page, cells } } };
    }
    if (message.labels && page) {
      // an editor's gesture: what it leaves on the image is known there
      const cells = [
        { ...page.cells[0], labels: message.labels, empty: message.labels.length ? false : page.cells[0].empty },
      ];
      return { ...state, pages: { ...state.pages, [page.token]: { ...page, cells } } };
    }
    if (message.kind === "command" && message.name === "turn") return { ...state, turn: message.value };
    return message.turned && state.current === message.page
      ? { ...state, current: state.ahead, ahead: null, turned: true, arrived: null }
      : state;
  };

  return {
    get state() {
      return now;
    },
    get waiting() {
      return pending.some((message) => message.kind === "command" && message.name !== "alive" && !message.labels);
    },
    /** Whether a command is on its way after which keys may mean something else: they must wait for it. */
    get unsettled() {
      const moves = ["submit", "grid", "next", "previous", "resume", "undo", "zoom", "unzoom"];
      return pending.some((message) => message.kind === "command" && moves.includes(message.name) && !message.turned);
    },
    /** Takes the kernel's state; what it has acknowledged is no longer predicted. */
    receive(state) {
      kernel = state;
      pending = pending.filter((message) => message.seq > state.ack);
      now = pending.reduce(step, kernel);
    },
    /** Whether the page on screen may be turned here and now, before the kernel has said so. */
    canTurn() {
      const { current, ahead, pages } = now;
      const foreseen = pending.every((message) => message.kind === "cell" || message.turned || message.labels);
      const page = pages[current];
      return Boolean(foreseen && page && !page.own && complete(page) && ahead && pages[ahead] && ready(pages[ahead]));
    },
    /** Notes a message that was sent, so that its effect is seen at once. */
    sent(message, turned = false) {
      if (!["cell", "command"].includes(message.kind) && !message.labels) return;
      const noted = turned ? { ...message, turned } : message;
      pending.push(noted);
      now = step(now, noted);
    },
  };
}
