// A picture that was painted under one view, shown under another until the kernel has painted it again.

/** @import { View } from "./types" */

import { toStage } from "./viewport.js";

/**
 * The CSS transform that moves a picture from one view to another; "" where they are the same.
 *
 * @param {View} painted
 * @param {View} wanted
 */
export function between(painted, wanted) {
  /** @param {View} view */
  const matrix = (view) => {
    const [o, x, y] = [toStage(view, [0, 0]), toStage(view, [1, 0]), toStage(view, [0, 1])];
    return new DOMMatrix([x[0] - o[0], x[1] - o[1], y[0] - o[0], y[1] - o[1], o[0], o[1]]);
  };
  const m = matrix(wanted).multiply(matrix(painted).inverse());
  const same =
    Math.abs(m.a - 1) + Math.abs(m.b) + Math.abs(m.c) + Math.abs(m.d - 1) < 1e-7 &&
    Math.abs(m.e) + Math.abs(m.f) < 0.01;
  return same ? "" : `matrix(${[m.a, m.b, m.c, m.d, m.e, m.f].map((v) => v.toFixed(8)).join(",")})`;
}
