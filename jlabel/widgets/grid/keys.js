// The keys of the grid. Keys without a meaning here are left to the browser, Tab above all.

import { hasAlt, latinKey } from "../frame/latin_key.js";

/**
 * @param {import("./types").GridActions} act what the keys do
 * @param {import("../frame/types").Dialogs} dialogs
 * @returns {(event: KeyboardEvent) => void}
 */
export function createKeys(act, dialogs) {
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const plain = {
    Enter: () => act.submit(),
    " ": () => act.toggleCursor(),
    ArrowLeft: () => act.move(-1, 0),
    ArrowRight: () => act.move(1, 0),
    ArrowUp: () => act.move(0, -1),
    ArrowDown: () => act.move(0, 1),
    Escape: () => act.escape(),
    Delete: () => act.clearSelected(),
    Backspace: () => act.clearSelected(),
    "/": () => act.search(),
    "?": () => act.shortcuts(),
    "[": () => act.previous(),
    "]": () => act.next(),
    "\\": () => act.resume(),
    z: () => act.zoom(),
    a: () => act.accept(),
    w: () => act.alternative(),
    s: () => act.skip(),
    t: () => act.autoSubmit(),
    n: () => act.empty(),
  };
  /** @type {typeof plain} */
  const control = {
    a: () => act.selectAll(),
    z: (event) => (event.shiftKey ? act.redo() : act.undo()),
    y: () => act.redo(),
  };

  return (event) => {
    if (dialogs.isOpen || event.defaultPrevented || hasAlt(event)) return;
    const target = /** @type {Element} */ (event.target);
    if (target.matches("input, textarea")) return;
    const onButton = target.matches("button, a[href]");
    if (onButton && ["Enter", " "].includes(event.key)) {
      if (event.repeat) event.preventDefault(); // a key kept down on a class labels once, and not page after page
      return;
    }
    const pressed = latinKey(event);
    const key = pressed.length === 1 ? pressed.toLowerCase() : pressed;
    const ctrl = event.ctrlKey || event.metaKey;
    const action = ctrl ? control[key] : /^[1-9]$/.test(key) ? () => act.applyKey(key) : plain[key];
    if (!ctrl && act.zoomKey(key)) event.preventDefault();
    else if (action) {
      if (!event.repeat || key.startsWith("Arrow") || ctrl) act.inOrder(() => action(event));
      event.preventDefault();
    }
    if (key !== "Tab") event.stopPropagation();
  };
}
