// The list of the shapes on the image: class, size, origin, hide, lock, delete. Its selection is that of the stage.

/** @import { Entry, ShapeData } from "./types" */

import { h, setFlag, setText } from "../frame/dom.js";
import { sign } from "../frame/icons.js";
import { percent } from "../frame/summary.js";
import { boundsOf } from "./shapes/shapes.js";

/** @typedef {Parameters<typeof sign>[0]} Icon */
/** @type {Record<string, [icon: Icon, title: string]>} */
const ORIGINS = {
  drawn: ["pencil", "Drawn here"],
  copied: ["copy", "A copy"],
  proposed: ["proposed", "A pre-label: click here to accept it (Enter)"],
  accepted: ["accepted", "An accepted pre-label"],
  changed: ["pencil", "A pre-label, changed here"],
};
/** @param {ShapeData} shape */
const originOf = ({ made = "drawn", proposal, confidence }) =>
  made === "proposed" && !proposal && (confidence ?? null) !== null ? "changed" : made;

let lists = 0; // a page may show several editors

const CHUNK = 50; // rows that the browser lays out together, and skips together while they are out of sight

/**
 * `act`: what the rows do; `step(uid)` selects by the arrow keys, which stay in the list; `locked(uid)`: whether a shape is
 * locked.
 *
 * @param {{select: (uid: string, add: boolean) => void, step: (uid: string) => void, accept: (uid: string) => void, remove: (uid: string) => void, lock: (uid: string) => void,
 *   hide: (uid: string) => void, locked: (uid: string) => boolean}} act
 */
