// The message line: the screen's own message, else the kernel's, until it is dismissed.

import { h, setFlag } from "./dom.js";

/**
 * @param {() => void} focus returns the focus to the screen
 * @returns {import("./types").Notice}
 */
export function createNotice(focus) {
  const element = h("div", { class: "jl-message", role: "alert", hidden: true });
  /** @type {Omit<import("./types").Note, "id"> | null} */
  let own = null;
  /** @type {import("./types").Note | null} */
  let received = null; // the kernel's message
  let dismissed = -1; // id of the last message of the kernel that was dismissed

  function show() {
    const shown = own ?? (received && received.id !== dismissed ? received : null);
    setFlag(element, "hidden", !shown);
    element.dataset.kind = shown?.kind ?? "";
    if (!shown) delete element.dataset.text;
    else if (element.dataset.text !== shown.text) {
      element.dataset.text = shown.text;
      const close = { type: "button", class: "jl-x", title: "Dismiss", "aria-label": "Dismiss", onclick: onDismiss };
      element.replaceChildren(shown.text, h("button", close, "×"));
    }
  }
  function dismiss() {
    dismissed = received?.id ?? dismissed;
    own = null;
    show();
  }
  function onDismiss() {
    dismiss();
    focus();
  }
  return {
    element,
    /** Shows a message of the screen's own, before the kernel's; null removes it. */
    show(text, kind = "info") {
      own = text ? { text, kind } : null;
      show();
    },
    clear() {
      own = null;
      show();
    },
    dismiss,
    /** Takes the kernel's message, or null. */
    receive(message) {
      received = message ?? null;
      show();
    },
  };
}
