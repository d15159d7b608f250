// The kinds of shapes by key, and their functions for a shape of any kind; see types.d.ts.
import { box } from "./box.js";
import { polygon } from "./polygon.js";

/** @import { Bounds, Point, Ring, Shape, ShapeKind } from "./types" */

/** @type {Record<string, ShapeKind>} */
export const SHAPES = { box, polygon };

/** @type {(shape: Shape) => ShapeKind} */
export function kindOf(shape) {
  for (const key in SHAPES) if (shape[SHAPES[key].field] !== undefined) return SHAPES[key];
  throw new Error(`No shape has the fields ${Object.keys(shape)}`);
}

/** @type {(shape: Shape) => Bounds} */
export const boundsOf = (shape) => kindOf(shape).bounds(shape);

/** @type {(shape: Shape) => Ring[]} */
export const ringsOf = (shape) => kindOf(shape).rings(shape);

/** @type {(shape: Shape, point: Point) => boolean} */
export const containsPoint = (shape, point) => kindOf(shape).contains(shape, point);

/** @type {(shape: Shape, dx: number, dy: number) => Shape} */
export const shiftShape = (shape, dx, dy) => kindOf(shape).translate(shape, dx, dy);

/** @type {(shape: Shape) => Point | null} */
export const findFault = (shape) => kindOf(shape).fault(shape);

/** @type {(shape: Shape) => boolean} Whether its points can be edited one by one. */
export const hasVertices = (shape) => kindOf(shape).moveVertex !== undefined;
