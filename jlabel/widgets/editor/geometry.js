// Plane geometry on points, rings and rectangles [x0, y0, x1, y1] in image pixels; of shapes it knows nothing.
// Arguments are never changed. The kernel checks shapes exactly (validity, clipping).

/** @import { Bounds, Point, Ring } from "./shapes/types" */

export const MIN_SIDE = 0.01; // pixels; a thinner rectangle was drawn by mistake

/** @type {(point: Point, width: number, height: number) => Point} */
export function clampPoint([x, y], width, height) {
  return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
}

/**
 * The step nearest to (dx, dy) that keeps the bounds in the image, or no farther outside than they are.
 *
 * @type {(bounds: Bounds, step: Point, width: number, height: number) => Point}
 */
export function limitStep([x0, y0, x1, y1], [dx, dy], width, height) {
  return [
    Math.min(Math.max(dx, Math.min(0, -x0)), Math.max(0, width - x1)),
    Math.min(Math.max(dy, Math.min(0, -y0)), Math.max(0, height - y1)),
  ];
}

/**
 * The rectangle between two corners, clipped to the image; null where it would have no area.
 *
 * @type {(a: Point, b: Point, width: number, height: number, least?: number) => Bounds | null}
 */
export function rectangleBetween([ax, ay], [bx, by], width, height, least = MIN_SIDE) {
  const [x0, y0] = clampPoint([Math.min(ax, bx), Math.min(ay, by)], width, height);
  const [x1, y1] = clampPoint([Math.max(ax, bx), Math.max(ay, by)], width, height);
  return x1 - x0 >= least && y1 - y0 >= least ? [x0, y0, x1, y1] : null;
}

/**
 * Whether a ring encloses a point. Even-odd rule with half-open edges: W. R. Franklin, "PNPOLY", 1970.
 *
 * @type {(ring: Ring, x: number, y: number) => boolean}
 */
export function inRing(ring, x, y) {
  let inside = false;
  let [ax, ay] = ring[ring.length - 1];
  for (const [bx, by] of ring) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    [ax, ay] = [bx, by];
  }
  return inside;
}

/** @type {(a: Point, b: Point) => number} */
export function distance([ax, ay], [bx, by]) {
  return Math.hypot(ax - bx, ay - by);
}

/**
 * The point of the segment ab that is nearest to p.
 *
 * @type {(p: Point, a: Point, b: Point) => Point}
 */
export function nearestOnSegment([px, py], [ax, ay], [bx, by]) {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t = length ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length)) : 0;
  return [ax + t * dx, ay + t * dy];
}

/**
 * A position on an outline: `ring` and `index` of a point; `distance` from it to where it was looked for. Without rings
 * `distance` is infinite.
 *
 * @typedef {{ring: number, index: number, point: Point, distance: number}} Nearest
 */
/** @type {() => Nearest} */
const nowhere = () => ({ ring: -1, index: -1, point: [NaN, NaN], distance: Infinity });

/**
 * The edge nearest to p; it runs from point `index` to the one after it.
 *
 * @type {(rings: Ring[], p: Point) => Nearest}
 */
export function nearestEdge(rings, p) {
  let best = nowhere();
  rings.forEach((ring, r) => {
    ring.forEach((a, i) => {
      const point = nearestOnSegment(p, a, ring[(i + 1) % ring.length]);
      const d = distance(p, point);
      if (d < best.distance) best = { ring: r, index: i, point, distance: d };
    });
  });
  return best;
}

/** @type {(rings: Ring[], p: Point) => Nearest} */
export function nearestVertex(rings, p) {
  let best = nowhere();
  rings.forEach((ring, r) => {
    ring.forEach((point, i) => {
      const d = distance(p, point);
      if (d < best.distance) best = { ring: r, index: i, point, distance: d };
    });
  });
  return best;
}

/**
 * Whether all points lie within `tolerance` of one line. A signed area does not tell: that of a figure of eight is zero.
 *
 * @type {(ring: Ring, tolerance: number) => boolean}
 */
export function isFlat(ring, tolerance) {
  const far = ring.reduce(
    (best, point) => (distance(point, ring[0]) > distance(best, ring[0]) ? point : best),
    ring[0],
  );
  return ring.every((point) => distance(point, nearestOnSegment(point, ring[0], far)) <= tolerance);
}

