// The view of a picture on the stage: zoom, pan and rotation by quarters, as plain objects {width, height, stage_width,
// stage_height, scale, x, y, rotation} that are never changed. The same arithmetic as session/viewport.py;
// tests/js/vectors/viewport.json tests both.

/** @import { Point, View } from "./types" */

export const MIN_SCALE = 0.1; // CSS pixels per image pixel; lower only where a picture fits the stage no other way
export const MAX_SCALE = 32;
export const KEPT = 32; // CSS pixels of the picture that stay on the stage however it is panned

/** @type {(view: View) => Point} */
export function rotatedSize(view) {
  return view.rotation % 2 ? [view.height, view.width] : [view.width, view.height];
}

/** @type {(view: View, point: Point) => Point} */
export function toStage(view, [x, y]) {
  const { width, height } = view;
  /** @type {Point[]} */
  const rotated = [
    [x, y],
    [height - y, x],
    [width - x, height - y],
    [y, width - x],
  ];
  const [u, v] = rotated[view.rotation];
  return [u * view.scale + view.x, v * view.scale + view.y];
}

/** @type {(view: View, point: Point) => Point} */
export function toImage(view, [x, y]) {
  const { width, height } = view;
  const u = (x - view.x) / view.scale;
  const v = (y - view.y) / view.scale;
  /** @type {Point[]} */
  const rotated = [
    [u, v],
    [v, height - u],
    [width - u, height - v],
    [width - v, u],
  ];
  return rotated[view.rotation];
}

/**
 * Converts a step on the stage (CSS pixels) to a step on the image (pixels).
 *
 * @type {(view: View, step: Point) => Point}
 */
export function stepToImage(view, [dx, dy]) {
  const u = dx / view.scale;
  const v = dy / view.scale;
  /** @type {Point[]} */
  const rotated = [
    [u, v],
    [v, -u],
    [-u, -v],
    [-v, u],
  ];
  return rotated[view.rotation];
}

/** @param {View} view */
export function fitScale(view) {
  const [width, height] = rotatedSize(view);
  return Math.min(view.stage_width / width, view.stage_height / height);
}

/** @type {(width: number, height: number, stage_width: number, stage_height: number, rotation?: number) => View} */
export function fitView(width, height, stage_width, stage_height, rotation = 0) {
  const view = { width, height, stage_width, stage_height, scale: 1, x: 0, y: 0, rotation };
  const scale = Math.min(fitScale(view), MAX_SCALE);
  const [w, h] = rotatedSize(view);
  return { ...view, scale, x: (stage_width - w * scale) / 2, y: (stage_height - h * scale) / 2 };
}

/** @type {(view: any, factor: number, centre: number[]) => any} */
/** @type {(view: View, factor: number, point: number[]) => View} */
export function zoomView(view, factor, [x, y]) {
  const scale = Math.min(Math.max(view.scale * factor, Math.min(MIN_SCALE, fitScale(view))), MAX_SCALE);
  const grown = scale / view.scale;
  return clampView({ ...view, scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown });
}

/** @type {(view: View) => View} */
export function actualView(view) {
  return zoomView(view, 1 / view.scale, [view.stage_width / 2, view.stage_height / 2]);
}

/** @type {(view: View, dx: number, dy: number) => View} */
export function panView(view, dx, dy) {
  return clampView({ ...view, x: view.x + dx, y: view.y + dy });
}

/** @type {(view: View, quarters?: number) => View} */
export function rotateView(view, quarters = 1) {
  return centredView({ ...view, rotation: (((view.rotation + quarters) % 4) + 4) % 4 }, view);
}

/** @type {(view: View, stage_width: number, stage_height: number) => View} */
export function resizeView(view, stage_width, stage_height) {
  return centredView({ ...view, stage_width, stage_height }, view);
}

/** @type {(view: View) => View} */
export function clampView(view) {
  const [w, h] = rotatedSize(view);
  const width = w * view.scale;
  const height = h * view.scale;
  const across = Math.min(KEPT, width, view.stage_width);
  const down = Math.min(KEPT, height, view.stage_height);
  return {
    ...view,
    x: Math.min(Math.max(view.x, across - width), view.stage_width - across),
    y: Math.min(Math.max(view.y, down - height), view.stage_height - down),
  };
}

/** @type {(view: View, before: View) => View} */
function centredView(view, before) {
  const middle = toImage(before, [before.stage_width / 2, before.stage_height / 2]);
  const there = toStage(view, middle);
  const dx = view.stage_width / 2 - there[0];
  const dy = view.stage_height / 2 - there[1];
  return clampView({ ...view, x: view.x + dx, y: view.y + dy });
}
