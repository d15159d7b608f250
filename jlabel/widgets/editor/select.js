// The tools that work on shapes already there: manipulate (M: select, move, resize) and points (U: add, remove, drag).
import { wandered } from "./boxes.js";
import { hitGrip, hitShape } from "./hit.js";
import { boundsOf, boxBetween, growShape, limitStep, ringsOf, shiftShape, withRings } from "./shapes.js";

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
  // The grip of a selected shape first, then (with U) of any polygon, then a shape's inside.
  const find = (event, point) => {
    const reach = hand.reach(event);
    for (const entry of chosen()) {
      const found = hitGrip(entry, point, reach, points);
      if (found) return found;
    }
    if (points) {
      for (const entry of hand.page.visible()) {
        const found = hand.editable(entry) && !entry.shape.box && hitGrip(entry, point, reach, true);
        if (found) return found;
      }
    }
    const held = hand.selected().find((entry) => hitShape([entry], point, 0));
    const entry = held ?? hitShape(hand.page.visible(), point, reach);
    return entry ? { uid: entry.uid, part: "inside" } : null;
  };
  const withVertex = (shape, ring, index, point) =>
    withRings(
      shape,
      ringsOf(shape).map((old, r) => (r === ring ? old.map((p, i) => (i === index ? point : p)) : old)),
    );
  const withInserted = (shape, ring, index, point) =>
    withRings(
      shape,
      ringsOf(shape).map((old, r) => (r === ring ? old.toSpliced(index + 1, 0, point) : old)),
    );

  /**
   * A ring of three loses itself with a point; the last outer ring loses none.
   * @type {(vertex: { uid: string, ring?: number, index?: number }) => boolean | void}
   */
  function removeVertex({ uid, ring, index }) {
    const { shape } = hand.page.find(uid);
    const rings = ringsOf(shape);
    active = null;
    if (rings[ring].length > 3)
      hand.commit(
        new Map([
          [
            uid,
            withRings(
              shape,
              rings.map((old, r) => (r === ring ? old.toSpliced(index, 1) : old)),
            ),
          ],
        ]),
      );
    else if (ring >= shape.rings.length) {
      const holes = rings.filter((_, r) => r >= shape.rings.length && r !== ring);
      hand.commit(new Map([[uid, holes.length ? { rings: shape.rings, holes } : { rings: shape.rings }]]));
    } else return false;
    return true;
  }

  function resized(shape, handle, from, point, square) {
    let [x0, y0, x1, y1] = shape.box;
    const [dx, dy] = [point[0] - from[0], point[1] - from[1]];
    if (handle.includes("w")) x0 += dx;
    if (handle.includes("e")) x1 += dx;
    if (handle.includes("n")) y0 += dy;
    if (handle.includes("s")) y1 += dy;
    if (square && handle.length === 2) {
      const ratio = (shape.box[3] - shape.box[1]) / (shape.box[2] - shape.box[0]);
      if (handle.includes("n")) y0 = y1 - Math.abs(x1 - x0) * ratio;
      else y1 = y0 + Math.abs(x1 - x0) * ratio;
    }
    return boxBetween([x0, y0], [x1, y1], hand.page.width, hand.page.height, hand.pixels(1));
  }

  function drag(event, point) {
    const { part, uid, from, origin } = grip;
    if (part === "inside") {
      const all = [...origin.values()].map(boundsOf);
      const around = [0, 1, 2, 3].map((i) => (i < 2 ? Math.min : Math.max)(...all.map((bounds) => bounds[i])));
      const step = limitStep(around, [point[0] - from[0], point[1] - from[1]], hand.page.width, hand.page.height);
      for (const [id, shape] of origin) lift(id, shiftShape(shape, ...step));
    } else if (part === "handle") {
      const shape = resized(origin.get(uid), grip.handle, from, point, event.shift);
      lift(uid, shape ?? origin.get(uid));
    } else lift(uid, withVertex(origin.get(uid), grip.ring, grip.index, hand.snap(point, event, uid)));
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
        const shape = withInserted(grip.origin.get(found.uid), found.ring, found.index, found.point);
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
        hand.commit(new Map([[vertex.uid, withInserted(vertex.shape, active.ring, active.index, middle)]]));
        active = { ...active, index: active.index + 1 };
      } else return false;
      return true;
    },
    // Shapes as the arrow keys leave them: the active vertex, else everything selected; with Ctrl a box's far corner,
    // or a polygon about its middle.
    nudged(shapes, step, resize) {
      const { width, height } = hand.page;
      const result = new Map();
      for (const [uid, shape] of shapes) {
        if (points && active?.uid === uid) {
          const [x, y] = ringsOf(shape)[active.ring][active.index];
          result.set(uid, withVertex(shape, active.ring, active.index, hand.clamp([x + step[0], y + step[1]])));
        } else if (resize && shape.box) {
          const [x0, y0, x1, y1] = shape.box;
          const far = [Math.max(x1 + step[0], x0 + 1), Math.max(y1 + step[1], y0 + 1)];
          result.set(uid, boxBetween([x0, y0], far, width, height) ?? shape);
        } else if (resize) result.set(uid, growShape(shape, step, width, height));
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
    const entry = chosen().find(({ shape }) => !shape.box);
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
