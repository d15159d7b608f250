// One picture enlarged: the browser previews each zoom and pan at once, the kernel repaints it sharp afterwards.

import { h, setFlag } from "../frame/dom.js";

const REST = 140;
const MOST = 32;

export function createZoom(host, act) {
  const hint = h("div", { class: "jl-zoom-hint" });
  const element = h("div", { class: "jl-zoom", hidden: true }, hint);
  let painted = null;
  let expected = null;
  let want = null;
  let timer = 0;
  let drag = null;

  const size = () => [element.clientWidth, element.clientHeight];
  const fit = () => {
    const [width, height] = size();
    const [wide, high] = expected.full;
    return { scale: Math.min(width / wide, height / high), x: wide / 2, y: high / 2 };
  };
  const preview = () => {
    if (!painted || !want) return;
    const [width, height] = size();
    const s = want.scale / painted.scale;
    const tx = width / 2 - (s * width) / 2 + want.scale * (painted.x - want.x);
    const ty = height / 2 - (s * height) / 2 + want.scale * (painted.y - want.y);
    const same = Math.abs(s - 1) < 1e-6 && Math.abs(tx) < 0.01 && Math.abs(ty) < 0.01;
    host.style.transform = same ? "" : `translate(${tx}px,${ty}px) scale(${s})`;
    hint.textContent = `${Math.round(want.scale * 100)} %  ·  Esc or Z closes`;
  };
  const move = (next) => {
    const [width, height] = size();
    const [wide, high] = expected.full;
    const least = Math.min(0.1, fit().scale);
    const scale = Math.max(least, Math.min(MOST, next.scale));
    // The picture's edge never passes the middle of the stage.
    want = { scale, x: Math.max(0, Math.min(wide, next.x)), y: Math.max(0, Math.min(high, next.y)) };
    if (wide * scale <= width) want.x = wide / 2;
    if (high * scale <= height) want.y = high / 2;
    preview();
    clearTimeout(timer);
    timer = setTimeout(() => act.view([want.scale, want.x, want.y]), REST);
  };
  const zoomAt = (factor, px, py) => {
    const [width, height] = size();
    const least = Math.min(0.1, fit().scale);
    const scale = Math.max(least, Math.min(MOST, want.scale * factor));
    const [dx, dy] = [px - width / 2, py - height / 2];
    move({ scale, x: want.x + dx / want.scale - dx / scale, y: want.y + dy / want.scale - dy / scale });
  };

  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (want) zoomAt(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY };
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag || !want) return;
    move({
      ...want,
      x: want.x - (event.clientX - drag.x) / want.scale,
      y: want.y - (event.clientY - drag.y) / want.scale,
    });
    drag = { x: event.clientX, y: event.clientY };
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
    element.addEventListener(name, () => {
      drag = null;
    });
  element.addEventListener("dblclick", () => act.close());

  return {
    element,
    get item() {
      return expected?.item ?? null;
    },
    /** Takes the kernel's word: which picture is enlarged, and how it was last painted. */
    receive(zoom) {
      if (!zoom || zoom.item !== expected?.item) {
        painted = want = null;
        host.style.transform = "";
        clearTimeout(timer);
      }
      expected = zoom;
      setFlag(element, "hidden", !zoom);
      host.style.visibility = zoom ? "visible" : "hidden";
    },
    /** Called whenever something was painted; `frame` is what the canvas shows. */
    painted(frame) {
      if (!expected || frame < expected.frame || painted?.frame === expected.frame) return;
      painted = { frame: expected.frame, scale: expected.view[0], x: expected.view[1], y: expected.view[2] };
      want ??= { scale: painted.scale, x: painted.x, y: painted.y };
      preview();
    },
    key(event) {
      if (!want) return false;
      const [width, height] = size();
      const step = 60 / want.scale;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (event.key === "+" || event.key === "=") zoomAt(1.25, width / 2, height / 2);
      else if (event.key === "-") zoomAt(0.8, width / 2, height / 2);
      else if (event.key === "0") move(fit());
      else if (moves[event.key]) move({ ...want, x: want.x + moves[event.key][0], y: want.y + moves[event.key][1] });
      else return false;
      return true;
    },
  };
}
