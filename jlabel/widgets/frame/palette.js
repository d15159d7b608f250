// The label classes beside the stage: search, key, colour and count on this page.

/** @import { LabelClass, Page } from "./types" */

import { h, setFlag, setText } from "./dom.js";
import { sign } from "./icons.js";

/**
 * `act`: `apply(id)` when a class is chosen, `focus()` returns the focus to the screen, `hide(id)` where classes can be
 * hidden.
 *
 * @param {{apply: (id: number) => void, focus: () => void, hide?: (id: number) => void}} act
 */
export function createPalette(act) {
  /** @typedef {{label: LabelClass, element: HTMLElement, row: HTMLElement, count: HTMLElement, eye?: HTMLElement}} Row */
  /** @type {Row[]} */
  let rows = [];
  /** @type {Row[]} */
  let found = []; // rows that match the search
  let marked = 0; // index of the row that Enter chooses
  const search = h("input", {
    type: "search",
    class: "jl-search",
    placeholder: "Search classes",
    "aria-label": "Search label classes",
    title: "Search classes (/)",
    oninput: () => filter(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event),
  });
  const list = h("div", { class: "jl-classes", role: "group", "aria-label": "Label classes" });
  const none = h("div", { class: "jl-none", hidden: true });
  const element = h("div", { class: "jl-palette" }, search, list, none);

  const filter = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    found = rows.filter((row) => words.every((word) => row.label.path.toLowerCase().includes(word)));
    rows.forEach((row) => setFlag(row.element, "hidden", !found.includes(row)));
    setFlag(none, "hidden", found.length > 0);
    setText(none, `No class matches “${search.value.trim()}”.`);
    mark(0);
  };
  /** @param {number} index */
  const mark = (index) => {
    marked = Math.max(0, Math.min(index, found.length - 1));
    const shown = search.value.trim() !== "" && document.activeElement === search;
    rows.forEach((row) => setFlag(row.element, "data-marked", shown && row === found[marked]));
    if (shown) found[marked]?.element.scrollIntoView({ block: "nearest" });
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key === "Tab") return;
    event.stopPropagation();
    if (event.key === "Enter" && found[marked]) act.apply(found[marked].label.id);
    else if (event.key === "ArrowDown") mark(marked + 1);
    else if (event.key === "ArrowUp") mark(marked - 1);
    if (["Enter", "Escape"].includes(event.key)) {
      search.value = "";
      filter();
      act.focus();
    }
    if (["Enter", "Escape", "ArrowDown", "ArrowUp"].includes(event.key)) event.preventDefault();
  };

  return {
    element,
    focus: () => search.focus(),
    /** @param {LabelClass[]} classes */
    setClasses(classes) {
      rows = classes.map((label) => {
        const count = h("span", { class: "jl-count" });
        const key = label.key ? h("kbd", {}, label.key) : h("span", { class: "jl-nokey" });
        const title = label.key ? `${label.path} (${label.key})` : label.path;
        const row = h(
          "button",
          {
            type: "button",
            class: "jl-class",
            title,
            style: `--jl-color:${label.color};--jl-level:${label.path.split("/").length - 1}`,
            onclick: () => act.apply(label.id),
          },
          key,
          h("span", { class: "jl-swatch" }),
          h("span", { class: "jl-class-name" }, label.name),
          count,
        );
        const { hide } = act;
        const eye =
          hide &&
          h(
            "button",
            {
              type: "button",
              class: "jl-eye",
              title: `Show or hide ${label.path}`,
              "aria-label": `Hide ${label.path}`,
              onclick: () => {
                hide(label.id);
                act.focus();
              },
            },
            sign("eye", 14, "miter"),
          );
        const line = eye ? h("div", { class: "jl-line" }, row, eye) : row;
        return { label, element: line, row, count, eye };
      });
      list.replaceChildren(...rows.map((row) => row.element));
      filter();
    },
    /**
     * `chosen`: the class for the next shape; without it a class is marked that all of `targets` have.
     *
     * @param {{cells: Pick<Page["cells"][number], "item" | "labels">[]} | null} page
     * @param {Set<number>} targets items
     * @param {{chosen?: number | null, hidden?: number[]}} [shown]
     */
    update(page, targets, { chosen: picked, hidden = [] } = {}) {
      const chosen = (page?.cells ?? []).filter((cell) => targets.has(cell.item));
      for (const row of rows) {
        const count = (page?.cells ?? []).filter((cell) => cell.labels.includes(row.label.id)).length;
        setText(row.count, count ? String(count) : "");
        row.count.title = count ? `${count} on this page` : "";
        const on =
          picked === undefined
            ? chosen.length > 0 && chosen.every((cell) => cell.labels.includes(row.label.id))
            : picked === row.label.id;
        row.row.setAttribute("aria-pressed", String(on));
        row.eye?.setAttribute("aria-pressed", String(hidden.includes(row.label.id)));
      }
    },
  };
}
