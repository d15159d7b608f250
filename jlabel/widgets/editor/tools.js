// The buttons of the editor: tools, actions on shapes, and the view.

import { button, h, setFlag, setText } from "../frame/dom.js";
import { sign } from "../frame/icons.js";
import { createMenu, createPopover } from "../frame/popover.js";

/** @typedef {Parameters<typeof sign>[0]} Icon */

/** @type {[name: string, icon: Icon, title: string][]} */
const OPERATIONS = [
  ["new", "fresh", "A drawn outline is a new shape"],
  ["add", "add", "A drawn outline is added to the selected polygon"],
  ["cut", "cut", "A drawn outline is cut from the selected polygon"],
];

const EDITOR_SHORTCUTS = [
  ["1 … 9", "Pick a class, also for what was drawn without one; re-class the selected shapes"],
  ["/", "Search the classes by typing; Enter picks"],
  ["R E T", "Box, box by extreme points, template box"],
  ["P U", "Polygon, its points"],
  ["M", "Select, move and resize; Ctrl+click for several"],
  ["Enter, double click", "Finish the polygon; Backspace takes the last point back"],
  ["Tab, Shift+Tab", "Next and previous shape, and past the last on to the buttons; Shift+Tab, Tab goes there at once"],
  ["Tab, Enter, Delete", "On proposals: the least sure one first; accept it, reject it, and on to the next"],
  ["Arrows", "Move by 1 px; Shift 10 px; Ctrl resizes"],
  ["K", "Keyboard cursor; arrows move it, K sets points"],
  [". ,", "Next and previous point of the selected polygon; I adds one after it"],
  ["Delete, D", "Delete the selected shapes; all of them"],
  ["L, H, O", "Lock; hide or show the selected shapes; tint the insides or show the outlines only"],
  ["F", "Repair an outline that crosses itself"],
  ["Ctrl+C, Ctrl+V", "Copy, paste; Shift+C copies from the previous image"],
  ["Ctrl+Z, Ctrl+Y", "Undo, redo"],
  ["Wheel, + −", "Zoom; Space and drag pans; 0 fits, Shift+0 is 100 %"],
  ["G", "Brightness, contrast, gamma, invert"],
  ["N, S", "No objects; skip with a reason"],
  ["Enter", "Submit, when nothing is being drawn"],
  ["[ ] \\", "Previous and next of your own images; resume"],
  ["Esc", "Cancel"],
];

/** @type {[key: string, text: string]} */
const OUTLINE = ["B", "Outline the object in the selected box, or in the one drawn last, by the project's model"];

/**
 * The sheet of keys; `outlines`: whether B is among them.
 *
 * @param {boolean} outlines
 */
export const shortcuts = (outlines) =>
  EDITOR_SHORTCUTS.flatMap((entry) => (outlines && entry[0] === "F" ? [OUTLINE, entry] : [entry]));

/** @type {(label: string, ...parts: Node[]) => HTMLElement} */
const group = (label, ...parts) => h("span", { class: "jl-group", role: "group", "aria-label": label }, ...parts);
/** @type {(name: Icon, title: string, key: string, act: (event: any) => void) => HTMLButtonElement} */
const iconButton = (name, title, key, act) => button(sign(name), title, key, act, { class: "jl-button jl-icon" });

/**
 * @param {import("./types").EditorActions} act
 * @param {{panel: HTMLElement, readonly changed: boolean}} level the panel of sliders (level.js)
 * @param {ReturnType<typeof import("./proposals.js").createProposals>} proposals
 */
