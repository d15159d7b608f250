// Tools that draw a box: by drag or two clicks, by four clicks on the object's extremes, and by a template.
//
// Every tool has down, move, up (event, image point), click (image point: the keyboard's), key, abort (drop what the
// pressed button was doing), cancel (drop everything; whether there was anything), busy and paint(pen).
import { clampPoint, rectangleBetween } from "../geometry.js";
import { wandered } from "./press.js";

// The box between two corners; null where it would have no area.
function boxBetween(a, b, width, height, least) {
  const rectangle = rectangleBetween(a, b, width, height, least);
  return rectangle && { box: rectangle };
}

// Drag from corner to corner, or click both; Shift makes a square.
export function createBoxTool(hand) {
  let start = null; // image point of the first corner
  let end = null;
  let press = null; // {at: CSS point, second}
  let dragging = false;

  const corner = (square) => {
    if (!square) return end;
    const size = Math.max(Math.abs(end[0] - start[0]), Math.abs(end[1] - start[1]));
    return [
      start[0] + size * (Math.sign(end[0] - start[0]) || 1),
      start[1] + size * (Math.sign(end[1] - start[1]) || 1),
    ];
  };
  const reset = () => {
    [start, end, press, dragging] = [null, null, null, false];
    hand.repaint();
  };
  const finish = (square, least) => {
    const shape = boxBetween(start, corner(square), hand.page.width, hand.page.height, least);
    reset();
    if (shape) hand.draw(shape);
  };
  return {
    name: "box",
    icon: "box",
    title: "Draw a box: drag, or click two corners",
    letter: "R",
    crosshair: true,
    get busy() {
      return start !== null;
    },
    down(event, point) {
      press = { at: [event.x, event.y], second: start !== null };
      if (!start) start = point;
      end = point;
      dragging = false;
      hand.repaint();
    },
    move(event, point) {
      if (!start) return;
      end = point;
      if (press && wandered(press.at, event)) dragging = true;
      this.square = event.shift;
      hand.repaint();
    },
    up(event, point) {
      if (!press) return;
      const done = press.second || dragging;
      end = point;
      press = null;
      if (done) finish(event.shift, hand.pixels(2));
    },
    click(point) {
      if (start) {
        end = point;
        finish(false);
      } else [start, end] = [point, point];
      hand.repaint();
    },
    key: () => false,
    abort() {
      if (press?.second) press = null;
      else if (press) reset();
    },
    cancel() {
      const was = start !== null;
      reset();
      return was;
    },
    paint(pen) {
      const shape = start && boxBetween(start, corner(this.square), hand.page.width, hand.page.height);
      if (shape) pen.shape(shape, hand.classId, { dashed: true });
      else if (start) pen.dot(start);
    },
  };
}

// Four clicks, on the object's top, bottom, left and right in any order (Papadopoulos et al., ICCV 2017, 7 s a box).
export function createExtremeTool(hand) {
  let points = [];
  let press = null;
  const add = (point) => {
    points.push(clampPoint(point, hand.page.width, hand.page.height));
    if (points.length === 4) {
      const shape = around(hand.pixels(2));
      if (shape) {
        points = [];
        hand.draw(shape);
      } else points.pop(); // four clicks without area: the last one is asked for again
    }
    hand.repaint();
  };
  const around = (least) => {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const low = [Math.min(...xs), Math.min(...ys)];
    const high = [Math.max(...xs), Math.max(...ys)];
    return boxBetween(low, high, hand.page.width, hand.page.height, least);
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
    down(event) {
      press = [event.x, event.y];
    },
    move: () => hand.repaint(),
    up(_event, point) {
      if (press) add(point);
      press = null;
    },
    click: add,
    key(event) {
      if (event.key !== "Backspace" || !points.length) return false;
      points.pop();
      hand.repaint();
      return true;
    },
    abort() {
      press = null;
    },
    cancel() {
      const was = points.length > 0;
      [points, press] = [[], null];
      hand.repaint();
      return was;
    },
    paint(pen) {
      const shape = points.length > 1 && around();
      if (shape) pen.shape(shape, hand.classId, { dashed: true, faint: true });
      for (const point of points) pen.dot(point);
    },
  };
}

// A click places a box of the last one's size around the pointer; 50 x 50 pixels while there is none.
export function createTemplateTool(hand) {
  let press = null;
  const around = ([x, y]) => {
    const [width, height] = hand.lastSize();
    const [low, high] = [
      [x - width / 2, y - height / 2],
      [x + width / 2, y + height / 2],
    ];
    return boxBetween(low, high, hand.page.width, hand.page.height);
  };
  const place = (point) => {
    const [x, y] = clampPoint(point, hand.page.width, hand.page.height);
    const shape = x === point[0] && y === point[1] && around(point);
    if (shape) hand.draw(shape);
  };
  return {
    name: "template",
    icon: "template",
    title: "Place a box of the last size with one click",
    letter: "T",
    crosshair: false,
    get busy() {
      return press !== null;
    },
    down(event) {
      press = [event.x, event.y];
    },
    move: () => hand.repaint(),
    up(_event, point) {
      if (press) place(point);
      press = null;
    },
    click: place,
    key: () => false,
    abort() {
      press = null;
    },
    cancel() {
      const was = press !== null;
      press = null;
      return was;
    },
    paint(pen) {
      const at = hand.pointed();
      const shape = at && around(at);
      if (shape) pen.shape(shape, hand.classId, { dashed: true, faint: !press });
    },
  };
}
