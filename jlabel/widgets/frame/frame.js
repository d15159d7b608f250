// The frame of every screen: its root element, messages to the kernel, the state with pending messages applied, the message
// line, dialogs, the key queue, timers, and closing. What the screen shows and does is its body.

import { createConnectionSign } from "./connection_sign.js";
import { createDialogs } from "./dialogs.js";
import { h } from "./dom.js";
import { passHostShortcuts } from "./host_shortcuts.js";
import { createKeyQueue } from "./key_queue.js";
import { createNotice } from "./notice.js";
import { createOptimistic } from "./optimistic.js";
import { createMessenger, createViewId } from "./protocol.js";

const LOOK = 500; // milliseconds between two looks at the connection

/**
 * Shows a screen in `el` and returns the function that closes it.
 *
 * `body(frame)` returns {label, elements, update, and where wanted className, receive, message, close}: the name of the
 * screen for a screen reader, its elements, `update(state)` that shows a state, `receive(state)` for each state of the
 * kernel before it is shown, `message(content)` for each custom message of the kernel, and `close()`.
 * `optimistic`: the state of the kernel with pending messages applied; see optimistic.js.
 * `context()`: fields added to cell messages and commands.
 * `see(state)`: the kernel's state as this view of the screen may show it; a screen may be shown in several.
 *
 * @template {import("./types").State} S
 * @param {{
 *   model: import("./types").Model<{setup: any, state: S}>,
 *   el: Element,
 *   body: (frame: import("./types").Frame<S>) => import("./types").Body<S>,
 *   optimistic?: import("./types").Optimistic<S>,
 *   context?: () => object,
 *   see?: (state: S) => S,
 * }} options
 */
export function createFrame({ model, el, body: createBody, optimistic = createOptimistic(), context, see }) {
  const root = h("div", { tabindex: "0", role: "application", "data-lm-suppress-shortcuts": "true" });
  const focus = () => root.focus({ preventScroll: true });
  const notice = createNotice(focus);
  const dialogs = createDialogs(focus);
  const queue = createKeyQueue();
  const connection = createConnectionSign(model, root);
  const view = createViewId();
  let answered = model.get("state").ack ?? 0; // number of this view's last message that the kernel has handled
  /** @type {(() => void)[]} */
  const closing = [];
  let lastError = 0; // id of the kernel's last error message

  /** @type {import("./types").Frame<S>} */
  const frame = {
    model,
    root,
    view,
    focus,
    notice,
    dialogs,
    queue,
    setup: model.get("setup"),
    say: createMessenger(send, view, answered, context),
    /** Whether the kernel answers, as far as the screen can tell. */
    get connected() {
      return connection.connected;
    },
    /** The state on screen. */
    state: () => optimistic.state,
    /** Applies a message that was sent to the state on screen, until the kernel answers it. */
    sent: optimistic.sent,
    update: () => body.update(optimistic.state),
    /** Runs `work` every so many milliseconds until the screen is closed. */
    every(milliseconds, work) {
      const timer = setInterval(work, milliseconds);
      closing.push(() => clearInterval(timer));
    },
    /** Runs `work` when the screen is closed. */
    onClose: (work) => closing.push(work),
  };

  /** @param {import("./types").Message} message */
  function send(message) {
    connection.sent(message);
    try {
      model.send(message);
    } catch {
      // The front end has closed the channel; the message stays pending, and the connection is shown as lost or ended.
    }
  }
  const body = createBody(frame);
  root.className = ["jl-frame", body.className].filter(Boolean).join(" ");
  root.setAttribute("aria-label", body.label);
  root.append(...body.elements, dialogs.element, ...connection.elements);
  el.append(root);
  frame.every(LOOK, connection.update);
  closing.push(passHostShortcuts(root));

  /** The kernel's state; it counts the messages of one view, and means nothing to the others. */
  function read() {
    const state = model.get("state");
    if ((state.view ?? view) === view) answered = state.ack;
    const own = state.ack === answered ? state : { ...state, ack: answered };
    return see?.(own) ?? own;
  }
  function receive() {
    const state = read();
    optimistic.receive(state);
    const error = state.message?.kind === "error" ? state.message.id : lastError;
    if (error !== lastError) queue.clear(); // the keys after a refused command were meant for its outcome
    lastError = error;
    body.receive?.(state);
    notice.receive(state.message);
    frame.update();
    queue.receive(state.ack);
    connection.answered(state.ack);
    connection.update();
  }
  /** @param {any} content */
  const onMessage = (content) => body.message?.(content);
  model.on("msg:custom", onMessage);
  model.on("change:state", receive);
  receive();

  return () => {
    model.off("change:state", receive);
    model.off("msg:custom", onMessage);
    for (const work of closing) work();
    body.close?.();
  };
}
