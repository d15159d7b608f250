// Where the picture lies on the stage: zoom, pan and quarter turns, as plain frozen-by-habit objects
// {width, height, stage_width, stage_height, scale, x, y, turn}. The same arithmetic as session/viewport.py; one file of
// test vectors holds both to it.

export const MIN_SCALE = 0.1; // CSS pixels per image pixel; lower only where a picture fits the stage no other way
export const MAX_SCALE = 32;
export const KEPT = 32; // CSS pixels of the picture that stay on the stage however it is panned

export function turnedSize(view) {
  return view.turn % 2 ? [view.height, view.width] : [view.width, view.height];
}

/** @type {(view: any, point: number[]) => number[]} */
export function toStage(view, [x, y]) {
  const { width, height } = view;
  const turned = [
    [x, y],
    [height - y, x],
    [width - x, height - y],
    [y, width - x],
  ][view.turn];
  return [turned[0] * view.scale + view.x, turned[1] * view.scale + view.y];
}

/** @type {(view: any, point: number[]) => number[]} */
export function toImage(view, [x, y]) {
  const { width, height } = view;
  const u = (x - view.x) / view.scale;
  const v = (y - view.y) / view.scale;
  return [
    [u, v],
    [v, height - u],
    [width - u, height - v],
    [width - v, u],
  ][view.turn];
}

// Turn a step on the stage (CSS pixels) into a step on the image (pixels).
export function stepToImage(view, [dx, dy]) {
  const u = dx / view.scale;
  const v = dy / view.scale;
  return [
    [u, v],
    [v, -u],
    [-u, -v],
    [-v, u],
  ][view.turn];
}

export function fitScale(view) {
  const [width, height] = turnedSize(view);
  return Math.min(view.stage_width / width, view.stage_height / height);
}

export function fitView(width, height, stage_width, stage_height, turn = 0) {
  const view = { width, height, stage_width, stage_height, scale: 1, x: 0, y: 0, turn };
  const scale = Math.min(fitScale(view), MAX_SCALE);
  const [w, h] = turnedSize(view);
  return { ...view, scale, x: (stage_width - w * scale) / 2, y: (stage_height - h * scale) / 2 };
}

/** @type {(view: any, factor: number, centre: number[]) => any} */
export function zoomView(view, factor, [x, y]) {
  const scale = Math.min(Math.max(view.scale * factor, Math.min(MIN_SCALE, fitScale(view))), MAX_SCALE);
  const grown = scale / view.scale;
  return clampView({ ...view, scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown });
}

export function actualView(view) {
  return zoomView(view, 1 / view.scale, [view.stage_width / 2, view.stage_height / 2]);
}

export function panView(view, dx, dy) {
  return clampView({ ...view, x: view.x + dx, y: view.y + dy });
}

export function turnView(view, quarters = 1) {
  return centredView({ ...view, turn: (((view.turn + quarters) % 4) + 4) % 4 }, view);
}

export function resizeView(view, stage_width, stage_height) {
  return centredView({ ...view, stage_width, stage_height }, view);
}

export function clampView(view) {
  const [w, h] = turnedSize(view);
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

function centredView(view, before) {
  const middle = toImage(before, [before.stage_width / 2, before.stage_height / 2]);
  const there = toStage(view, middle);
  const dx = view.stage_width / 2 - there[0];
  const dy = view.stage_height / 2 - there[1];
  return clampView({ ...view, x: view.x + dx, y: view.y + dy });
}
