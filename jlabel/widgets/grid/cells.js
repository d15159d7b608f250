// The cells of the grid: hover, selection, cursor and chips over the pictures that ipycanvas painted.

/**
 * @import { Cell, LabelClass, Page } from "../frame/types"
 * @typedef {Map<number, LabelClass>} Classes
 * @typedef {{cell: HTMLElement, strip: HTMLElement, name: HTMLElement, chips: HTMLElement, shown: string, style: string}} Entry
 */

import { answered, clickClass } from "../frame/answers.js";
import { h, setFlag, setText, word } from "../frame/dom.js";
import { percent } from "../frame/summary.js";
import { className, sureOf } from "./prelabel.js";

const CHIP = 96; // CSS pixels in which the name of a class is readable
const MORE = 64; // CSS pixels for the number of chips that are left out

/** @type {(data: Cell, sure: number | null) => string} */
const kindOf = (data, sure) =>
  data.standing && sure !== null ? (data.prelabel?.proven === false ? "jl-suggested" : "jl-prelabel") : "";
/** @type {(data: Cell) => string} */
const markOf = (data) => (data.prelabel?.proven === false ? "?" : "◇");
/** @type {(data: Cell, classes: Classes) => string} */
const secondOf = (data, classes) => (clickClass(data) ? className(classes, clickClass(data)) : "");
/** @type {(data: Cell, name: string, sure: number | null, second: string) => string} */
const titleOf = (data, name, sure, second) => {
  const proven = data.prelabel?.proven !== false;
  const kind = proven ? "pre-label" : "suggestion";
  if (data.prelabel && second && !data.standing) return `${name}: a click goes back to ${second}, the ${kind}`;
  if (sure === null || !data.prelabel) return name;
  const by = `run ${data.prelabel.run}, ${percent(sure)} sure`;
  if (!data.standing) return `${name}: the ${kind} of ${by}, confirmed`;
  const what = proven ? `pre-labeled by ${by}` : `suggested by ${by}, which promises nothing`;
  return `${name}: ${what}. Submit accepts it${second ? `, a click on the image makes it ${second}` : ""}.`;
};
/** How many chips are readable in a cell of a width in CSS pixels. @type {(width: number) => number} */
export const fitting = (width) => Math.max(1, Math.floor((width - MORE) / CHIP));
/** @type {(data: Cell, classes: Classes) => string} */
const describe = (data, classes) => {
  /** @param {number | null} id */
  const sure = (id) => {
    const share = data.standing ? sureOf(data, id) : null;
    return share === null ? "" : `, ${percent(share)} sure`;
  };
  const labels = data.labels.map((id) => `${classes.get(id)?.path ?? className(classes, id)}${sure(id)}`).join("; ");
  const what = labels || (data.empty ? `No objects${sure(null)}` : data.skipped !== null ? "Skipped" : "no label yet");
  const second = secondOf(data, classes);
  const kind = data.prelabel?.proven === false ? "suggested" : "pre-labeled";
  if (data.standing) return `${kind} ${what}${second ? `; W makes it ${second}` : ""}`;
  return second ? `${what}; W goes back to ${second}` : what;
};

/**
 * `act`: what gestures on the cell with an index do.
 *
 * @param {Pick<import("./types").GridActions, "click" | "toggle" | "zoom" | "clear">} act
 */
