// The polygon: {rings: [[[x, y], …], …], holes: […]}, outer rings and holes; without holes there is no such field.
import { findCrossing, inRing, nearestEdge, nearestVertex } from "../geometry.js";
import { createBoxTool, createExtremeTool, createTemplateTool } from "../tools/boxes.js";
import { createPolygonTool } from "../tools/polygons.js";

/** @import { Bounds, Point, Ring, Shape, ShapeKind } from "./types" */

/** @type {(shape: Shape) => Ring[]} */
const ringsOf = (shape) => (shape.holes ? [...shape.rings, ...shape.holes] : shape.rings);

/**
 * The shape with other rings, in the order that ringsOf gives them.
 *
 * @type {(shape: Shape, rings: Ring[]) => Shape}
 */
function withRings(shape, rings) {
  const outer = shape.rings.length;
  const holes = rings.slice(outer);
  return holes.length ? { rings: rings.slice(0, outer), holes } : { rings };
}

/** @type {(shape: Shape, move: (point: Point) => Point) => Shape} */
const mapped = (shape, move) =>
  withRings(
    shape,
    ringsOf(shape).map((ring) => ring.map(move)),
  );

/** @type {(shape: Shape, ring: number, change: (ring: Ring) => Ring) => Shape} */
const withRing = (shape, ring, change) =>
  withRings(
    shape,
    ringsOf(shape).map((old, r) => (r === ring ? change(old) : old)),
  );

/** @type {(shape: Shape) => Bounds} */
function bounds(shape) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of shape.rings) {
    for (const [x, y] of ring) {
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
  }
  return [x0, y0, x1, y1];
}

/** @type {ShapeKind} */
export const polygon = {
  key: "polygon",
  field: "rings",
  rectangular: false,
  freeform: true,
  firstTool: "polygon",
  bounds,
  rings: ringsOf,
  // In more rings than holes: an island in a hole is part of the shape.
  contains: ({ rings, holes = [] }, [x, y]) =>
    rings.filter((/** @type {Ring} */ ring) => inRing(ring, x, y)).length >
    holes.filter((/** @type {Ring} */ ring) => inRing(ring, x, y)).length,
  translate: (shape, dx, dy) => mapped(shape, ([x, y]) => [x + dx, y + dy]),
  /** Wider and higher about its middle, at least a pixel each way, as far as the image has room. */
  resize(shape, [dx, dy], width, height) {
    const [x0, y0, x1, y1] = bounds(shape);
    /** @type {(low: number, high: number, step: number, end: number) => (value: number) => number} */
    const along = (low, high, step, end) => {
      const middle = (low + high) / 2;
      const room = Math.max(2 * Math.min(middle, end - middle), high - low);
      const size = Math.max(Math.min(high - low + step, room), Math.min(high - low, 1));
      const factor = size / (high - low);
      return (value) => (factor === 1 ? value : middle + (value - middle) * factor);
    };
    const [alongX, alongY] = [along(x0, x1, dx, width), along(y0, y1, dy, height)];
    return mapped(shape, ([x, y]) => [alongX(x), alongY(y)]);
  },
  fault: (shape) => findCrossing(ringsOf(shape)),
  grips: (shape) => ringsOf(shape).flatMap((points, ring) => points.map((point, index) => ({ point, ring, index }))),
  grip(shape, point, reach, edges) {
    const vertex = nearestVertex(ringsOf(shape), point);
    if (vertex.distance <= reach) return { part: "vertex", ring: vertex.ring, index: vertex.index };
    if (!edges) return null;
    const edge = nearestEdge(ringsOf(shape), point);
    return edge.distance > reach ? null : { part: "edge", ring: edge.ring, index: edge.index, point: edge.point };
  },
  fromRings: (rings) => ({ rings }),
  moveVertex: (shape, ring, index, point) => withRing(shape, ring, (old) => old.with(index, point)),
  insertVertex: (shape, ring, index, point) => withRing(shape, ring, (old) => old.toSpliced(index + 1, 0, point)),
  /** A hole of three points is removed with one of them; an outer ring of three keeps them all. */
  removeVertex(shape, ring, index) {
    const rings = ringsOf(shape);
    if (rings[ring].length > 3) return withRing(shape, ring, (old) => old.toSpliced(index, 1));
    if (ring < shape.rings.length) return null;
    const holes = rings.filter((_, r) => r >= shape.rings.length && r !== ring);
    return holes.length ? { rings: shape.rings, holes } : { rings: shape.rings };
  },
  tools: (interaction) => ({
    box: createBoxTool(interaction),
    extreme: createExtremeTool(interaction),
    template: createTemplateTool(interaction),
    polygon: createPolygonTool(interaction),
  }),
};
