// The tool that draws a polygon: clicks, or a path held down, in any mixture.
import { cleanRing, distance, findCrossing, isFlat, nearestVertex, simplifyPath } from "../geometry.js";
import { wandered } from "./press.js";

const FREEHAND = 24; // CSS pixels of path below which a held press was a click with an unsteady hand
const GRAIN = 1; // CSS pixels that a simplified freehand path may lie off the hand's own

export function createPolygonTool(hand) {
  let points = [];
  let trail = null; // image points of a path held down
  let press = null; // {at, added, scratch, closing}
  let fault = null; // where the finished outline crosses itself; it is then mended, not sent
  let grabbed = -1; // a point of the faulty outline in the hand

  const reset = () => {
    [points, trail, press, fault, grabbed] = [[], null, null, null, -1];
    hand.status({ fault: null });
    hand.repaint();
  };
  const onFirst = (point, event) => points.length >= 3 && distance(point, points[0]) <= hand.reach(event);
  const finish = () => {
    const ring = cleanRing(points);
    if (ring.length < 3 || isFlat(ring, hand.pixels(1))) return; // still being drawn
    const shape = { rings: [ring] };
    fault = findCrossing(shape.rings);
    if (fault) {
      points = ring;
      hand.status({ fault });
      hand.repaint();
    } else {
      reset();
      hand.draw(shape);
    }
  };
  const add = (point) => {
    if (points.length && distance(point, points.at(-1)) <= hand.pixels(3)) return false; // a double click's second
    points.push(point);
    hand.repaint();
    return true;
  };
  const back = () => {
    if (fault) {
      fault = null;
      hand.status({ fault: null });
    } else points.pop();
    hand.repaint();
  };
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
        grabbed = near.distance <= hand.reach(event) ? near.index : -1;
        return;
      }
      const point = hand.snap(raw, event);
      const closing = onFirst(point, event);
      const scratch = points.length === 0;
      press = { at: [event.x, event.y], scratch, closing, added: !closing && add(point) };
    },
    move(event, raw) {
      const point = hand.snap(raw, event);
      if (grabbed >= 0) points = points.map((old, i) => (i === grabbed ? point : old));
      else if (press && !press.closing) {
        if (!trail && wandered(press.at, event)) trail = [points.at(-1)];
        if (trail && distance(trail.at(-1), point) >= hand.pixels(1)) trail.push(point);
      }
      hand.repaint();
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
      if (length(path) >= hand.pixels(FREEHAND)) {
        points.push(...simplifyPath(path, hand.pixels(GRAIN)).slice(1));
        if (scratch || onFirst(points.at(-1), event)) finish();
      }
      hand.repaint();
    },
    dblclick: () => (fault ? undefined : finish()),
    click(point) {
      if (onFirst(point, { pointerType: "mouse" })) finish();
      else if (!fault) add(hand.snap(point, { shift: false }));
    },
    finish,
    repair() {
      if (!fault) return false;
      const shape = { rings: [points] };
      reset();
      hand.draw(shape, { repair: true });
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
      hand.repaint();
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
        pen.shape({ rings: [points] }, hand.classId, { vertices: true });
        pen.cross(fault);
        return;
      }
      const next = hand.pointed();
      const last = !trail && next ? [next] : [];
      pen.path([...path, ...last], hand.classId);
      points.forEach((point, i) => pen.dot(point, i === 0 && points.length >= 3));
    },
  };
}
