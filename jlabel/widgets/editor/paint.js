// Draws unfinished gestures and selected shapes onto a 2D context, in CSS pixels of the stage.

/** @import { Pen, Point, ShapesPage, View } from "./types" */

import { boundsOf, kindOf, ringsOf } from "./shapes/shapes.js";
import { toStage } from "./viewport.js";

const CASING = "rgba(0, 0, 0, 0.55)"; // under every line, so that it is visible on any picture
const FAULT = "#ff3b30";
// of a confidence, CSS pixels; the widths by the number of characters; as in stage/shape_layer.py
const LABEL = 15;
const LABELED = 26; // least height of a shape with a confidence in it
/** @type {Record<number, number>} */
const LABEL_WIDTHS = { 3: 26, 4: 33 };
const LABEL_GROUND = "rgba(0, 0, 0, 0.72)";

/** @type {(ctx: CanvasRenderingContext2D, view: View, page: ShapesPage) => Pen} */
export function createPen(ctx, view, page) {
  /** @type {(points: Point[], closed: boolean) => void} */
  const trace = (points, closed) => {
    points.forEach((point, i) => {
      const [x, y] = toStage(view, point);
      if (i) ctx.lineTo(x, y);
      else ctx.moveTo(x, y);
    });
    if (closed) ctx.closePath();
  };
  /** @type {(color: string, width: number) => void} */
  const stroke = (color, width) => {
    ctx.strokeStyle = CASING;
    ctx.lineWidth = width + 2;
    ctx.stroke();
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.stroke();
  };
  /** @type {(at: Point, size: number, color: string) => void} */
  const square = ([x, y], size, color) => {
    ctx.fillStyle = CASING;
    ctx.fillRect(x - size / 2 - 1, y - size / 2 - 1, size + 2, size + 2);
    ctx.fillStyle = color;
    ctx.fillRect(x - size / 2, y - size / 2, size, size);
  };
  /** @type {(ax: number, ay: number, bx: number, by: number) => void} */
  const line = (ax, ay, bx, by) => {
    ctx.beginPath();
    ctx.moveTo(ax, ay);
    ctx.lineTo(bx, by);
    ctx.stroke();
  };
  /** @type {Pen} */
  const pen = {
    shape(shape, classId, { dashed = false, faint = false, wide = false, vertices = false, light = false } = {}) {
      const color = page.color(classId);
      ctx.beginPath();
      for (const ring of ringsOf(shape)) trace(ring, true);
      ctx.globalAlpha = faint || light ? 0.08 : 0.16;
      ctx.fillStyle = color;
      ctx.fill("evenodd");
      ctx.globalAlpha = faint ? 0.6 : 1;
      ctx.setLineDash(dashed ? [6, 4] : []);
      stroke(color, wide ? 3 : 2);
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
      if (vertices) for (const ring of ringsOf(shape)) for (const point of ring) pen.dot(point);
    },
    path(points, classId) {
      ctx.beginPath();
      trace(points, false);
      stroke(page.color(classId), 2);
    },
    dot(point, big = false) {
      square(toStage(view, point), big ? 11 : 6, "#ffffff");
    },
    /** The grips of a selected shape, the active vertex larger. */
    grips(shape, active) {
      for (const { point, ring, index } of kindOf(shape).grips(shape))
        pen.dot(point, Boolean(active) && ring !== undefined && active?.ring === ring && active.index === index);
    },
    /** Writes into the top left corner of a shape's bounds, as the kernel does; above it where it does not fit. */
    label(shape, text) {
      const [x0, y0, x1, y1] = boundsOf(shape);
      const corners = [toStage(view, [x0, y0]), toStage(view, [x1, y1])];
      const [left, right] = corners.map(([x]) => x).sort((a, b) => a - b);
      const [top, bottom] = corners.map(([, y]) => y).sort((a, b) => a - b);
      const width = LABEL_WIDTHS[text.length] ?? LABEL_WIDTHS[4];
      const fits = right - left >= width && bottom - top >= LABELED;
      const y = fits || top < LABEL ? top : top - LABEL;
      ctx.fillStyle = LABEL_GROUND;
      ctx.fillRect(left, y, width, LABEL);
      ctx.fillStyle = "#ffffff";
      ctx.font = "600 11px sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(text, left + width / 2, y + LABEL / 2 + 0.5);
    },
    /** Marks where an outline crosses itself. */
    cross(point) {
      const [x, y] = toStage(view, point);
      ctx.beginPath();
      ctx.moveTo(x - 7, y - 7);
      ctx.lineTo(x + 7, y + 7);
      ctx.moveTo(x + 7, y - 7);
      ctx.lineTo(x - 7, y + 7);
      stroke(FAULT, 3);
      ctx.beginPath();
      ctx.arc(x, y, 12, 0, 2 * Math.PI);
      stroke(FAULT, 2);
    },
    guides(point) {
      const [x, y] = toStage(view, point);
      /** @type {[string, number][]} */
      const strokes = [
        ["rgba(0, 0, 0, 0.45)", 3],
        ["rgba(255, 255, 255, 0.85)", 1],
      ];
      for (const [color, width] of strokes) {
        ctx.strokeStyle = color;
        ctx.lineWidth = width;
        line(0, y, view.stage_width, y);
        line(x, 0, x, view.stage_height);
      }
    },
    cursor(point) {
      const [x, y] = toStage(view, point);
      ctx.beginPath();
      ctx.arc(x, y, 8, 0, 2 * Math.PI);
      stroke("#ffffff", 2);
      pen.dot(point);
    },
  };
  return pen;
}
