// What a screen shows of its connection: a line while the kernel does not answer, and an end to all gestures once it is gone.

import { createPending, sentence, signs } from "./connection.js";
import { h, setFlag, setText } from "./dom.js";

const GESTURES = ["keydown", "keyup", "pointerdown", "pointerup", "pointermove", "click", "dblclick", "wheel", "input"];

/**
 * @param {import("./types").Model<any>} model
 * @param {HTMLElement} root the screen
 */
export function createConnectionSign(model, root) {
  const pending = createPending();
  const line = h("div", { class: "jl-link", role: "status", hidden: true });
  const card = h("div", { class: "jl-ended", role: "alert" });
  const end = h("div", { class: "jl-veil", hidden: true }, card);
  const remedy = document.body?.dataset?.baseUrl?.includes("/voila/") ? "reload the page" : "run the cell";
  /** @type {any} */
  let canvases = null; // ipycanvas's model; its comm ends with the kernel, where the front end tells
  let had = false; // whether the front end had a kernel for this screen
  /** @type {import("./types").Link} */
  let link = { state: "connected", changes: 0, saved: 0 };

  /** @param {Event} event */
  const refuse = (event) => {
    if (event instanceof KeyboardEvent && event.key === "Tab") return;
    event.stopImmediatePropagation();
  };

  const reference = model.get("manager");
  if (reference)
    model.widget_manager.get_model(reference).then(
      (/** @type {any} */ found) => {
        canvases = found;
      },
      () => {},
    );

  return {
    elements: [line, end],
    sent: pending.sent,
    answered: pending.answered,
    get connected() {
      return link.state === "connected";
    },
    /** Looks at the connection and shows what it finds. */
    update() {
      const before = link.state;
      had ||= Boolean(model.widget_manager?.kernel);
      link = pending.status(signs(model.widget_manager, canvases, had));
      const text = sentence(link, remedy);
      const ended = link.state === "ended";
      setFlag(line, "hidden", ended || !text);
      setText(line, text);
      if (!ended || before === "ended") return;
      for (const name of GESTURES) root.addEventListener(name, refuse, { capture: true });
      setText(card, text);
      setFlag(end, "hidden", false);
    },
  };
}
