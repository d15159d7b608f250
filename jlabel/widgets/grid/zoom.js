// One picture enlarged: the browser previews each zoom and pan at once, the kernel repaints it sharp afterwards.

import { h, setFlag } from "../frame/dom.js";

const REST = 140; // milliseconds after the last move until the kernel is asked for a sharp picture
const MAX_SCALE = 32; // CSS pixels per image pixel
const MIN_SCALE = 0.1; // lower only where a picture fits the stage no other way

/**
 * `act`: `view([scale, x, y])` asks for a sharp picture, with the image pixel x, y in the middle; `close()`.
 *
 * @param {HTMLElement} host the element that holds the canvas
 * @param {{view: (view: [number, number, number]) => void, close: () => void}} act
 */
export function createZoom(host, act) {
  /** @typedef {{scale: number, x: number, y: number}} View CSS pixels per image pixel, and the pixel in the middle */
  const hint = h("div", { class: "jl-zoom-hint" });
  const element = h("div", { class: "jl-zoom", hidden: true }, hint);
  /** @type {(View & {frame: number}) | null} */
  let painted = null; // the view that the canvas shows
  /** @type {import("../frame/types").Zoom | null} */
  let expected = null; // the kernel's state
  /** @type {View | null} */
  let wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {{x: number, y: number} | null} */
  let drag = null;

  const size = () => [element.clientWidth, element.clientHeight];
  /** @returns {View} the view that shows the whole picture */
  const fit = () => {
    const [width, height] = size();
    const [wide, high] = expected?.full ?? [width, height];
    return { scale: Math.min(width / wide, height / high), x: wide / 2, y: high / 2 };
  };
  const preview = () => {
    if (!painted || !wanted) return;
    const [width, height] = size();
    const s = wanted.scale / painted.scale;
    const tx = width / 2 - (s * width) / 2 + wanted.scale * (painted.x - wanted.x);
    const ty = height / 2 - (s * height) / 2 + wanted.scale * (painted.y - wanted.y);
    const same = Math.abs(s - 1) < 1e-6 && Math.abs(tx) < 0.01 && Math.abs(ty) < 0.01;
    host.style.transform = same ? "" : `translate(${tx}px,${ty}px) scale(${s})`;
    hint.textContent = `${Math.round(wanted.scale * 100)} %  ·  Esc or Z closes`;
  };
  /** @param {View} next */
  const move = (next) => {
    const [width, height] = size();
    const [wide, high] = expected?.full ?? [width, height];
    const least = Math.min(MIN_SCALE, fit().scale);
    const scale = Math.max(least, Math.min(MAX_SCALE, next.scale));
    // The picture's edge never passes the middle of the stage.
    const view = { scale, x: Math.max(0, Math.min(wide, next.x)), y: Math.max(0, Math.min(high, next.y)) };
    if (wide * scale <= width) view.x = wide / 2;
    if (high * scale <= height) view.y = high / 2;
    wanted = view;
    preview();
    clearTimeout(timer);
    timer = setTimeout(() => act.view([view.scale, view.x, view.y]), REST);
  };
  /** @type {(view: View, factor: number, px: number, py: number) => void} */
  const zoomAt = (view, factor, px, py) => {
    const [width, height] = size();
    const least = Math.min(MIN_SCALE, fit().scale);
    const scale = Math.max(least, Math.min(MAX_SCALE, view.scale * factor));
    const [dx, dy] = [px - width / 2, py - height / 2];
    move({ scale, x: view.x + dx / view.scale - dx / scale, y: view.y + dy / view.scale - dy / scale });
  };

  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (wanted) zoomAt(wanted, Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY };
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag || !wanted) return;
    const { scale, x, y } = wanted;
    move({ scale, x: x - (event.clientX - drag.x) / scale, y: y - (event.clientY - drag.y) / scale });
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
    /**
     * Takes the kernel's state: which picture is enlarged, and how it is painted.
     *
     * @param {import("../frame/types").Zoom | null} zoom
     */
    receive(zoom) {
      if (!zoom || zoom.item !== expected?.item) {
        painted = wanted = null;
        host.style.transform = "";
        clearTimeout(timer);
      }
      expected = zoom;
      setFlag(element, "hidden", !zoom);
      host.style.visibility = zoom ? "visible" : "hidden";
    },
    /**
     * Called whenever something was painted.
     *
     * @param {number} frame what the canvas shows
     */
    painted(frame) {
      if (!expected || frame < expected.frame || painted?.frame === expected.frame) return;
      const [scale, x, y] = expected.view;
      painted = { frame: expected.frame, scale, x, y };
      wanted ??= { scale, x, y };
      preview();
    },
    /**
     * Handles a key and returns whether it had a meaning.
     *
     * @param {string} key
     */
    key(key) {
      if (!wanted) return false;
      const [width, height] = size();
      const step = 60 / wanted.scale;
      /** @type {Record<string, [number, number]>} */
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const arrow = moves[key];
      if (key === "+" || key === "=") zoomAt(wanted, 1.25, width / 2, height / 2);
      else if (key === "-") zoomAt(wanted, 0.8, width / 2, height / 2);
      else if (key === "0") move(fit());
      else if (arrow) move({ ...wanted, x: wanted.x + arrow[0], y: wanted.y + arrow[1] });
      else return false;
      return true;
    },
  };
}
