// One sentence above the stage: what the page has to say, else what the kernel said, until it is dismissed.
import { h, setFlag } from "./dom.js";

export function createNotice(focus) {
  const element = h("div", { class: "jl-message", role: "alert", hidden: true });
  let own = null; // {text, kind}
  let said = null; // the kernel's message
  let dismissed = -1;

  function show() {
    const text = own ?? (said && said.id !== dismissed ? said : null);
    setFlag(element, "hidden", !text);
    element.dataset.kind = text?.kind ?? "";
    if (!text) delete element.dataset.text;
    else if (element.dataset.text !== text.text) {
      element.dataset.text = text.text;
      element.replaceChildren(
        text.text,
        h(
          "button",
          { type: "button", class: "jl-x", title: "Dismiss", "aria-label": "Dismiss", onclick: dismiss },
          "×",
        ),
      );
    }
  }
  function dismiss() {
    dismissed = said?.id ?? -1;
    own = null;
    show();
    focus();
  }
  return {
    element,
    tell(text, kind = "info") {
      own = text ? { text, kind } : null;
      show();
    },
    /** Takes the kernel's message, or null. */
    receive(message) {
      said = message ?? null;
      show();
    },
  };
}
