// What lies under the pointer. Tolerances are CSS pixels, as wide as the pointer is blunt.
import { boundsOf, containsPoint, nearestEdge, nearestVertex } from "./shapes.js";

const REACH = { mouse: 6, pen: 9, touch: 18 };

export function reachOf(event) {
  return REACH[event.pointerType] ?? REACH.mouse;
}

// The side or corner of a box under an image point: "n", "se", …, or "". A small box keeps a middle to be moved by.
export function boxHandle([x0, y0, x1, y1], [x, y], reach) {
  const across = Math.min(reach, Math.max((x1 - x0) / 3, reach / 3));
  const down = Math.min(reach, Math.max((y1 - y0) / 3, reach / 3));
  if (x < x0 - reach || x > x1 + reach || y < y0 - reach || y > y1 + reach) return "";
  const horizontal = x < x0 + across ? "w" : x > x1 - across ? "e" : "";
  const vertical = y < y0 + down ? "n" : y > y1 - down ? "s" : "";
  return vertical + horizontal;
}

// What of one selected shape can be taken hold of: {uid, part: "handle" | "vertex" | "edge", …} or null.
export function hitGrip(entry, point, reach, edges = false) {
  const [x0, y0, x1, y1] = entry.bounds;
  if (point[0] < x0 - reach || point[0] > x1 + reach || point[1] < y0 - reach || point[1] > y1 + reach) return null;
  if (entry.shape.box) {
    const handle = boxHandle(entry.shape.box, point, reach);
    return handle ? { uid: entry.uid, part: "handle", handle } : null;
  }
  const vertex = nearestVertex(entry.shape, point);
  if (vertex.distance <= reach) return { uid: entry.uid, part: "vertex", ring: vertex.ring, index: vertex.index };
  if (!edges) return null;
  const edge = nearestEdge(entry.shape, point);
  if (edge.distance > reach) return null;
  return { uid: entry.uid, part: "edge", ring: edge.ring, index: edge.index, point: edge.point };
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
    if (size < least && (containsPoint(entry.shape, point) || nearestEdge(entry.shape, point).distance <= reach))
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
    const v = nearestVertex(entry.shape, point);
    if (v.distance < vertex.distance) vertex = v;
    const e = nearestEdge(entry.shape, point);
    if (e.distance < edge.distance) edge = e;
  }
  return vertex.point ?? edge.point ?? null;
}