export function createCells(act) {
  const element = h("div", {
    class: "jl-cells",
    role: "listbox",
    "aria-multiselectable": "true",
    "aria-label": "Images on this page",
  });
  /** @type {Entry[]} */
  const made = [];

  /** @type {(index: number) => Entry} */
  const make = (index) => {
    const name = h("span", { class: "jl-name" });
    const chips = h("span", { class: "jl-chips" });
    // for the pointer alone, as the crosses of the chips: an option of a list may not hold buttons
    const pick = h("span", {
      class: "jl-pick",
      title: "Add to the selection (Space)",
      "aria-hidden": "true",
      onclick: (/** @type {Event} */ event) => {
        event.stopPropagation();
        act.toggle(index);
      },
    });
    const strip = h("div", { class: "jl-strip" }, chips, name);
    const cell = h(
      "div",
      {
        class: "jl-cell",
        role: "option",
        tabindex: "-1",
        onclick: (/** @type {MouseEvent} */ event) => act.click(index, event),
        ondblclick: () => act.zoom(index),
      },
      pick,
      strip,
    );
    return { cell, strip, name, chips, shown: "", style: "" };
  };

  /**
   * @param {string} text
   * @param {string | undefined} color
   * @param {() => void} clear
   * @param {string} kind
   * @param {{sure?: number | null, title?: string, mark?: string}} [more]
   */
  const chip = (text, color, clear, kind, { sure = null, title = text, mark = "◇" } = {}) =>
    h(
      "span",
      { class: `jl-chip ${kind}`, style: color ? `--jl-color:${color}` : null },
      sure === null ? null : h("span", { class: "jl-mark", "aria-hidden": "true" }, mark),
      h("span", { class: "jl-chip-name", title }, text),
      sure === null ? null : h("span", { class: "jl-sure", title }, percent(sure)),
      h(
        "span",
        {
          class: "jl-x",
          title: `Remove ${text}`,
          "aria-hidden": "true",
          onclick: (/** @type {Event} */ event) => {
            event.stopPropagation();
            clear();
          },
        },
        "×",
      ),
    );

  /** @type {(entry: Entry, data: Cell, classes: Classes, index: number) => void} */
  const fill = (entry, data, classes, index) => {
    const limit = fitting(data.rect[2]);
    const shown = JSON.stringify([
      limit,
      data.item,
      data.labels,
      data.empty,
      data.skipped,
      data.standing,
      data.prelabel,
    ]);
    if (shown === entry.shown) return;
    entry.shown = shown;
    const chips = data.labels.map((id) => {
      const [name, sure] = [className(classes, id), sureOf(data, id)];
      return chip(name, classes.get(id)?.color, () => act.clear(index, id), `jl-label ${kindOf(data, sure)}`, {
        sure: data.standing ? sure : null,
        title: titleOf(data, name, sure, secondOf(data, classes)),
        mark: markOf(data),
      });
    });
    if (chips.length > limit) {
      const more = data.labels.slice(limit).map((id) => className(classes, id));
      chips.splice(
        limit,
        chips.length,
        h("span", { class: "jl-more", title: more.join("\n") }, `+${more.length}`, word(" more")),
      );
    }
    if (data.empty) {
      const sure = sureOf(data, null);
      chips.push(
        chip("No objects", undefined, () => act.clear(index), `jl-plain ${kindOf(data, sure)}`, {
          sure: data.standing ? sure : null,
          title: titleOf(data, "No objects", sure, ""),
          mark: markOf(data),
        }),
      );
    }
    if (data.skipped !== null) {
      chips.push(
        chip(data.skipped ? `Skipped: ${data.skipped}` : "Skipped", undefined, () => act.clear(index), "jl-plain"),
      );
    }
    entry.chips.replaceChildren(...chips);
  };

  return {
    element,
    /**
     * @param {Page | null} page
     * @param {Classes} classes
     * @param {Set<number>} selected items
     * @param {number} cursor index of the cell with the cursor, or -1
     */
    update(page, classes, selected, cursor) {
      const cells = page?.cells ?? [];
      while (made.length < cells.length) made.push(make(made.length));
      made.length = cells.length;
      if (element.childElementCount !== cells.length) element.replaceChildren(...made.map((entry) => entry.cell));
      cells.forEach((data, index) => {
        const entry = made[index];
        const [x, y, width, height] = data.rect;
        const style = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
        if (entry.style !== style) entry.cell.style.cssText = entry.style = style;
        setText(entry.name, data.name);
        entry.name.title = entry.strip.title = data.name;
        fill(entry, data, classes, index);
        const chosen = selected.has(data.item);
        entry.cell.setAttribute("aria-selected", String(chosen));
        entry.cell.setAttribute("aria-label", `${data.name}: ${describe(data, classes)}`);
        setFlag(entry.cell, "data-cursor", index === cursor);
        setFlag(entry.cell, "data-done", answered(data));
        setFlag(entry.cell, "data-standing", Boolean(data.standing));
        setFlag(entry.cell, "data-broken", Boolean(data.broken));
      });
    },
  };
}
