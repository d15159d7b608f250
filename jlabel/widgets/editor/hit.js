// What is under the pointer. Tolerances are CSS pixels, by the precision of the pointer.

/** @import { Entry, Found, Point, PointerInput } from "./types" */

import { nearestEdge, nearestVertex } from "./geometry.js";
import { boundsOf, containsPoint, kindOf, ringsOf } from "./shapes/shapes.js";

/** @type {Record<string, number>} */
const REACH = { mouse: 6, pen: 9, touch: 18 };

/** @param {Pick<PointerInput, "pointerType">} event */
export function reachOf({ pointerType = "mouse" }) {
  return REACH[pointerType] ?? REACH.mouse;
}

/**
 * The grip of a shape that is within reach of a point; null where none is.
 *
 * @type {(entry: Entry, point: Point, reach: number, edges?: boolean) => Found | null}
 */
export function hitGrip(entry, point, reach, edges = false) {
  const [x0, y0, x1, y1] = entry.bounds;
  if (point[0] < x0 - reach || point[0] > x1 + reach || point[1] < y0 - reach || point[1] > y1 + reach) return null;
  const grip = kindOf(entry.shape).grip(entry.shape, point, reach, edges);
  return grip && { uid: entry.uid, ...grip };
}

/**
 * The shape under an image point: of those that contain it or have an edge within reach, the smallest; null where none is.
 *
 * @type {(entries: Entry[], point: Point, reach: number) => Entry | null}
 */
export function hitShape(entries, point, reach) {
  /** @type {Entry | null} */
  let best = null;
  let least = Infinity;
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    const [x0, y0, x1, y1] = entry.bounds;
    if (
      entry.hidden ||
      point[0] < x0 - reach ||
      point[0] > x1 + reach ||
      point[1] < y0 - reach ||
      point[1] > y1 + reach
    )
      continue;
    const size = (x1 - x0) * (y1 - y0);
    if (
      size < least &&
      (containsPoint(entry.shape, point) || nearestEdge(ringsOf(entry.shape), point).distance <= reach)
    )
      [best, least] = [entry, size];
  }
  return best;
}

/**
 * The nearest vertex, else the nearest point of an edge, of shapes other than `except`, within reach; else null.
 *
 * @type {(entries: Entry[], point: Point, reach: number, except?: string) => Point | null}
 */
export function hitSnap(entries, point, reach, except) {
  /** @type {{ distance: number, point?: Point }[]} */
  let [vertex, edge] = [{ distance: reach }, { distance: reach }];
  for (const entry of entries) {
    const [x0, y0, x1, y1] = entry.bounds ?? boundsOf(entry.shape);
    if (entry.hidden || entry.uid === except) continue;
    if (point[0] < x0 - reach || point[0] > x1 + reach || point[1] < y0 - reach || point[1] > y1 + reach) continue;
    const v = nearestVertex(ringsOf(entry.shape), point);
    if (v.distance < vertex.distance) vertex = v;
    const e = nearestEdge(ringsOf(entry.shape), point);
    if (e.distance < edge.distance) edge = e;
  }
  return vertex.point ?? edge.point ?? null;
}
