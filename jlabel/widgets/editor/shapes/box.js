// The box: {box: [x0, y0, x1, y1]}.
import { rectangleBetween } from "../geometry.js";
import { createBoxTool, createExtremeTool, createTemplateTool } from "../tools/boxes.js";

/** @import { Bounds, Point, ShapeKind } from "./types" */

/**
 * The side or corner of a box under an image point: "n", "se", …, or "". A small box keeps a middle by which it is moved.
 *
 * @type {(box: Bounds, point: Point, reach: number) => string}
 */
export function boxHandle([x0, y0, x1, y1], [x, y], reach) {
  const across = Math.min(reach, Math.max((x1 - x0) / 3, reach / 3));
  const down = Math.min(reach, Math.max((y1 - y0) / 3, reach / 3));
  if (x < x0 - reach || x > x1 + reach || y < y0 - reach || y > y1 + reach) return "";
  const horizontal = x < x0 + across ? "w" : x > x1 - across ? "e" : "";
  const vertical = y < y0 + down ? "n" : y > y1 - down ? "s" : "";
  return vertical + horizontal;
}

/** @param {Bounds | null} rectangle */
const made = (rectangle) => rectangle && { box: rectangle };

/** @type {ShapeKind} */
export const box = {
  key: "box",
  field: "box",
  rectangular: true,
  freeform: false,
  firstTool: "box",
  bounds: ({ box: corners }) => corners,
  rings({ box: [x0, y0, x1, y1] }) {
    return [
      [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ],
    ];
  },
  contains: ({ box: [x0, y0, x1, y1] }, [x, y]) => x >= x0 && x <= x1 && y >= y0 && y <= y1,
  translate: ({ box: [x0, y0, x1, y1] }, dx, dy) => ({ box: [x0 + dx, y0 + dy, x1 + dx, y1 + dy] }),
  /** Moves its right and lower edges. */
  resize(shape, step, width, height) {
    const [x0, y0, x1, y1] = /** @type {Bounds} */ (shape.box);
    /** @type {Point} */
    const far = [Math.max(x1 + step[0], x0 + 1), Math.max(y1 + step[1], y0 + 1)];
    return made(rectangleBetween([x0, y0], far, width, height)) ?? shape;
  },
  fault: () => null,
  grips({ box: [x0, y0, x1, y1] }) {
    const [xm, ym] = [(x0 + x1) / 2, (y0 + y1) / 2];
    return [
      { point: [x0, y0] },
      { point: [xm, y0] },
      { point: [x1, y0] },
      { point: [x1, ym] },
      { point: [x1, y1] },
      { point: [xm, y1] },
      { point: [x0, y1] },
      { point: [x0, ym] },
    ];
  },
  grip({ box: corners }, point, reach) {
    const handle = boxHandle(corners, point, reach);
    return handle ? { part: "handle", handle } : null;
  },
  /** Shift keeps the proportions of a box dragged by its corner. */
  pull({ box: corners }, { grip: { handle = "" }, from, to, square, width, height, least }) {
    let [x0, y0, x1, y1] = corners;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    if (handle.includes("w")) x0 += dx;
    if (handle.includes("e")) x1 += dx;
    if (handle.includes("n")) y0 += dy;
    if (handle.includes("s")) y1 += dy;
    if (square && handle.length === 2) {
      const ratio = (corners[3] - corners[1]) / (corners[2] - corners[0]);
      if (handle.includes("n")) y0 = y1 - Math.abs(x1 - x0) * ratio;
      else y1 = y0 + Math.abs(x1 - x0) * ratio;
    }
    return made(rectangleBetween([x0, y0], [x1, y1], width, height, least));
  },
  tools: (interaction) => ({
    box: createBoxTool(interaction),
    extreme: createExtremeTool(interaction),
    template: createTemplateTool(interaction),
  }),
};
