// A panel of sliders or a menu, opened under a toolbar button. Esc, a press elsewhere and leaving by Tab close it.

import { h, setFlag, setText } from "./dom.js";

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} panel
 * @param {() => void} focus returns the focus to the screen
 */
export function createPopover(button, panel, focus) {
  panel.hidden = true;
  panel.classList.add("jl-popover");
  button.setAttribute("aria-haspopup", panel.getAttribute("role") === "menu" ? "menu" : "dialog");
  button.setAttribute("aria-expanded", "false");
  const element = h("span", { class: "jl-pop" }, button, panel);
  /** @param {Event} event */
  const outside = (event) => element.contains(/** @type {Node} */ (event.target)) || close(false);

  function open() {
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.style.left = "0px";
    // Inside the widget, which cuts off what hangs over its edge.
    const over =
      panel.getBoundingClientRect().right -
      (element.closest(".jl-frame")?.getBoundingClientRect().right ?? Infinity) +
      8;
    if (over > 0) panel.style.left = `${-over}px`;
    document.addEventListener("pointerdown", outside, true);
    const first = panel.querySelector("input:not(:disabled), button:not(:disabled)");
    /** @type {HTMLElement | null} */ (first)?.focus();
  }
  function close(back = true) {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) focus();
  }
  const toggle = () => (panel.hidden ? open() : close());
  button.addEventListener("click", toggle);
  element.addEventListener(
    "focusout",
    ({ relatedTarget: to }) => to && !element.contains(/** @type {Node} */ (to)) && close(false),
  );
  // An open panel keeps its keys: a letter without a meaning in it does not change the tool.
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    if (event.key === "Escape") {
      close();
      event.preventDefault();
    }
    event.stopPropagation();
  });
  return { element, open, close, toggle };
}

/**
 * A menu; the arrow keys move over the entries that are able to act now.
 *
 * @param {HTMLElement} button
 * @param {string} label
 * @param {{text: string, title?: string, key?: string, act: () => void, able: () => boolean, why?: () => string}[]} entries `why`: what is
 *   said below an entry that can do nothing now
 * @param {() => void} focus returns the focus to the screen
 */
export function createMenu(button, label, entries, focus) {
  const rows = entries.map((entry) => {
    const reason = h("small", { hidden: true });
    const row = h(
      "button",
      {
        type: "button",
        class: "jl-item",
        role: "menuitem",
        tabindex: "-1",
        title: entry.title,
        onclick: () => {
          popover.close();
          entry.act();
        },
      },
      h("span", {}, entry.text),
      entry.key ? h("kbd", {}, entry.key) : null,
      entry.why ? reason : null,
    );
    return { ...entry, row, reason };
  });
  const panel = h("div", { class: "jl-menu", role: "menu", "aria-label": label }, ...rows.map(({ row }) => row));
  const popover = createPopover(button, panel, focus);
  panel.addEventListener("keydown", (event) => {
    const able = rows.map(({ row }) => row).filter((row) => !row.disabled);
    const at = able.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 + able.length, Home: 0, End: able.length - 1 };
    const next = moves[event.key];
    if (next === undefined || !able.length) return;
    able[next % able.length].focus();
    event.preventDefault();
  });
  return {
    element: popover.element,
    update: () =>
      rows.forEach(({ row, reason, able, why }) => {
        row.disabled = !able();
        setText(reason, why?.() ?? "");
        setFlag(reason, "hidden", !reason.textContent);
      }),
  };
}
