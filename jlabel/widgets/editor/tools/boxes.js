// Tools that draw a box: by drag or two clicks, by four clicks on the object's extremes, and by a template.

/** @import { Interaction, Point, Tool } from "../types" */

import { clampPoint, rectangleBetween } from "../geometry.js";
import { wandered } from "./press.js";

/**
 * The box between two corners; null where it would have no area.
 *
 * @type {(a: Point, b: Point, width: number, height: number, least?: number) => {box: import("../types").Bounds} | null}
 */
function boxBetween(a, b, width, height, least) {
  const rectangle = rectangleBetween(a, b, width, height, least);
  return rectangle && { box: rectangle };
}

/**
 * Drag from corner to corner, or click both; Shift makes a square.
 *
 * @type {(interaction: Interaction) => Tool}
 */
export function createBoxTool(interaction) {
  /** @type {{start: Point, end: Point, square: boolean} | null} */
  let drawn = null; // first corner, and the pointer
  /** @type {{at: Point, second: boolean} | null} */
  let press = null; // at: CSS pixels
  let dragging = false;

  /** @type {(box: {start: Point, end: Point, square: boolean}) => Point} */
  const corner = ({ start, end, square }) => {
    if (!square) return end;
    const size = Math.max(Math.abs(end[0] - start[0]), Math.abs(end[1] - start[1]));
    return [
      start[0] + size * (Math.sign(end[0] - start[0]) || 1),
      start[1] + size * (Math.sign(end[1] - start[1]) || 1),
    ];
  };
  /** @param {number} [least] */
  const shapeOf = (least) =>
    drawn && boxBetween(drawn.start, corner(drawn), interaction.page.width, interaction.page.height, least);
  const reset = () => {
    [drawn, press, dragging] = [null, null, false];
    interaction.repaint();
  };
  /** @param {number} [least] */
  const finish = (least) => {
    const shape = shapeOf(least);
    reset();
    if (shape) interaction.draw(shape);
  };
  return {
    name: "box",
    icon: "box",
    title: "Draw a box: drag, or click two corners",
    letter: "R",
    crosshair: true,
    get busy() {
      return drawn !== null;
    },
    down(event, point) {
      press = { at: [event.x, event.y], second: drawn !== null };
      drawn = { start: drawn?.start ?? point, end: point, square: false };
      dragging = false;
      interaction.repaint();
    },
    move(event, point) {
      if (!drawn) return;
      drawn = { ...drawn, end: point, square: Boolean(event.shift) };
      if (press && wandered(press.at, event)) dragging = true;
      interaction.repaint();
    },
    up(event, point) {
      if (!press || !drawn) return;
      const done = press.second || dragging;
      drawn = { ...drawn, end: point, square: Boolean(event.shift) };
      press = null;
      if (done) finish(interaction.pixels(2));
    },
    click(point) {
      const second = drawn !== null;
      drawn = { start: drawn?.start ?? point, end: point, square: false };
      if (second) finish();
      interaction.repaint();
    },
    key: () => false,
    abort() {
      if (press?.second) press = null;
      else if (press) reset();
    },
    cancel() {
      const was = drawn !== null;
      reset();
      return was;
    },
    paint(pen) {
      const shape = shapeOf();
      if (shape) pen.shape(shape, interaction.classId, { dashed: true });
      else if (drawn) pen.dot(drawn.start);
    },
  };
}

/**
 * Four clicks, on the object's top, bottom, left and right in any order (Papadopoulos et al., ICCV 2017, 7 s a box).
 *
 * @type {(interaction: Interaction) => Tool}
 */
export function createExtremeTool(interaction) {
  /** @type {Point[]} */
  let points = [];
  let pressed = false;
  /** @param {Point} point */
  const add = (point) => {
    points.push(clampPoint(point, interaction.page.width, interaction.page.height));
    if (points.length === 4) {
      const shape = around(interaction.pixels(2));
      if (shape) {
        points = [];
        interaction.draw(shape);
      } else points.pop(); // four clicks without area: the last one is asked for again
    }
    interaction.repaint();
  };
  /** @param {number} [least] */
  const around = (least) => {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    /** @type {Point} */
    const low = [Math.min(...xs), Math.min(...ys)];
    /** @type {Point} */
    const high = [Math.max(...xs), Math.max(...ys)];
    return boxBetween(low, high, interaction.page.width, interaction.page.height, least);
  };
  return {
    name: "extreme",
    icon: "extreme",
    title: "Draw a box by its topmost, bottommost, leftmost and rightmost point",
    letter: "E",
    crosshair: true,
    get busy() {
      return points.length > 0;
    },
    down() {
      pressed = true;
    },
    move: () => interaction.repaint(),
    up(_event, point) {
      if (pressed) add(point);
      pressed = false;
    },
    click: add,
    key(event) {
      if (event.key !== "Backspace" || !points.length) return false;
      points.pop();
      interaction.repaint();
      return true;
    },
    abort() {
      pressed = false;
    },
    cancel() {
      const was = points.length > 0;
      [points, pressed] = [[], false];
      interaction.repaint();
      return was;
    },
    paint(pen) {
      const shape = points.length > 1 && around();
      if (shape) pen.shape(shape, interaction.classId, { dashed: true, faint: true });
      for (const point of points) pen.dot(point);
    },
  };
}

/**
 * A click draws a box of the last one's size around the pointer.
 *
 * @type {(interaction: Interaction) => Tool}
 */
export function createTemplateTool(interaction) {
  let pressed = false;
  /** @param {Point} point */
  const around = ([x, y]) => {
    const [width, height] = interaction.lastSize();
    /** @type {Point} */
    const low = [x - width / 2, y - height / 2];
    /** @type {Point} */
    const high = [x + width / 2, y + height / 2];
    return boxBetween(low, high, interaction.page.width, interaction.page.height);
  };
  /** @param {Point} point */
  const drawAround = (point) => {
    const [x, y] = clampPoint(point, interaction.page.width, interaction.page.height);
    const shape = x === point[0] && y === point[1] && around(point);
    if (shape) interaction.draw(shape);
  };
  return {
    name: "template",
    icon: "template",
    title: "Draw a box of the last size with one click",
    letter: "T",
    crosshair: false,
    get busy() {
      return pressed;
    },
    down() {
      pressed = true;
    },
    move: () => interaction.repaint(),
    up(_event, point) {
      if (pressed) drawAround(point);
      pressed = false;
    },
    click: drawAround,
    key: () => false,
    abort() {
      pressed = false;
    },
    cancel() {
      const was = pressed;
      pressed = false;
      return was;
    },
    paint(pen) {
      const at = interaction.pointed();
      const shape = at && around(at);
      if (shape) pen.shape(shape, interaction.classId, { dashed: true, faint: !pressed });
    },
  };
}
