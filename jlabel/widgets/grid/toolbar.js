// The buttons above the grid.

import { button, h, setFlag, short, word } from "../frame/dom.js";
import { count } from "../frame/summary.js";

/**
 * @param {import("../frame/types").Setup} setup
 * @param {import("./types").GridActions} act what the buttons do
 */
export function createToolbar(setup, act) {
  /** @type {(sizes: number[], kind: string, large: boolean) => HTMLButtonElement[]} */
  const sizeButtons = (sizes, kind, large) =>
    sizes.map((size) =>
      button(`${size}`, `${count(size, "image")} on a page ${kind}`, "", () => act.grid(size, large), {
        class: `jl-button ${large ? "jl-large" : "jl-grid"}`,
      }),
    );
  // One of two: pages that are checked rather than labeled may be larger than those that are labeled by hand.
  const grids = sizeButtons(setup.grids, "that is labeled by hand", false);
  const largeGrids = sizeButtons(setup.large_grids, "that is pre-labeled, suggested or grouped", true);
  const all = button("Select all", "Select all images", "Ctrl+A", act.selectAll);
  const none = button("No objects", "No objects: nothing to label on the selected images", "N", act.empty, {
    hidden: !setup.allows_empty,
  });
  const skip = button("Skip…", "Skip the selected images, with a reason", "S", act.skip);
  const accept = button(
    "Accept",
    "Confirm the pre-labels or suggestions of the selected images, or of all; Submit confirms those left",
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
      ...largeGrids,
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
      const isLarge = Boolean(page && page.queue !== "manual");
      for (const [buttons, size, shown] of /** @type {const} */ ([
        [grids, state.size, !isLarge],
        [largeGrids, state.large, isLarge],
      ]))
        for (const grid of buttons) {
          grid.setAttribute("aria-pressed", String(grid.textContent === String(size)));
          grid.disabled = Boolean(page?.own);
          setFlag(grid, "hidden", !shown);
        }
      for (const part of [all, none, skip, zoom]) part.disabled = !page;
      setFlag(accept, "hidden", !page?.cells.some((cell) => cell.prelabel));
      accept.disabled = !page?.cells.some((cell) => cell.standing);
      autoSubmit.setAttribute("aria-pressed", String(Boolean(state.auto_submit)));
      undo.disabled = !state.can_undo;
      redo.disabled = !state.can_redo;
    },
  };
}
