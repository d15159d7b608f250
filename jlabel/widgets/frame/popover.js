// What opens under a toolbar button: a panel of sliders, or a menu. Esc, a press elsewhere and leaving by Tab close it.

import { h } from "./dom.js";

export function createPopover(button, panel, home) {
  panel.hidden = true;
  panel.classList.add("jl-popover");
  button.setAttribute("aria-haspopup", panel.getAttribute("role") === "menu" ? "menu" : "dialog");
  button.setAttribute("aria-expanded", "false");
  const element = h("span", { class: "jl-pop" }, button, panel);
  const outside = (event) => element.contains(event.target) || close(false);

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
    panel.querySelector("input:not(:disabled), button:not(:disabled)")?.focus();
  }
  function close(back = true) {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) home();
  }
  const toggle = () => (panel.hidden ? open() : close());
  button.addEventListener("click", toggle);
  element.addEventListener(
    "focusout",
    (event) => event.relatedTarget && !element.contains(event.relatedTarget) && close(false),
  );
  // The keys of an open panel are its own: a letter meant for nothing here does not change the tool.
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

/** A menu: entries {text, key, act, able()}; the arrows walk over those that can be had now. */
export function createMenu(button, label, entries, home) {
  const rows = entries.map((entry) => ({
    ...entry,
    row: h(
      "button",
      {
        type: "button",
        class: "jl-item",
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          popover.close();
          entry.act();
        },
      },
      h("span", {}, entry.text),
      entry.key ? h("kbd", {}, entry.key) : null,
    ),
  }));
  const panel = h("div", { class: "jl-menu", role: "menu", "aria-label": label }, ...rows.map(({ row }) => row));
  const popover = createPopover(button, panel, home);
  panel.addEventListener("keydown", (event) => {
    const able = rows.map(({ row }) => row).filter((row) => !row.disabled);
    const at = able.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + able.length, Home: 0, End: able.length - 1 }[event.key];
    if (next === undefined || !able.length) return;
    able[next % able.length].focus();
    event.preventDefault();
  });
  return {
    element: popover.element,
    update: () =>
      rows.forEach(({ row, able }) => {
        row.disabled = !able();
      }),
  };
}
