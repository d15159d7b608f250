// The list of the shapes on the image: class, size, hide, delete; selecting goes both ways.

import { h, icon, setFlag, setText } from "../labeler/dom.js";
import { boundsOf } from "./shapes.js";

export function createObjects(act) {
  const list = h("div", { class: "jl-objects", role: "listbox", "aria-multiselectable": "true", "aria-label": "Objects on this image" });
  const head = h("div", { class: "jl-caption" }, "Objects");
  const element = h("div", { class: "jl-object-panel" }, head, list);
  const rows = new Map();

  const make = (uid) => {
    const swatch = h("span", { class: "jl-swatch" });
    const name = h("span", { class: "jl-class-name" });
    const size = h("span", { class: "jl-count" });
    const lock = h("button", { type: "button", class: "jl-x", tabindex: "-1", title: "Lock or unlock (L)", "aria-label": "Lock or unlock",
      onclick: (event) => { event.stopPropagation(); act.lock(uid); } }, icon("unlock"));
    const row = h("div", { class: "jl-object", role: "option", onclick: (event) => act.select(uid, event.ctrlKey || event.metaKey) },
      swatch, name, size, lock,
      h("button", { type: "button", class: "jl-x", tabindex: "-1", title: "Delete (Del)", "aria-label": "Delete",
        onclick: (event) => { event.stopPropagation(); act.remove(uid); } }, "×"));
    return { row, swatch, name, size, lock };
  };

  return {
    element,
    update(shapes, classes, chosen) {
      setText(head, `Objects ${shapes.length || ""}`.trim());
      const known = new Set(shapes.map((shape) => shape.uid));
      for (const uid of [...rows.keys()]) if (!known.has(uid)) { rows.get(uid).row.remove(); rows.delete(uid); }
      shapes.forEach((shape, index) => {
        if (!rows.has(shape.uid)) rows.set(shape.uid, make(shape.uid));
        const entry = rows.get(shape.uid);
        if (list.children[index] !== entry.row) list.insertBefore(entry.row, list.children[index] ?? null);
        const label = classes.get(shape.class_id);
        const [x0, y0, x1, y1] = boundsOf(shape.shape);
        entry.swatch.style.setProperty("--jl-color", label?.color ?? "#66ccee");
        setText(entry.name, label?.name ?? `class ${shape.class_id}`);
        setText(entry.size, `${Math.round(x1 - x0)} × ${Math.round(y1 - y0)}`);
        const locked = act.locked(shape.uid);
        if (entry.locked !== locked) entry.lock.replaceChildren(icon((entry.locked = locked) ? "lock" : "unlock"));
        const on = chosen.includes(shape.uid);
        if (on && entry.row.getAttribute("aria-selected") !== "true") entry.row.scrollIntoView({ block: "nearest" });
        entry.row.setAttribute("aria-selected", String(on));
        setFlag(entry.row, "data-hidden", Boolean(shape.hidden));
      });
    },
  };
}
