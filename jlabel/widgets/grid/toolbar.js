// The buttons above the grid.

import { button, h, setFlag, short, word } from "../frame/dom.js";

/**
 * @param {import("../frame/types").Setup} setup
 * @param {import("./types").GridActions} act what the buttons do
 */
export function createToolbar(setup, act) {
  const grids = setup.grids.map((size) =>
    button(`${size}`, `${size} ${size === 1 ? "image" : "images"} on a page`, "", () => act.grid(size), {
      class: "jl-button jl-grid",
    }),
  );
  const all = button("Select all", "Select all images", "Ctrl+A", act.selectAll);
  const none = button("No objects", "No objects: nothing to label on the selected images", "N", act.empty, {
    hidden: !setup.allows_empty,
  });
  const skip = button("Skip…", "Skip the selected images, with a reason", "S", act.skip);
  const accept = button(
    "Accept",
    "Confirm the pre-labels of the selected images, or of all; Submit confirms those left",
    "A",
    () => act.accept(),
    { hidden: true },
  );
  const autoSubmit = button(
    "Submit automatically",
    "Submit the page automatically when its last image has a label; Ctrl+Z brings it back",
    "T",
    act.autoSubmit,
    { hidden: setup.many_classes },
  );
  const undo = button("Undo", "Undo", "Ctrl+Z", act.undo);
  const redo = button("Redo", "Redo", "Ctrl+Y", act.redo);
  const zoom = button("Zoom", "Enlarge one image", "Z", act.zoom);
  /** @param {string} text */
  const slider = (text) => {
    const input = h("input", {
      type: "range",
      min: "0.4",
      max: "2.5",
      step: "0.05",
      value: "1",
      "aria-label": text,
      title: `${text}; double click resets`,
      oninput: () => act.level(+bright.value, +contrast.value, false),
      onchange: () => act.level(+bright.value, +contrast.value, true),
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key !== "Tab" && event.stopPropagation(),
      ondblclick: () => {
        input.value = "1";
        act.level(+bright.value, +contrast.value, true);
      },
    });
    return input;
  };
  const bright = slider("Brightness");
  const contrast = slider("Contrast");
  const element = h(
    "div",
    { class: "jl-toolbar", role: "toolbar", "aria-label": "Labeling tools" },
    h(
      "span",
      { class: "jl-group", role: "group", "aria-label": "Images on a page" },
      h("span", { class: "jl-caption jl-word" }, "Grid"),
      ...grids,
    ),
    h("span", { class: "jl-group" }, all, none, skip, autoSubmit),
    h("span", { class: "jl-group" }, undo, redo),
    h(
      "span",
      { class: "jl-group" },
      zoom,
      h("label", { class: "jl-caption" }, word("Brightness"), short("☀"), bright),
      h("label", { class: "jl-caption" }, word("Contrast"), short("◐"), contrast),
    ),
    accept,
  ); // last: no button moves when it appears
  return {
    element,
    /** @type {(state: import("../frame/types").LabelingState, page: import("../frame/types").Page | null) => void} */
    update(state, page) {
      grids.forEach((grid, index) => grid.setAttribute("aria-pressed", String(setup.grids[index] === state.size)));
      for (const part of [all, none, skip, zoom]) part.disabled = !page;
      for (const grid of grids) grid.disabled = Boolean(page?.own);
      setFlag(accept, "hidden", !page?.cells.some((cell) => cell.prelabel));
      accept.disabled = !page?.cells.some((cell) => cell.standing);
      autoSubmit.setAttribute("aria-pressed", String(Boolean(state.auto_submit)));
      undo.disabled = !state.can_undo;
      redo.disabled = !state.can_redo;
    },
  };
}
