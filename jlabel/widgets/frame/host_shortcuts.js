// Shortcuts of the application around the screen: save, find, the sidebar, print, the command palette.
//
// The screen keeps its keys from JupyterLab by `data-lm-suppress-shortcuts`. Those with Ctrl or Cmd that it does not use
// are dispatched again outside of it, so that JupyterLab acts on them, and not the browser: Ctrl+S saves the notebook.

import { hasAlt, latinKey } from "./latin_key.js";

const OWN = "acvxyz"; // select all, copy, paste, cut, redo, undo: of the screen, or of a text that is selected in it

/**
 * Whether a key belongs to the application around the screen.
 *
 * @param {KeyboardEvent} event
 */
export function isHostShortcut(event) {
  if (!(event.ctrlKey || event.metaKey) || hasAlt(event)) return false;
  const key = latinKey(event).toLowerCase();
  return key.length === 1 && key !== " " && (!OWN.includes(key) || (key === "c" && event.shiftKey));
}

/**
 * Passes the shortcuts of the application on. Returns the function that stops it.
 *
 * @param {HTMLElement} root of the screen
 */
export function passHostShortcuts(root) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const outside = root.parentElement;
    if (!outside || !isHostShortcut(event)) return;
    event.stopPropagation();
    const { key, code, keyCode, which, location, repeat, ctrlKey, metaKey, shiftKey } = event;
    const modifiers = { ctrlKey, metaKey, shiftKey };
    const position = { key, code, keyCode, which, location, repeat };
    const again = new KeyboardEvent("keydown", { ...position, ...modifiers, bubbles: true, cancelable: true });
    if (!outside.dispatchEvent(again)) event.preventDefault();
  };
  root.addEventListener("keydown", onKey, true);
  return () => root.removeEventListener("keydown", onKey, true);
}
