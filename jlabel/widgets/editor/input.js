// Pointer and keyboard events: the shape editor first, then the actions of the screen.
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
 * `canvas`: the one under the pointer; `root`: the element that receives keys; `queue`: see frame/key_queue.js; `keys`: the
 * actions of keys that the shape editor does not use; `onInput`: after each event but a move; `onMove`: after a move, which
 * must be painted in its own frame. Returns the function that stops listening to the window.
 */
export function listen({ canvas, root, editor, queue, keys, dialogs, focus, onInput, onMove }) {
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

  // Handles a key and returns whether it had a meaning.
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
  const mayBeUsed = ({ key, ctrl, alt }) =>
    !alt && (NAMED.test(key) || (key.length === 1 && (!ctrl || WITH_CTRL.includes(key.toLowerCase()))));
  const onKey = (event) => {
    if (dialogs.isOpen || event.defaultPrevented || event.target.matches("input, select, textarea")) return;
    if (event.target.matches("button, a[href]") && ["Enter", " ", "Tab"].includes(event.key)) return;
    const { key, code, shiftKey: shift, altKey: alt, repeat, type } = event;
    const pressed = { key, code, ctrl: event.ctrlKey || event.metaKey, shift, alt, repeat, type };
    let used = true;
    const undoes = pressed.ctrl && "zy".includes(key.toLowerCase());
    if ((undoes ? queue.waitingForPage : queue.waiting) && mayBeUsed(pressed)) queue.run(() => press(pressed));
    else used = press(pressed);
    if (used) event.preventDefault();
    if (event.key !== "Tab" || used) event.stopPropagation();
  };
  root.addEventListener("keydown", onKey);
  root.addEventListener("keyup", onKey);
  const onBlur = () => editor.blur();
  window.addEventListener("blur", onBlur);
  return () => window.removeEventListener("blur", onBlur);
}
