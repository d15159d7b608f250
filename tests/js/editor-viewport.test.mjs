// The browser's view transform, compared with the same vectors as the kernel's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as viewport from "../../jlabel/widgets/editor/viewport.js";

const vectors = JSON.parse(readFileSync(new URL("./vectors/viewport.json", import.meta.url)));
const steps = {
  fit: (view, rotation) => viewport.fitView(view.width, view.height, view.stage_width, view.stage_height, rotation),
  zoom: (view, factor, x, y) => viewport.zoomView(view, factor, [x, y]),
  actual: viewport.actualView,
  pan: viewport.panView,
  rotate: viewport.rotateView,
  resize: viewport.resizeView,
  clamp: viewport.clampView,
};
const near = (found, wanted, tolerance, what) =>
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found} is not ${wanted}`);

for (const vector of vectors) {
  test(`viewport: ${vector.name}`, () => {
    let view = vector.view;
    for (const [name, ...rest] of vector.steps) view = steps[name](view, ...rest);
    for (const [key, value] of Object.entries(vector.result)) near(view[key], value, 1e-9, key);
    for (const [image, stage] of vector.points) {
      const there = viewport.toStage(view, image);
      const back = viewport.toImage(view, stage);
      for (const i of [0, 1]) {
        near(there[i], stage[i], 1e-6, "stage");
        near(back[i], image[i], 1e-6, "image");
      }
    }
  });
}

test("viewport: a step on the stage is the difference of two points", () => {
  for (const rotation of [0, 1, 2, 3]) {
    const view = viewport.fitView(640, 480, 800, 600, rotation);
    const a = viewport.toImage(view, [10, 20]);
    const b = viewport.toImage(view, [17, 15]);
    const step = viewport.stepToImage(view, [7, -5]);
    near(step[0], b[0] - a[0], 1e-9, "x");
    near(step[1], b[1] - a[1], 1e-9, "y");
  }
});
