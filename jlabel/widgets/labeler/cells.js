// The grid under the hand: hover, selection, cursor and chips over the pictures that ipycanvas painted.

import { h, setFlag, setText } from "./dom.js";
import { answered } from "./rules.js";

export function createCells(act) {
  const element = h("div", {
    class: "jl-cells", role: "listbox", "aria-multiselectable": "true", "aria-label": "Images on this page",
  });
  let made = [];

  const make = (index) => {
    const name = h("span", { class: "jl-name" });
    const chips = h("span", { class: "jl-chips" });
    const pick = h("button", {
      type: "button", class: "jl-pick", tabindex: "-1", title: "Add to the selection (Space)",
      "aria-label": "Add to the selection", onclick: (event) => { event.stopPropagation(); act.toggle(index); },
    });
    const cell = h("div", {
      class: "jl-cell", role: "option", tabindex: "-1",
      onclick: (event) => act.click(index, event),
      ondblclick: () => act.zoom(index),
    }, pick, h("div", { class: "jl-strip" }, chips, name));
    return { cell, name, chips, shown: "" };
  };

  const chip = (text, color, clear, kind) => h("span", { class: `jl-chip ${kind}`, style: color ? `--jl-color:${color}` : null },
    h("span", { class: "jl-chip-name", title: text }, text),
    h("button", { type: "button", class: "jl-x", tabindex: "-1", title: `Remove ${text}`, "aria-label": `Remove ${text}`,
      onclick: (event) => { event.stopPropagation(); clear(); } }, "×"));

  const fill = (entry, data, classes, index) => {
    const shown = JSON.stringify([data.item, data.labels, data.empty, data.skipped]);
    if (shown === entry.shown) return;
    entry.shown = shown;
    const chips = data.labels.map((id) => {
      const label = classes.get(id);
      return chip(label?.name ?? `class ${id}`, label?.color, () => act.clear(index, id), "jl-label");
    });
    if (data.empty) chips.push(chip("No objects", null, () => act.clear(index), "jl-plain"));
    if (data.skipped !== null) {
      chips.push(chip(data.skipped ? `Skipped: ${data.skipped}` : "Skipped", null, () => act.clear(index), "jl-plain"));
    }
    entry.chips.replaceChildren(...chips);
  };

  return {
    element,
    update(page, classes, selected, cursor) {
      const cells = page?.cells ?? [];
      while (made.length < cells.length) made.push(make(made.length));
      made.length = cells.length;
      if (element.childElementCount !== cells.length) element.replaceChildren(...made.map((entry) => entry.cell));
      cells.forEach((data, index) => {
        const entry = made[index];
        const [x, y, width, height] = data.place;
        const style = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
        if (entry.style !== style) entry.cell.style.cssText = entry.style = style;
        setText(entry.name, data.name);
        entry.name.title = entry.chips.parentElement.title = data.name;
        fill(entry, data, classes, index);
        const chosen = selected.has(data.item);
        entry.cell.setAttribute("aria-selected", String(chosen));
        const said = data.labels.map((id) => classes.get(id)?.path).join(", ");
        entry.cell.setAttribute("aria-label",
          `${data.name}: ${said || (data.empty ? "No objects" : data.skipped !== null ? "Skipped" : "no label yet")}`);
        setFlag(entry.cell, "data-cursor", index === cursor);
        setFlag(entry.cell, "data-done", answered(data));
        setFlag(entry.cell, "data-broken", Boolean(data.broken));
      });
    },
  };
}