export function createEditorToolbar(act, level, proposals) {
  let now = { selected: 0, count: 0, page: false, outline: /** @type {string | null} */ (null) };
  const tools = new Map(
    act.toolbox.map(({ name, icon, title, letter }) => [name, iconButton(icon, title, letter, () => act.tool(name))]),
  );
  /** @param {string} name */
  const does = (name) => () => act.command(name);
  const lock = iconButton("lock", "Lock or unlock the selected shapes, else all", "L", does("lock"));
  const remove = iconButton("remove", "Delete the selected shapes", "Del", does("remove"));
  const undo = iconButton("undo", "Undo", "Ctrl+Z", does("undo"));
  const redo = iconButton("redo", "Redo", "Ctrl+Y", does("redo"));

  /** @param {number} least */
  const some = (least) => () => now.selected >= least;
  /** @type {[name: string, text: string, least: number, key?: string][]} */
  const onSelected = [
    ["to_box", "To its box", 1],
    ["simplify", "Fewer points", 1],
    ["repair", "Repair the outline", 1, "F"],
    ["join", "Join as one object", 2],
    ["split", "Split into its parts", 1],
    ["subtract", "Subtract the others' overlap", 1],
  ];
  const shaping = onSelected.map(([name, text, least, key]) => ({ text, key, act: does(name), able: some(least) }));
  const outline = {
    text: "Outline the object in the box",
    title: OUTLINE[1],
    key: "B",
    act: () => act.outline?.(),
    able: () => now.outline === "" && now.count > 0,
    why: () => now.outline ?? "",
  };
  const entries = [
    ...(act.outline ? [outline] : []),
    ...(act.freeform ? shaping : []),
    { text: "Copy from the previous image", key: "Shift+C", act: does("copy_previous"), able: () => now.page },
    { text: "Tint the insides", key: "O", act: does("fill"), able: () => now.page },
    { text: "Delete all", key: "D", act: does("remove_all"), able: () => now.count > 0 },
  ];
  const more = createMenu(
    iconButton("more", "More for shapes", "", () => {}),
    "More for shapes",
    entries,
    act.focus,
  );

  const operations = new Map(
    OPERATIONS.map(([name, icon, title]) => [name, iconButton(icon, title, "", () => operate(name))]),
  );
  /** @param {string} name */
  const operate = (name) => {
    for (const [one, part] of operations) part.setAttribute("aria-pressed", String(one === name));
    act.operation(name);
  };
  for (const [name, part] of operations) part.setAttribute("aria-pressed", String(name === "new"));
  const snap = iconButton("snap", "Snap to the edges of other shapes; Shift inverts it", "", () => {
    const on = snap.getAttribute("aria-pressed") !== "true";
    snap.setAttribute("aria-pressed", String(on));
    act.snap(on);
  });
  snap.setAttribute("aria-pressed", "false");

  const none = button("No objects", "No objects: nothing to label here", "N", act.empty);
  const skip = button("Skip…", "Skip this image, with a reason", "S", act.skip);
  const zoom = h("input", {
    type: "range",
    min: "-3.4",
    max: "5",
    step: "0.01",
    "aria-label": "Zoom",
    title: "Zoom (wheel, + −)",
    oninput: () => act.command("zoom_to", { scale: 2 ** +zoom.value }),
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key !== "Tab" && event.stopPropagation(),
  });
  const percent = button("", "One image pixel to one pixel", "Shift+0", does("actual"), {
    class: "jl-button jl-icon jl-percent",
  });
  const light = createPopover(
    iconButton("level", "Brightness, contrast, gamma, invert", "G", () => {}),
    level.panel,
    act.focus,
  );
  const element = h(
    "div",
    { class: "jl-toolbar", role: "toolbar", "aria-label": "Drawing tools", "data-freeform": act.freeform },
    group("Tool", ...tools.values()),
    act.freeform ? group("What a drawn outline does", ...operations.values(), snap) : null,
    group("Shapes", undo, redo, lock, remove, more.element),
    group(
      "View",
      zoom,
      percent,
      iconButton("fit", "Show the whole image", "0", does("fit")),
      iconButton("rotate", "Rotate the view by 90 degrees", "", does("rotate")),
      light.element,
    ),
    group("Image", none, skip),
    proposals.element,
  );
  return {
    element,
    openLevel: light.toggle,
    /**
     * @param {import("../frame/types").LabelingState<any>} state
     * @param {import("../frame/types").EditorPage | null} page
     * @param {import("./types").Editor} editor
     */
    update(state, page, editor) {
      for (const [name, one] of tools) one.setAttribute("aria-pressed", String(editor.tool === name));
      now = {
        selected: editor.selection.length,
        count: editor.shapes.length,
        page: Boolean(page),
        outline: state.outline ?? null,
      };
      for (const part of [none, skip]) part.disabled = !page;
      remove.disabled = !now.selected;
      lock.disabled = !now.count;
      more.update();
      undo.disabled = !state.can_undo && !editor.unclassed.length;
      redo.disabled = !state.can_redo;
      setFlag(light.element, "data-changed", level.changed);
      const scale = page?.view ? editor.view.scale : 1;
      if (document.activeElement !== zoom) zoom.value = String(Math.log2(scale));
      setText(percent, page?.view ? `${Math.round(scale * 100)} %` : "");
    },
  };
}
