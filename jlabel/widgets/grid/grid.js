// The grid in the browser: pages of one or several images that take label classes as wholes.

import { answered, clickClass } from "../frame/answers.js";
import { h, setFlag, setText } from "../frame/dom.js";
import { createLabelingFrame } from "../frame/labeling_frame.js";
import { createPalette } from "../frame/palette.js";
import { createAutoSubmit } from "./auto_submit.js";
import { createCells } from "./cells.js";
import { createKeys } from "./keys.js";
import { correcting, grouped, welcome } from "./prelabel.js";
import { createSelection } from "./selection.js";
import { SHORTCUTS } from "./shortcuts.js";
import { createToolbar } from "./toolbar.js";
import { createZoom } from "./zoom.js";

const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];
const PASSIVE = { capture: true, passive: true };
const GROUP_TITLE = "Odd ones first: click one and press its class; the others are selected again. Esc: one by one";
const CLICK_TITLE =
  "A click gives the image the second likeliest class, a second click takes it back; W does the same. A class key gives it another class";

/**
 * @param {import("../frame/types").LabelingFrame} frame
 * @returns {import("../frame/types").LabelingBody}
 */
function createGrid(frame) {
  const { setup, classes, canvases, dialogs, focus, notice, page, cells, cell, command, queue, root, say } = frame;
  const single = !setup.many_classes;
  const levels = () => frame.kernel().levels ?? [1, 1];
  let level = [1, 1]; // brightness and contrast as the sliders have them
  let announced = ""; // what a screen reader last heard of images that are selected together

  const targets = () => (zoom.item !== null ? [zoom.item] : selection.targets());
  const selection = createSelection(setup.many_classes, cells);
  const hint = () => grouped(selection.waiting, cells().length) || correcting(page());

  /**
   * Gives images the second likeliest class instead of their pre-label, or takes it back; returns whether any has one.
   *
   * @param {number[]} items
   */
  function takeAlternative(items) {
    const known = cells().filter((one) => items.includes(one.item) && clickClass(one));
    cell(
      "alternative",
      known.map((one) => one.item),
    );
    return known.length > 0;
  }

  /** @type {import("./types").GridActions} */
  const act = {
    ...frame.actions,
    click(index, event) {
      focus();
      if (!cells()[index]) return;
      if (!event.shiftKey && (event.ctrlKey || event.metaKey)) return act.toggle(index);
      if (event.shiftKey || !takeAlternative([cells()[index].item])) selection.click(index, event.shiftKey);
      else selection.only(index);
      frame.update();
    },
    toggle(index) {
      if (!cells()[index]) return;
      selection.toggle(index);
      focus();
      frame.update();
    },
    toggleCursor: () => act.toggle(selection.cursor),
    move(dx, dy) {
      const [first] = cells();
      const columns = cells().filter((one) => one.rect[1] === first.rect[1]).length;
      selection.move(dx + dy * columns);
      frame.update();
    },
    selectAll() {
      selection.all();
      focus();
      frame.update();
    },
    apply(id) {
      const items = targets();
      if (!items.length) return notice.show("There is no image to label.");
      const atCursor = !selection.items.size && zoom.item === null;
      cell("apply", items, { class_id: id });
      selection.applied(atCursor);
      frame.update();
    },
    applyKey(key) {
      const label = setup.classes.find((one) => one.key === key);
      if (label) act.apply(label.id);
      else notice.show(`No class has the key ${key}. Press / and type its name.`);
    },
    clear(index, id) {
      focus();
      cell("clear", [cells()[index].item], id === undefined ? {} : { class_id: id });
    },
    clearSelected: () => cell("clear", targets()),
    alternative() {
      if (takeAlternative(targets())) frame.update();
      else notice.show("No second likeliest class is known here. Press the key of the class, or / to search it.");
    },
    accept() {
      const standing = cells()
        .filter((one) => one.standing)
        .map((one) => one.item);
      const chosen = selection.byHand || zoom.item !== null ? targets() : standing;
      focus();
      cell(
        "accept",
        standing.filter((item) => chosen.includes(item)),
      );
    },
    empty() {
      if (setup.allows_empty) return frame.actions.empty();
      focus();
      notice.show("A multi-class image takes a class. Skip it if none fits.");
    },
    undo: () => command("undo"),
    redo: () => command("redo"),
    grid(size, large) {
      focus();
      command(large ? "large" : "grid", { value: size });
    },
    zoom(index) {
      if (zoom.item !== null) return act.unzoom();
      const at = typeof index === "number" ? index : cells().findIndex((one) => targets().includes(one.item));
      const item = cells()[at]?.item;
      focus();
      if (item !== undefined) command("zoom", { value: item });
    },
    unzoom() {
      command("unzoom");
      focus();
    },
    zoomKey: (key) => zoom.item !== null && zoom.key(key),
    level(brightness, contrast, final) {
      const [b, c] = levels();
      level = [brightness, contrast];
      canvases.filter(`brightness(${brightness / b}) contrast(${contrast / c})`);
      if (final) say.level(brightness, contrast);
    },
    autoSubmit() {
      focus();
      if (single) command("auto_submit", { value: !frame.state().auto_submit });
    },
    search: () => palette.focus(),
    escape() {
      notice.dismiss();
      if (zoom.item !== null) return act.unzoom();
      selection.none();
      frame.update();
    },
    inOrder: queue.run,
  };

  const autoSubmit = createAutoSubmit({
    page,
    submit: frame.submit,
    wanted: () => single && frame.state().auto_submit,
    busy: () => dialogs.isOpen || zoom.item !== null || queue.pagePending,
  });
  const toolbar = createToolbar(setup, act);
  // A click means the picture under the pointer: none is taken while the pictures are still painted for another size.
  const grid = createCells({
    click: (index, event) => frame.fits() && act.click(index, event),
    toggle: (index) => frame.fits() && act.toggle(index),
    zoom: (index) => frame.fits() && act.zoom(index),
    clear: (index, id) => frame.fits() && act.clear(index, id),
  });
  const palette = createPalette({ apply: (id) => queue.run(() => act.apply(id)), focus });
  const zoom = createZoom(canvases.hosts[2], {
    view: (view) => frame.sendView({ zoom: view }),
    close: () => act.unzoom(),
  });
  const spoken = h("div", { class: "jl-spoken", "aria-live": "polite" });
  palette.setClasses(setup.classes);
  root.addEventListener("keydown", createKeys(act, dialogs));
  root.addEventListener("pointerdown", autoSubmit.touched, PASSIVE);
  /** @param {KeyboardEvent} event */
  const onKey = (event) => !event.repeat && !MODIFIERS.includes(event.key) && autoSubmit.touched();
  root.addEventListener("keydown", onKey, PASSIVE);
  root.addEventListener("focus", () => frame.update());

  return {
    label: `Labeler of ${setup.project}. Press ? for the shortcut keys.`,
    shortcuts: single ? SHORTCUTS : SHORTCUTS.filter(([key]) => key !== "T"),
    above: [toolbar.element],
    stage: [grid.element, zoom.element, notice.element],
    side: palette.element,
    extras: [spoken],
    targets,
    hint: () => ({ text: hint(), title: selection.waiting ? GROUP_TITLE : CLICK_TITLE }),
    obstacle(current) {
      const [open, all] = [current.cells.filter((one) => !answered(one)).length, current.cells.length];
      return open ? `${open} of ${all} images have no label yet. Label them, or skip them with S.` : "";
    },
    submit() {
      if (!autoSubmit.tooSoon) frame.submit();
    },
    changed(action, before) {
      if (["skip", "empty"].includes(action)) selection.answered();
      autoSubmit.changed(before);
    },
    open(current) {
      selection.open(current);
      autoSubmit.opened(current);
      announced = hint();
      if (current) setText(spoken, welcome(current, announced));
    },
    reclassed: () => palette.setClasses(setup.classes),
    receive: (state) => zoom.receive(state.zoom),
    painted() {
      zoom.painted(canvases.frame(2));
      if (level.every((value, index) => value === levels()[index])) canvases.filter("");
    },
    update(state, current) {
      selection.follow();
      setFlag(frame.stage(), "data-zoomed", zoom.item !== null);
      const cursor = selection.items.size && document.activeElement !== root ? -1 : selection.cursor;
      grid.update(current, classes, selection.items, cursor);
      palette.update(current, new Set(targets()));
      const now = hint();
      if (now && now !== announced) setText(spoken, now);
      announced = now;
      toolbar.update(state, current);
    },
    close: autoSubmit.close,
  };
}

/** @param {{model: import("../frame/types").Model, el: Element}} view */
const render = ({ model, el }) => createLabelingFrame({ model, el, body: createGrid });

export default { render };
