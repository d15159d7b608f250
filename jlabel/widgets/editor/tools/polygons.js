// The tool that draws a polygon: clicks, freehand paths, or both.

/** @import { Interaction, Point, Press, Tool } from "../types" */

import { cleanRing, distance, findCrossing, isFlat, nearestVertex, simplifyPath } from "../geometry.js";
import { wandered } from "./press.js";

const MIN_FREEHAND = 24; // CSS pixels; a shorter path was a click during which the pointer moved
const FREEHAND_TOLERANCE = 1; // CSS pixels between a freehand path and its simplification

/** @type {(interaction: Interaction) => Tool & {readonly fault: Point | null, finish: () => void}} */
export function createPolygonTool(interaction) {
  /** @type {Point[]} */
  let points = [];
  /** @type {Point[] | null} */
  let trail = null; // of a freehand path, from its first point
  /** @type {{at: Point, added: boolean, scratch: boolean, closing: boolean} | null} */
  let press = null; // scratch: the first point of the outline
  /** @type {Point | null} */
  let fault = null; // where the finished outline crosses itself: it is mended before it is sent
  let grabbed = -1; // index of the point of such an outline that is dragged

  const reset = () => {
    [points, trail, press, fault, grabbed] = [[], null, null, null, -1];
    interaction.status({ fault: null });
    interaction.repaint();
  };
  /** @type {(point: Point, event: Pick<Press, "pointerType">) => boolean} */
  const onFirst = (point, event) => points.length >= 3 && distance(point, points[0]) <= interaction.reach(event);
  const finish = () => {
    const ring = cleanRing(points);
    if (ring.length < 3 || isFlat(ring, interaction.pixels(1))) return; // still being drawn
    const shape = { rings: [ring] };
    fault = findCrossing(shape.rings);
    if (fault) {
      points = ring;
      interaction.status({ fault });
      interaction.repaint();
    } else {
      reset();
      interaction.draw(shape);
    }
  };
  /** @param {Point} point */
  const add = (point) => {
    const last = points.at(-1);
    if (last && distance(point, last) <= interaction.pixels(3)) return false; // the second press of a double click
    points.push(point);
    interaction.repaint();
    return true;
  };
  const back = () => {
    if (fault) {
      fault = null;
      interaction.status({ fault: null });
    } else points.pop();
    interaction.repaint();
  };
  /** @param {Point[]} path */
  const length = (path) => path.reduce((sum, point, i) => sum + (i ? distance(point, path[i - 1]) : 0), 0);

  return {
    name: "polygon",
    icon: "polygon",
    title: "Draw a polygon: click points, or hold and draw",
    letter: "P",
    crosshair: true,
    get busy() {
      return points.length > 0;
    },
    get fault() {
      return fault;
    },
    down(event, raw) {
      if (fault) {
        const near = nearestVertex([points], raw);
        grabbed = near.distance <= interaction.reach(event) ? near.index : -1;
        return;
      }
      const point = interaction.snap(raw, event);
      const closing = onFirst(point, event);
      const scratch = points.length === 0;
      press = { at: [event.x, event.y], scratch, closing, added: !closing && add(point) };
    },
    move(event, raw) {
      const point = interaction.snap(raw, event);
      if (grabbed >= 0) points = points.map((old, i) => (i === grabbed ? point : old));
      else if (press && !press.closing) {
        if (!trail && wandered(press.at, event)) trail = points.slice(-1);
        if (trail && distance(trail[trail.length - 1], point) >= interaction.pixels(1)) trail.push(point);
      }
      interaction.repaint();
    },
    up(event) {
      if (grabbed >= 0) {
        grabbed = -1;
        finish();
        return;
      }
      if (!press) return;
      const { closing, scratch } = press;
      press = null;
      if (closing) {
        finish();
        return;
      }
      if (!trail) return;
      const path = trail;
      trail = null;
      if (length(path) >= interaction.pixels(MIN_FREEHAND)) {
        points.push(...simplifyPath(path, interaction.pixels(FREEHAND_TOLERANCE)).slice(1));
        if (scratch || onFirst(points[points.length - 1], event)) finish();
      }
      interaction.repaint();
    },
    dblclick: () => (fault ? undefined : finish()),
    click(point) {
      if (onFirst(point, { pointerType: "mouse" })) finish();
      else if (!fault) add(interaction.snap(point, { shift: false }));
    },
    finish,
    repair() {
      if (!fault) return false;
      const shape = { rings: [points] };
      reset();
      interaction.draw(shape, { repair: true });
      return true;
    },
    key(event) {
      if (!points.length) return false;
      if (event.key === "Enter") finish();
      else if (event.key === "Backspace" || (event.ctrl && event.key.toLowerCase() === "z" && !event.shift)) back();
      else return false;
      return true;
    },
    abort() {
      if (press?.added) points.pop();
      [press, trail, grabbed] = [null, null, -1];
      interaction.repaint();
    },
    cancel() {
      const was = points.length > 0;
      reset();
      return was;
    },
    paint(pen) {
      if (!points.length) return;
      const path = trail ? [...points, ...trail.slice(1)] : points;
      if (fault) {
        pen.shape({ rings: [points] }, interaction.classId, { vertices: true });
        pen.cross(fault);
        return;
      }
      const next = interaction.pointed();
      const last = !trail && next ? [next] : [];
      pen.path([...path, ...last], interaction.classId);
      points.forEach((point, i) => pen.dot(point, i === 0 && points.length >= 3));
    },
  };
}
