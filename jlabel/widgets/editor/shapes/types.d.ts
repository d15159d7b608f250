/** The port of a shape in the editor: the twin of `model/shapes/shape.py`. Coordinates are image pixels. */

import type { Interaction, Tool } from "../types";

/** x and y, in image pixels or in CSS pixels on the stage. */
export type Point = [number, number];
export type Ring = Point[];
/** x0, y0, x1, y1 */
export type Bounds = [number, number, number, number];
/** The JSON form of any shape: a mapping with the field that only its kind has. */
export type Shape = Record<string, any>;

/** A part of a shape that can be dragged. */
export interface Grip {
  part: "handle" | "vertex" | "edge";
  /** Of a handle: "n", "se", ..., the direction of its cursor. */
  handle?: string;
  ring?: number;
  index?: number;
  point?: Point;
}

/** A handle pulled from one image point to another. `square`: Shift is down. `least`: the smallest side, pixels. */
export interface Pull {
  grip: Grip;
  from: Point;
  to: Point;
  square: boolean;
  width: number;
  height: number;
  least: number;
}

export interface ShapeKind {
  /** In `SHAPES`, as in Python; `setup.shape` names it. */
  key: string;
  /** The field of the JSON form that only this kind has. */
  field: string;
  /** Whether the shape is its bounds. */
  rectangular: boolean;
  /** Whether the outline takes any form: then `fromRings` is there, and cut, add, join, split, simplify and repair apply. */
  freeform: boolean;
  bounds(shape: Shape): Bounds;
  /** The lines that are painted and snapped to; inside is what an odd number of them encloses. */
  rings(shape: Shape): Ring[];
  contains(shape: Shape, point: Point): boolean;
  translate(shape: Shape, dx: number, dy: number): Shape;
  /** Larger by a step, pixels, as Ctrl and the arrows ask, within an image of this size. */
  resize(shape: Shape, step: Point, width: number, height: number): Shape;
  /** Where the outline crosses itself; null where it is valid. */
  fault(shape: Shape): Point | null;
  /** The points that are painted on a selected shape. */
  grips(shape: Shape): { point: Point; ring?: number; index?: number }[];
  /** What of the shape is under a point; with `edges`, its edges too. The point is within reach of the bounds. */
  grip(shape: Shape, point: Point, reach: number, edges: boolean): Grip | null;
  /** The shape with a handle pulled; null where it would have no area. */
  pull?(shape: Shape, pull: Pull): Shape | null;
  /** The tools that draw it, by name, the buttons in this order. */
  tools(interaction: Interaction): Record<string, Tool>;
  /** The tool that is taken first. */
  firstTool: string;

  /** A shape of any outline. */
  fromRings?(rings: Ring[]): Shape;
  /** Where points can be edited one by one: the shape with a point moved, one more, one less (null: it cannot be). */
  moveVertex?(shape: Shape, ring: number, index: number, point: Point): Shape;
  insertVertex?(shape: Shape, ring: number, index: number, point: Point): Shape;
  removeVertex?(shape: Shape, ring: number, index: number): Shape | null;
}