export function createObjects(act) {
  /**
   * @typedef {{row: HTMLElement, swatch: HTMLElement, name: HTMLElement, size: HTMLElement, sure: HTMLElement, origin: HTMLElement,
   *   hide: HTMLElement, lock: HTMLElement, shape?: ShapeData, on?: boolean, locked?: boolean, hidden?: boolean,
   *   made?: string}} Row
   */
  const prefix = `jl-objects-${lists++}`;
  const list = h("div", {
    class: "jl-objects",
    role: "listbox",
    tabindex: "0",
    title: "Up and down select; Delete, L and H delete, lock and hide",
    onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event),
    "aria-multiselectable": "true",
    "aria-label": "Objects on this image",
  });
  const head = h("div", { class: "jl-caption" }, "Objects");
  const element = h("div", { class: "jl-object-panel" }, head, list);
  /** @type {Map<string, Row>} */
  const rows = new Map(); // by uid
  /** @type {Entry[] | null} */
  let listed = null;
  /** @type {{item: number, labels: number[]}[]} */
  let cells = [];

  /** @param {number} number */
  const chunkOf = (number) =>
    list.children[number] ?? list.appendChild(h("div", { class: "jl-object-chunk", role: "presentation" }));
  /** @type {(uid: string) => Row} */
  const make = (uid) => {
    const swatch = h("span", { class: "jl-swatch" });
    const name = h("span", { class: "jl-class-name" });
    const size = h("span", { class: "jl-count" });
    const sure = h("span", { class: "jl-sure" });
    const origin = h("span", {
      class: "jl-origin",
      role: "img",
      onclick(/** @type {Event} */ event) {
        if (!rows.get(uid)?.shape?.proposal) return;
        event.stopPropagation();
        act.accept(uid);
      },
    });
    /** @type {(icon: Icon, title: string, work: (uid: string) => void) => HTMLElement} */
    // for the pointer alone: an option of a list may not hold buttons, and the keys do the same to the selected shapes
    const tool = (icon, title, work) =>
      h(
        "span",
        {
          class: "jl-x",
          title,
          "aria-hidden": "true",
          onclick: (/** @type {Event} */ event) => {
            event.stopPropagation();
            work(uid);
          },
        },
        sign(icon, 14),
      );
    const hide = tool("eye", "Show or hide (H)", act.hide);
    const lock = tool("unlock", "Lock or unlock (L)", act.lock);
    const row = h(
      "div",
      {
        class: "jl-object",
        role: "option",
        id: `${prefix}-${uid}`,
        onclick: (/** @type {MouseEvent} */ event) => act.select(uid, event.ctrlKey || event.metaKey),
      },
      swatch,
      name,
      size,
      sure,
      origin,
      hide,
      lock,
      tool("remove", "Delete (Del)", act.remove),
    );
    return { row, swatch, name, size, sure, origin, hide, lock };
  };

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const uids = (listed ?? []).map((shape) => shape.uid);
    const at = uids.findIndex((uid) => rows.get(uid)?.on);
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: at + 1, ArrowUp: at < 0 ? uids.length - 1 : at - 1, Home: 0, End: uids.length - 1 };
    if (!Object.hasOwn(moves, event.key)) return;
    const next = uids[moves[event.key]];
    if (next !== undefined) act.step(next);
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    element,
    /** A cell for each shape, as the palette counts them. */
    get cells() {
      return cells;
    },
    /** @type {(shapes: Entry[], classes: Map<number, import("../frame/types").LabelClass>, chosen: string[]) => void} */
    update(shapes, classes, chosen) {
      setText(head, `Objects ${shapes.length || ""}`.trim());
      if (shapes !== listed) {
        cells = shapes.map((shape) => ({ item: 0, labels: [shape.class_id] }));
        const known = new Set(shapes.map((shape) => shape.uid));
        for (const [uid, { row }] of [...rows])
          if (!known.has(uid)) {
            row.remove();
            rows.delete(uid);
          }
      }
      listed = shapes;
      const active = shapes.find((shape) => shape.uid === chosen[0]);
      if (active) list.setAttribute("aria-activedescendant", `${prefix}-${active.uid}`);
      else list.removeAttribute("aria-activedescendant");
      const picked = new Set(chosen);
      shapes.forEach((shape, index) => {
        const entry = rows.get(shape.uid) ?? make(shape.uid);
        rows.set(shape.uid, entry);
        const [chunk, position] = [chunkOf(Math.floor(index / CHUNK)), index % CHUNK];
        if (chunk.children[position] !== entry.row) chunk.insertBefore(entry.row, chunk.children[position] ?? null);
        const locked = act.locked(shape.uid);
        const on = picked.has(shape.uid);
        if (entry.shape === shape && entry.locked === locked && entry.on === on) return; // of a thousand, most
        [entry.shape, entry.on] = [shape, on];
        const label = classes.get(shape.class_id);
        const [x0, y0, x1, y1] = boundsOf(shape.shape);
        entry.swatch.style.setProperty("--jl-color", label?.color ?? "#66ccee");
        setText(entry.name, label?.name ?? `class ${shape.class_id}`);
        const size = `${Math.round(x1 - x0)}×${Math.round(y1 - y0)}`;
        setText(entry.size, shape.proposal ? "" : size); // there is room for one of both
        entry.sure.title = `How sure the model is; ${size} pixels`;
        if (entry.locked !== locked) entry.lock.replaceChildren(sign(locked ? "lock" : "unlock", 14));
        const hidden = Boolean(shape.hidden);
        if (entry.hidden !== hidden) entry.hide.replaceChildren(sign(hidden ? "shut" : "eye", 14));
        [entry.locked, entry.hidden] = [locked, hidden];
        setText(entry.sure, shape.proposal ? percent(shape.confidence ?? 0) : "");
        const made = originOf(shape);
        if (entry.made !== made) {
          const [icon, title] = ORIGINS[made] ?? ORIGINS.drawn;
          entry.made = made;
          entry.origin.replaceChildren(sign(icon, 13));
          entry.origin.title = title;
          entry.origin.setAttribute("aria-label", title);
        }
        if (on && entry.row.getAttribute("aria-selected") !== "true") entry.row.scrollIntoView({ block: "nearest" });
        entry.row.setAttribute("aria-selected", String(on));
        setFlag(entry.row, "data-hidden", Boolean(shape.hidden));
        setFlag(entry.origin, "data-proposal", Boolean(shape.proposal));
      });
    },
  };
}
