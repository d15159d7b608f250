// Dialogs over the screen: the shortcut sheet, the instructions, the reason for a skip.

import { button, h } from "./dom.js";

const REASONS = ["None of the classes fits", "Blurred or dark", "Not sure", "Wrong kind of image"];

/**
 * @param {() => void} focus returns the focus to the screen
 * @returns {import("./types").Dialogs}
 */
export function createDialogs(focus) {
  const box = h("div", { class: "jl-dialog", role: "dialog", "aria-modal": "true", tabindex: "-1" });
  const element = h(
    "div",
    { class: "jl-veil", hidden: true, onclick: (/** @type {Event} */ event) => event.target === element && close() },
    box,
  );
  const close = () => {
    if (!element.hidden) {
      element.hidden = true;
      box.replaceChildren();
      focus();
    }
  };
  /** @type {(title: string, ...content: Element[]) => void} */
  const open = (title, ...content) => {
    box.setAttribute("aria-label", title);
    box.replaceChildren(
      h("div", { class: "jl-dialog-head" }, h("strong", {}, title), button("×", "Close", "Esc", close)),
      ...content,
    );
    element.hidden = false;
    /** @type {HTMLElement} */ (box.querySelector("[data-first]") ?? box).focus();
  };
  // Keys stay inside the dialog while it is open; Tab goes round in it.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Tab") {
      const stops = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button, input, a[href]")]);
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      if (document.activeElement === edge || document.activeElement === box) {
        (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
        event.preventDefault();
      }
    } else if (event.key === "Escape") {
      close();
      event.preventDefault();
    }
    event.stopPropagation();
  });
  return {
    element,
    close,
    get isOpen() {
      return !element.hidden;
    },
    shortcuts(keys) {
      const rows = keys.map(([key, text]) => h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, text)));
      open("Shortcut keys", h("table", { class: "jl-keys" }, h("tbody", {}, ...rows)));
    },
    instructions(html) {
      const text = h("div", { class: "jl-instructions" });
      text.innerHTML = html || "<p>This project has no instructions.</p>";
      open("Instructions", text);
    },
    skip(count, act) {
      const reason = h("input", {
        type: "text",
        class: "jl-search",
        maxlength: "200",
        placeholder: "Another reason",
        "aria-label": "Another reason",
      });
      /** @param {string} text */
      const done = (text) => {
        close();
        act(text);
      };
      const choices = REASONS.map((text, index) =>
        h(
          "button",
          {
            type: "button",
            class: "jl-button jl-wide",
            "data-first": index === 0,
            onclick: () => done(text),
          },
          text,
        ),
      );
      const form = h(
        "form",
        {
          class: "jl-row",
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            done(reason.value.trim());
          },
        },
        reason,
        h("button", { type: "submit", class: "jl-button" }, "Skip"),
      );
      open(
        `Skip ${count === 1 ? "this image" : `${count} images`}: why?`,
        h("div", { class: "jl-choices" }, ...choices),
        form,
      );
    },
  };
}
