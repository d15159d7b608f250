// The tools that work on shapes already there: manipulate (M: select, move, resize) and points (U: add, remove, drag).
import { limitStep } from "../geometry.js";
import { hitGrip, hitShape } from "../hit.js";
import { boundsOf, hasVertices, kindOf, ringsOf, shiftShape } from "../shapes/shapes.js";
import { wandered } from "./press.js";

export function createSelectTool(hand, { points = false } = {}) {
  let grip = null; // what the pointer holds: {part, uid, from, at, origin: Map uid -> shape, moved, …}
  let active = null; // the vertex that keys work on: {uid, ring, index}

  const lift = (uid, shape) => hand.page.lifted.set(uid, shape);
  const reset = () => {
    grip = null;
    hand.page.lifted.clear();
    hand.repaint();
  };
  const chosen = () => hand.selected().filter(hand.editable);
  // The grip of a selected shape first, then (with U) of any shape with points, then a shape's inside.
  const find = (event, point) => {
    const reach = hand.reach(event);
    for (const entry of chosen()) {
      const found = hitGrip(entry, point, reach, points);
      if (found) return found;
    }
    if (points) {
      for (const entry of hand.page.visible()) {
        const found = hand.editable(entry) && hasVertices(entry.shape) && hitGrip(entry, point, reach, true);
        if (found) return found;
      }
    }
    const held = hand.selected().find((entry) => hitShape([entry], point, 0));
    const entry = held ?? hitShape(hand.page.visible(), point, reach);
    return entry ? { uid: entry.uid, part: "inside" } : null;
  };
  const moveVertex = (shape, { ring, index }, point) => kindOf(shape).moveVertex(shape, ring, index, point);
  const insertVertex = (shape, { ring, index }, point) => kindOf(shape).insertVertex(shape, ring, index, point);

  /** @type {(vertex: { uid: string, ring?: number, index?: number }) => void} Removes it if the shape can do without. */
  function removeVertex({ uid, ring, index }) {
    const { shape } = hand.page.find(uid);
    active = null;
    const less = kindOf(shape).removeVertex(shape, ring, index);
    if (less) hand.commit(new Map([[uid, less]]));
  }

  function drag(event, point) {
    const { part, uid, from, origin } = grip;
    if (part === "inside") {
      const all = [...origin.values()].map(boundsOf);
      const around = [0, 1, 2, 3].map((i) => (i < 2 ? Math.min : Math.max)(...all.map((bounds) => bounds[i])));
      const step = limitStep(around, [point[0] - from[0], point[1] - from[1]], hand.page.width, hand.page.height);
      for (const [id, shape] of origin) lift(id, shiftShape(shape, ...step));
    } else if (part === "handle") {
      const shape = origin.get(uid);
      const { width, height } = hand.page;
      const pull = { grip, from, to: point, square: event.shift, width, height, least: hand.pixels(1) };
      lift(uid, kindOf(shape).pull(shape, pull) ?? shape);
    } else lift(uid, moveVertex(origin.get(uid), grip, hand.snap(point, event, uid)));
  }

  function click(event, point) {
    const reach = hand.reach(event);
    const under = hitShape(hand.page.visible(), point, reach);
    const uids = hand.selection();
    if (!under) hand.select(event.ctrl ? uids : []);
    else if (!event.ctrl) hand.select([under.uid]);
    else hand.select(uids.includes(under.uid) ? uids.filter((uid) => uid !== under.uid) : [...uids, under.uid]);
  }

  const rest = {
    name: points ? "points" : "select",
    icon: points ? "points" : "select",
    title: points ? "Add, move and remove points of a polygon" : "Select, move and resize shapes",
    letter: points ? "U" : "M",
    crosshair: false,
    get busy() {
      return grip !== null;
    },
    get active() {
      return active;
    },
    find,
    down(event, point) {
      const found = find(event, point);
      const base = { from: point, at: [event.x, event.y], last: [event.x, event.y], moved: false };
      active = found?.part === "vertex" ? { uid: found.uid, ring: found.ring, index: found.index } : null;
      if (!found) {
        grip = { ...base, part: "pan" };
        return;
      }
      if (event.alt && found.part === "vertex") {
        removeVertex(found);
        return;
      }
      if (!hand.selection().includes(found.uid) && !event.ctrl) hand.select([found.uid]);
      const still = event.ctrl || (points && found.part === "inside");
      const moving = found.part === "inside" ? chosen() : [hand.page.find(found.uid)].filter(hand.editable);
      grip = { ...base, ...found, still, origin: new Map(moving.map((entry) => [entry.uid, entry.shape])) };
      if (found.part === "edge") {
        const shape = insertVertex(grip.origin.get(found.uid), found, found.point);
        grip = {
          ...grip,
          part: "vertex",
          index: found.index + 1,
          inserted: true,
          origin: new Map([[found.uid, shape]]),
        };
        active = { uid: found.uid, ring: found.ring, index: found.index + 1 };
        lift(found.uid, shape);
      }
      hand.repaint();
    },
    move(event, point) {
      if (!grip) return;
      if (!grip.moved && !wandered(grip.at, event)) return;
      grip.moved = true;
      if (grip.part === "pan") {
        hand.panBy(event.x - grip.last[0], event.y - grip.last[1]);
        grip.last = [event.x, event.y];
      } else if (!grip.still) drag(event, point);
      hand.repaint();
    },
    up(event, point) {
      if (!grip) return;
      const { part, moved, still, inserted } = grip;
      if (moved && part !== "pan" && !still) drag(event, point);
      const changed = new Map(hand.page.lifted);
      const origin = grip.origin;
      reset();
      if (part === "pan" && moved) hand.settleView();
      else if (!moved && !inserted && part !== "vertex" && part !== "handle") click(event, point);
      else if (!moved && event.ctrl) click(event, point);
      else if (
        inserted ||
        [...changed].some(([uid, shape]) => JSON.stringify(shape) !== JSON.stringify(origin.get(uid)))
      )
        hand.commit(changed);
    },
    click: (point) => click({ ctrl: false, pointerType: "mouse" }, point),
    key(event) {
      const vertex = points && active && hand.page.find(active.uid);
      if (points && (event.key === "." || event.key === ",")) return cycle(event.key === "." ? 1 : -1);
      if (!vertex || !hand.editable(vertex)) return false;
      if (event.key === "Delete" || event.key === "Backspace") removeVertex(active);
      else if (event.key === "Insert" || event.key.toLowerCase() === "i") {
        const ring = ringsOf(vertex.shape)[active.ring];
        const [a, b] = [ring[active.index], ring[(active.index + 1) % ring.length]];
        const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        hand.commit(new Map([[vertex.uid, insertVertex(vertex.shape, active, middle)]]));
        active = { ...active, index: active.index + 1 };
      } else return false;
      return true;
    },
    // Shapes as the arrow keys leave them: the active vertex, else everything selected; with Ctrl
    // they are resized.
    nudged(shapes, step, resize) {
      const { width, height } = hand.page;
      const result = new Map();
      for (const [uid, shape] of shapes) {
        if (points && active?.uid === uid) {
          const [x, y] = ringsOf(shape)[active.ring][active.index];
          result.set(uid, moveVertex(shape, active, hand.clamp([x + step[0], y + step[1]])));
        } else if (resize) result.set(uid, kindOf(shape).resize(shape, step, width, height));
        else result.set(uid, shiftShape(shape, ...limitStep(boundsOf(shape), step, width, height)));
      }
      return result;
    },
    abort: reset,
    cancel() {
      const was = grip !== null;
      reset();
      return was;
    },
    paint: () => {},
  };

  function cycle(by) {
    const entry = chosen().find(({ shape }) => hasVertices(shape));
    if (!entry) return false;
    const all = ringsOf(entry.shape).flatMap((ring, r) => ring.map((_, index) => ({ uid: entry.uid, ring: r, index })));
    const at = all.findIndex(
      ({ ring, index }) => active?.uid === entry.uid && active.ring === ring && active.index === index,
    );
    active = all[at < 0 ? 0 : (at + by + all.length) % all.length];
    hand.repaint();
    return true;
  }
  return rest;
}

// The cursor that says what a press here would do.
export function cursorOver(found, rotation) {
  if (!found) return "default";
  if (found.part === "vertex") return "crosshair";
  if (found.part === "edge") return "copy";
  if (found.part === "inside") return "move";
  const ring = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
  return `${ring[(ring.indexOf(found.handle) + 2 * rotation) % 8]}-resize`;
}
