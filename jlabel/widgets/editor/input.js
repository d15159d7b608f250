// Pointer and keyboard events: the shape editor first, then the actions of the screen.

/** @import { Editor, KeyInput, PointerInput } from "./types" */

import { hasAlt, latinKey } from "../frame/latin_key.js";

/** @type {Record<string, PointerInput["type"]>} */
const POINTER = {
  pointerdown: "down",
  pointermove: "move",
  pointerup: "up",
  pointercancel: "cancel",
  pointerleave: "leave",
  dblclick: "dblclick",
};
const NAMED = /^(Enter|Tab|Escape|Delete|Backspace|Insert|Arrow\w+)$/;
const WITH_CTRL = "zycva";

/**
 * Returns the function that stops listening to the window.
 *
 * @param {object} screen
 * @param {HTMLCanvasElement} screen.canvas the one under the pointer
 * @param {HTMLElement} screen.root the element that receives keys
 * @param {Editor} screen.editor
 * @param {import("../frame/types").KeyQueue} screen.queue
 * @param {Record<string, () => void>} screen.keys actions of keys that the shape editor does not use
 * @param {import("../frame/types").Dialogs} screen.dialogs
 * @param {() => void} screen.focus
 * @param {() => void} screen.onInput called after each event but a move
 * @param {() => void} screen.onMove called after a move, which must be painted in its own frame
 */
export function listen({ canvas, root, editor, queue, keys, dialogs, focus, onInput, onMove }) {
  /** @type {(type: PointerInput["type"]) => (event: any) => void} */
  const forward = (type) => (event) => {
    const box = canvas.getBoundingClientRect();
    const used = editor.pointer({
      type,
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      button: event.button,
      buttons: event.buttons,
      id: event.pointerId ?? 0,
      pointerType: event.pointerType ?? "mouse",
      ctrl: event.ctrlKey || event.metaKey,
      shift: event.shiftKey,
      alt: event.altKey,
      deltaX: event.deltaX,
      deltaY: event.deltaY,
      deltaMode: event.deltaMode,
    });
    if (type === "down") {
      canvas.setPointerCapture(event.pointerId);
      focus();
    }
    if (used && type === "wheel") event.preventDefault();
    if (type === "move") onMove();
    canvas.style.cursor = editor.cursor;
    if (type !== "move") onInput();
  };
  for (const [name, type] of Object.entries(POINTER)) canvas.addEventListener(name, forward(type));
  canvas.addEventListener("wheel", forward("wheel"), { passive: false });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());

  /**
   * Handles a key and returns whether it had a meaning.
   *
   * @param {KeyInput} pressed
   */
  const press = (pressed) => {
    const used = editor.key(pressed);
    const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
    const plain = pressed.type === "keydown" && !pressed.ctrl && !pressed.alt && !pressed.repeat;
    const action = !used && plain ? keys[key] : undefined;
    action?.();
    canvas.style.cursor = editor.cursor;
    onInput();
    return used || Boolean(action);
  };
  /** @param {KeyInput} pressed */
  const mayBeUsed = ({ key, ctrl, alt }) =>
    !alt && (NAMED.test(key) || (key.length === 1 && (!ctrl || WITH_CTRL.includes(key.toLowerCase()))));
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (dialogs.isOpen || event.defaultPrevented || target.matches("input, select, textarea")) return;
    if (target.matches("button, a[href]") && ["Enter", " "].includes(event.key)) return;
    if (event.key === "Tab" && target !== root) return; // only on the stage Tab goes through the shapes
    const { code, shiftKey: shift, repeat, type } = event;
    const [key, ctrl, alt] = [latinKey(event), event.ctrlKey || event.metaKey, hasAlt(event)];
    const pressed = { key, code, ctrl, shift, alt, repeat, type };
    let used = true;
    const undoes = pressed.ctrl && "zy".includes(key.toLowerCase());
    if ((undoes ? queue.waitingForPage : queue.waiting) && mayBeUsed(pressed)) queue.run(() => press(pressed));
    else used = press(pressed);
    if (used) event.preventDefault();
    if (key !== "Tab" || used) event.stopPropagation();
  };
  root.addEventListener("keydown", onKey);
  root.addEventListener("keyup", onKey);
  const onBlur = () => editor.blur();
  window.addEventListener("blur", onBlur);
  return () => window.removeEventListener("blur", onBlur);
}