/**
 * The ring without repeated points and spikes: out and back along one line, as in a path clamped to the image's border.
 *
 * @type {(points: Ring) => Ring}
 */
export function cleanRing(points) {
  const ring = [...points];
  for (let i = 0; ring.length > 2 && i < ring.length; ) {
    const before = ring[(i + ring.length - 1) % ring.length];
    const after = ring[(i + 1) % ring.length];
    const here = ring[i];
    const [ux, uy] = [here[0] - before[0], here[1] - before[1]];
    const [vx, vy] = [after[0] - here[0], after[1] - here[1]];
    const same = ux === 0 && uy === 0;
    const spike =
      Math.abs(ux * vy - uy * vx) <= 1e-9 * (ux * ux + uy * uy + vx * vx + vy * vy) && ux * vx + uy * vy < 0;
    if (same || spike) {
      ring.splice(i, 1);
      i = Math.max(0, i - 2);
    } else i++;
  }
  return ring;
}

/**
 * Douglas and Peucker, Cartographica 10(2), 1973, on an open path; iterative, so a long path cannot exhaust the stack.
 *
 * @type {(points: Ring, tolerance: number) => Ring}
 */
export function simplifyPath(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack = [[0, points.length - 1]];
  for (let part = stack.pop(); part; part = stack.pop()) {
    const [first, last] = part;
    let [far, index] = [tolerance, -1];
    for (let i = first + 1; i < last; i++) {
      const d = distance(points[i], nearestOnSegment(points[i], points[first], points[last]));
      if (d > far) [far, index] = [d, i];
    }
    if (index > 0) {
      keep[index] = 1;
      stack.push([first, index], [index, last]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

/** @typedef {{a: Point, b: Point, r: number, i: number, n: number, left: number, right: number}} Segment */

/**
 * Where the outline crosses or touches itself, or null. Segments are sorted by their left ends, so that only neighbours
 * are compared.
 *
 * @type {(rings: Ring[]) => Point | null}
 */
export function findCrossing(rings) {
  /** @type {Segment[]} */
  const segments = [];
  rings.forEach((ring, r) => {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length];
      segments.push({ a, b, r, i, n: ring.length, left: Math.min(a[0], b[0]), right: Math.max(a[0], b[0]) });
    });
  });
  segments.sort((one, two) => one.left - two.left);
  for (let i = 0; i < segments.length; i++) {
    for (let j = i + 1; j < segments.length && segments[j].left <= segments[i].right; j++) {
      const [one, two] = [segments[i], segments[j]];
      const gap = Math.abs(one.i - two.i);
      if (one.r === two.r && (gap === 1 || gap === one.n - 1)) continue;
      const point = meet(one, two, one.r === two.r);
      if (point) return point;
    }
  }
  return null;
}

/** @type {(a: Point, b: Point, p: Point) => number} Positive on one side of the line ab, negative on the other. */
function side([ax, ay], [bx, by], [px, py]) {
  return (bx - ax) * (py - ay) - (by - ay) * (px - ax);
}

/**
 * Where two segments meet, or null. Rings may touch each other at a point; a ring may not touch itself (`touching`).
 *
 * @type {(one: Segment, two: Segment, touching: boolean) => Point | null}
 */
function meet({ a, b }, { a: c, b: d }, touching) {
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return null;
  const [sc, sd, sa, sb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (sc * sd < 0 && sa * sb < 0) {
    const t = sa / (sa - sb);
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  }
  if (!touching) return null;
  if (sc === 0 && between(a, b, c)) return c;
  if (sd === 0 && between(a, b, d)) return d;
  if (sa === 0 && between(c, d, a)) return a;
  if (sb === 0 && between(c, d, b)) return b;
  return null;
}

/** @type {(a: Point, b: Point, p: Point) => boolean} */
function between(a, b, p) {
  return (
    p[0] >= Math.min(a[0], b[0]) &&
    p[0] <= Math.max(a[0], b[0]) &&
    p[1] >= Math.min(a[1], b[1]) &&
    p[1] <= Math.max(a[1], b[1])
  );
}
