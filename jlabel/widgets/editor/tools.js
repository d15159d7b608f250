// The editor's buttons: tools, what they do to shapes, and the view.

import { button, h, setText } from "../labeler/dom.js";

const TOOLS = [
  ["select", "Select", "Move and resize shapes", "M"],
  ["box", "Box", "Draw a box: drag, or click two corners", "R"],
  ["extreme", "Extreme", "Draw a box by its topmost, bottommost, leftmost and rightmost point", "E"],
  ["template", "Template", "Place a box of the last size with one click", "T"],
  ["polygon", "Polygon", "Draw a polygon: click points, or hold and draw", "P"],
  ["points", "Points", "Add, move and remove points of a polygon", "U"],
];

export const EDITOR_SHORTCUTS = [
  ["1 … 9", "Pick a class; re-class the selected shapes"],
  ["/", "Search the classes by typing; Enter picks"],
  ["R E T", "Box, box by extreme points, template box"],
  ["P U", "Polygon, its points"],
  ["M", "Select, move and resize; Ctrl+click for several"],
  ["Enter, double click", "Finish the polygon; Backspace takes the last point back"],
  ["Tab, Shift+Tab", "Next and previous shape"],
  ["Arrows", "Move by 1 px; Shift 10 px; Ctrl resizes"],
  ["K", "Keyboard cursor; arrows move it, K sets points"],
  ["Delete, D", "Delete the selected shapes; all of them"],
  ["L, B", "Lock; tint the insides"],
  ["F", "Repair an outline that crosses itself"],
  ["Ctrl+C, Ctrl+V", "Copy, paste; Shift+C copies from the previous image"],
  ["Ctrl+Z, Ctrl+Y", "Undo, redo"],
  ["Wheel, + −", "Zoom; Space and drag pans; 0 fits, Shift+0 is 100 %"],
  ["N, S", "No objects; skip with a reason"],
  ["Enter", "Submit, when nothing is being drawn"],
  ["[ ] \\", "Previous and next of your own images; resume"],
  ["Esc", "Cancel"],
];

export function createEditorToolbar(setup, act) {
  const offered = TOOLS.filter(([name]) => act.tools.includes(name));
  const tools = new Map(offered.map(([name, label, title, key]) => [name, button(label, title, key, () => act.tool(name))]));
  const lock = button("Lock", "Lock or unlock the selected shapes, else all", "L", () => act.command("lock"));
  const remove = button("Delete", "Delete the selected shapes", "Del", () => act.command("remove"));
  const all = button("Delete all", "Delete all shapes; Undo brings them back", "D", () => act.command("remove_all"));
  const copy = button("Copy previous", "Copy the shapes of the previous image", "Shift+C", () => act.command("copy_previous"));
  const undo = button("Undo", "Undo", "Ctrl+Z", () => act.command("undo"));
  const redo = button("Redo", "Redo", "Ctrl+Y", () => act.command("redo"));
  const more = h("select", { class: "jl-select", "aria-label": "More for the selected shapes", title: "More for the selected shapes",
    onchange: () => { act.command(more.value); more.value = ""; } },
    h("option", { value: "" }, "Shape…"),
    ...[["to_box", "To box"], ["to_polygon", "To polygon"], ["simplify", "Fewer points"], ["repair", "Repair"], ["join", "Join as one"],
      ["split", "Split into parts"], ["subtract", "Subtract overlap"]]
      .filter(() => setup.task === "polygons").map(([value, text]) => h("option", { value }, text)));
  more.hidden = setup.task !== "polygons";
  const operation = h("select", { class: "jl-select jl-operation", "aria-label": "What a drawn outline does",
    title: "What a drawn outline does to the selected polygon", onchange: () => act.operation(operation.value) },
    ...[["new", "New shape"], ["add", "Add to selected"], ["cut", "Cut from selected"]].map(([value, text]) => h("option", { value }, text)));
  operation.hidden = setup.task !== "polygons";
  const snap = button("Snap", "Snap to the edges of other shapes; Shift turns it over for a moment", "", () => {
    const on = snap.getAttribute("aria-pressed") !== "true";
    snap.setAttribute("aria-pressed", String(on));
    act.snap(on);
  });
  snap.setAttribute("aria-pressed", "false");
  snap.hidden = setup.task !== "polygons";
  const none = button("No objects", "No objects: nothing to label here", "N", act.empty);
  const skip = button("Skip…", "Skip this image, with a reason", "S", act.skip);
  const zoom = h("input", { type: "range", min: "-3.4", max: "5", step: "0.01", "aria-label": "Zoom", title: "Zoom",
    oninput: () => act.command("zoom_to", { scale: 2 ** +zoom.value }), onkeydown: (event) => event.key !== "Tab" && event.stopPropagation() });
  const percent = h("span", { class: "jl-fact jl-percent" });
  const slider = (text) => h("input", { type: "range", min: "0.4", max: "2.5", step: "0.05", value: "1", "aria-label": text, title: `${text}; double click resets`,
    oninput: () => act.level(+bright.value, +contrast.value, false), onchange: () => act.level(+bright.value, +contrast.value, true),
    onkeydown: (event) => event.key !== "Tab" && event.stopPropagation(),
    ondblclick: (event) => { event.target.value = "1"; act.level(+bright.value, +contrast.value, true); } });
  const bright = slider("Brightness");
  const contrast = slider("Contrast");
  const element = h("div", { class: "jl-toolbar", role: "toolbar", "aria-label": "Drawing tools" },
    h("span", { class: "jl-group", role: "group", "aria-label": "Tool" }, ...tools.values()),
    h("span", { class: "jl-group" }, undo, redo, lock, remove, all, copy, more, operation, snap),
    h("span", { class: "jl-group" }, none, skip),
    h("span", { class: "jl-group" }, button("Fit", "Show the whole image", "0", () => act.command("fit")),
      button("100 %", "One image pixel to one pixel", "Shift+0", () => act.command("actual")),
      button("⟳", "Turn the view by a quarter", "", () => act.command("turn")), zoom, percent),
    h("span", { class: "jl-group" }, h("label", { class: "jl-caption" }, "Brightness", bright), h("label", { class: "jl-caption" }, "Contrast", contrast)));
  return {
    element,
    update(state, page, editor) {
      for (const [name, one] of tools) one.setAttribute("aria-pressed", String(editor.tool === name));
      const selected = editor.selection.length > 0;
      for (const part of [none, skip]) part.disabled = !page;
      more.disabled = remove.disabled = !selected;
      lock.disabled = all.disabled = !editor.shapes.length;
      undo.disabled = !state.can_undo;
      redo.disabled = !state.can_redo;
      const scale = page?.view ? editor.view.scale : 1;
      if (document.activeElement !== zoom) zoom.value = String(Math.log2(scale));
      setText(percent, page?.view ? `${Math.round(scale * 100)} %` : "");
    },
  };
}
