// What lies under the pointer. Tolerances are CSS pixels, as wide as the pointer is blunt.
import { nearestEdge, nearestVertex } from "./geometry.js";
import { boundsOf, containsPoint, kindOf, ringsOf } from "./shapes/shapes.js";

const REACH = { mouse: 6, pen: 9, touch: 18 };

export function reachOf(event) {
  return REACH[event.pointerType] ?? REACH.mouse;
}

/**
 * What of one selected shape can be taken hold of: {uid, part: "handle" | "vertex" | "edge", …} or null.
 * @type {(entry: any, point: any, reach: number, edges?: boolean) => any}
 */
export function hitGrip(entry, point, reach, edges = false) {
  const [x0, y0, x1, y1] = entry.bounds;
  if (point[0] < x0 - reach || point[0] > x1 + reach || point[1] < y0 - reach || point[1] > y1 + reach) return null;
  const grip = kindOf(entry.shape).grip(entry.shape, point, reach, edges);
  return grip && { uid: entry.uid, ...grip };
}

// The shape under an image point: of those that hold it or have an edge within reach, the smallest; null over none.
export function hitShape(entries, point, reach) {
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

// The nearest vertex, else the nearest point of an edge, of shapes other than `except`, within reach; else null.
export function hitSnap(entries, point, reach, except) {
  /** @type {{ distance: number, point?: number[] }[]} */
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
