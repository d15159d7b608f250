// Pointer and keys of the editor: the shapes first, then the frame.
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
 * `hand`: the canvas under the pointer; `root`: the element with the keys; `order`: see order.js; `frameKeys`: what keys
 * do that no shape wants; `onInput`: after each but a move; `onMove`: after a move, which must be painted in its frame.
 */
export function listen({ hand, root, editor, order, frameKeys, dialogs, focus, onInput, onMove }) {
  const forward = (type) => (event) => {
    const box = hand.getBoundingClientRect();
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
      hand.setPointerCapture(event.pointerId);
      focus();
    }
    if (used && type === "wheel") event.preventDefault();
    if (type === "move") onMove();
    hand.style.cursor = editor.cursor;
    if (type !== "move") onInput();
  };
  for (const [name, type] of Object.entries(POINTER)) hand.addEventListener(name, forward(type));
  hand.addEventListener("wheel", forward("wheel"), { passive: false });
  hand.addEventListener("contextmenu", (event) => event.preventDefault());

  // Whether the key was anybody's here.
  const press = (pressed) => {
    const used = editor.key(pressed);
    const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
    const plain = pressed.type === "keydown" && !pressed.ctrl && !pressed.alt && !pressed.repeat;
    const action = !used && plain ? frameKeys[key] : undefined;
    action?.();
    hand.style.cursor = editor.cursor;
    onInput();
    return used || Boolean(action);
  };
  const mayBeOurs = ({ key, ctrl, alt }) =>
    !alt && (NAMED.test(key) || (key.length === 1 && (!ctrl || WITH_CTRL.includes(key.toLowerCase()))));
  const onKey = (event) => {
    if (dialogs.isOpen || event.defaultPrevented || event.target.matches("input, select, textarea")) return;
    if (event.target.matches("button, a[href]") && ["Enter", " ", "Tab"].includes(event.key)) return;
    const { key, code, shiftKey: shift, altKey: alt, repeat, type } = event;
    const pressed = { key, code, ctrl: event.ctrlKey || event.metaKey, shift, alt, repeat, type };
    let used = true;
    const again = pressed.ctrl && "zy".includes(key.toLowerCase());
    if ((again ? order.turning : order.waiting) && mayBeOurs(pressed)) order.run(() => press(pressed));
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
