// The tools that work on shapes that are there: select (M: select, move, resize) and points (U: add, remove, drag).

/** @import { Entry, Found, Interaction, Point, PointerInput, Press, SelectTool, Shape, Vertex } from "../types" */

import { limitStep } from "../geometry.js";
import { hitGrip, hitShape } from "../hit.js";
import { boundsOf, hasVertices, kindOf, ringsOf, shiftShape } from "../shapes/shapes.js";
import { wandered } from "./press.js";

/** @type {(part: {uid: string, ring?: number, index?: number}) => Vertex} */
const vertexOf = ({ uid, ring = 0, index = 0 }) => ({ uid, ring, index });

/** @type {(interaction: Interaction, options?: {points?: boolean}) => SelectTool} */
export function createSelectTool(interaction, { points = false } = {}) {
  /**
   * What is dragged. `from`: image pixels; `at`, `last`: CSS pixels, of the press and of the last move; `origin`: the shapes
   * at the press; `still`: the drag moves nothing.
   *
   * @typedef {Omit<Found, "part"> & {part: Found["part"] | "pan", from: Point, at: Point, last: Point, moved: boolean,
   *   still: boolean, inserted: boolean, origin: Map<string, Shape>}} Drag
   * @type {Drag | null}
   */
  let dragged = null;
  /** @type {Vertex | null} */
  let active = null; // the vertex that keys work on

  /** @type {(uid: string, shape: Shape) => void} */
  const edit = (uid, shape) => {
    interaction.page.edited.set(uid, shape);
  };
  const reset = () => {
    dragged = null;
    interaction.page.edited.clear();
    interaction.repaint();
  };
  const chosen = () => interaction.selected().filter(interaction.editable);
  /**
   * The grip of a selected shape, else (with U) of any shape with points, else a shape's inside.
   *
   * @type {SelectTool["find"]}
   */
  const find = (event, point) => {
    const reach = interaction.reach(event);
    for (const entry of chosen()) {
      const found = hitGrip(entry, point, reach, points);
      if (found) return found;
    }
    if (points) {
      for (const entry of interaction.page.visible()) {
        const found = interaction.editable(entry) && hasVertices(entry.shape) && hitGrip(entry, point, reach, true);
        if (found) return found;
      }
    }
    const selected = interaction.selected().find((entry) => hitShape([entry], point, 0));
    const entry = selected ?? hitShape(interaction.page.visible(), point, reach);
    return entry ? { uid: entry.uid, part: "inside" } : null;
  };
  /** @type {(shape: Shape, vertex: Omit<Vertex, "uid">, point: Point) => Shape} */
  const moveVertex = (shape, { ring, index }, point) => kindOf(shape).moveVertex?.(shape, ring, index, point) ?? shape;
  /** @type {(shape: Shape, vertex: Omit<Vertex, "uid">, point: Point) => Shape} */
  const insertVertex = (shape, { ring, index }, point) =>
    kindOf(shape).insertVertex?.(shape, ring, index, point) ?? shape;

  /** @type {(vertex: Vertex) => void} Removes it where the shape remains one. */
  function removeVertex({ uid, ring, index }) {
    const shape = interaction.page.find(uid)?.shape;
    active = null;
    const less = shape && kindOf(shape).removeVertex?.(shape, ring, index);
    if (less) interaction.commit(new Map([[uid, less]]));
  }

  /** @type {(grip: Drag, event: Press, point: Point) => void} */
  function drag(grip, event, point) {
    const { part, uid, from, origin } = grip;
    if (part === "inside") {
      const all = [...origin.values()].map(boundsOf);
      /** @type {import("../types").Bounds} */
      const around = [
        Math.min(...all.map(([x0]) => x0)),
        Math.min(...all.map(([, y0]) => y0)),
        Math.max(...all.map(([, , x1]) => x1)),
        Math.max(...all.map(([, , , y1]) => y1)),
      ];
      const step = limitStep(
        around,
        [point[0] - from[0], point[1] - from[1]],
        interaction.page.width,
        interaction.page.height,
      );
      for (const [id, shape] of origin) edit(id, shiftShape(shape, ...step));
      return;
    }
    const shape = origin.get(uid);
    if (!shape) return; // locked
    if (part === "handle") {
      const { width, height } = interaction.page;
      const [square, least] = [Boolean(event.shift), interaction.pixels(1)];
      const pull = { grip: { ...grip, part }, from, to: point, square, width, height, least };
      edit(uid, kindOf(shape).pull?.(shape, pull) ?? shape);
    } else edit(uid, moveVertex(shape, vertexOf(grip), interaction.snap(point, event, uid)));
  }

  /** @type {(event: Pick<Press, "ctrl" | "pointerType">, point: Point) => void} */
  function click(event, point) {
    const reach = interaction.reach(event);
    const under = hitShape(interaction.page.visible(), point, reach);
    const uids = interaction.chosen;
    if (!under) interaction.select(event.ctrl ? uids : []);
    else if (!event.ctrl) interaction.select([under.uid]);
    else interaction.select(uids.includes(under.uid) ? uids.filter((uid) => uid !== under.uid) : [...uids, under.uid]);
  }

  /** @type {SelectTool} */
  const tool = {
    name: points ? "points" : "select",
    icon: points ? "points" : "select",
    title: points ? "Add, move and remove points of a polygon" : "Select, move and resize shapes",
    letter: points ? "U" : "M",
    crosshair: false,
    get busy() {
      return dragged !== null;
    },
    get active() {
      return active;
    },
    find,
    down(event, point) {
      const found = find(event, point);
      /** @type {Point} */
      const at = [event.x, event.y];
      const base = { from: point, at, last: at, moved: false, still: false, inserted: false, origin: new Map() };
      active = found?.part === "vertex" ? vertexOf(found) : null;
      if (!found) {
        dragged = { ...base, uid: "", part: "pan" };
        return;
      }
      if (event.alt && found.part === "vertex") {
        removeVertex(vertexOf(found));
        return;
      }
      if (!interaction.chosen.includes(found.uid) && !event.ctrl) interaction.select([found.uid]);
      const still = Boolean(event.ctrl) || (points && found.part === "inside");
      const entry = interaction.page.find(found.uid);
      const moving = found.part === "inside" ? chosen() : entry && interaction.editable(entry) ? [entry] : [];
      dragged = { ...base, ...found, still, origin: new Map(moving.map(({ uid, shape }) => [uid, shape])) };
      if (found.part === "edge" && found.point && moving.length) {
        const edge = vertexOf(found);
        const shape = insertVertex(moving[0].shape, edge, found.point);
        active = { ...edge, index: edge.index + 1 };
        dragged = { ...dragged, ...active, part: "vertex", inserted: true, origin: new Map([[found.uid, shape]]) };
        edit(found.uid, shape);
      }
      interaction.repaint();
    },
    move(event, point) {
      if (!dragged) return;
      if (!dragged.moved && !wandered(dragged.at, event)) return;
      dragged.moved = true;
      if (dragged.part === "pan") {
        interaction.panBy(event.x - dragged.last[0], event.y - dragged.last[1]);
        dragged.last = [event.x, event.y];
      } else if (!dragged.still) drag(dragged, event, point);
      interaction.repaint();
    },
    up(event, point) {
      if (!dragged) return;
      const { part, moved, still, inserted, origin } = dragged;
      if (moved && part !== "pan" && !still) drag(dragged, event, point);
      const changed = new Map(interaction.page.edited);
      reset();
      if (part === "pan" && moved) interaction.settleView();
      else if (!moved && !inserted && part !== "vertex" && part !== "handle") click(event, point);
      else if (!moved && event.ctrl) click(event, point);
      else if (
        inserted ||
        [...changed].some(([uid, shape]) => JSON.stringify(shape) !== JSON.stringify(origin.get(uid)))
      )
        interaction.commit(changed);
    },
    click: (point) => click({ ctrl: false, pointerType: "mouse" }, point),
    key(event) {
      const entry = points && active ? interaction.page.find(active.uid) : undefined;
      if (points && (event.key === "." || event.key === ",")) return cycle(event.key === "." ? 1 : -1);
      if (!active || !entry || !interaction.editable(entry)) return false;
      if (event.key === "Delete" || event.key === "Backspace") removeVertex(active);
      else if (event.key === "Insert" || event.key.toLowerCase() === "i") {
        const ring = ringsOf(entry.shape)[active.ring];
        const [a, b] = [ring[active.index], ring[(active.index + 1) % ring.length]];
        /** @type {Point} */
        const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        interaction.commit(new Map([[entry.uid, insertVertex(entry.shape, active, middle)]]));
        active = { ...active, index: active.index + 1 };
      } else return false;
      return true;
    },
    /** Moves the active vertex, else all shapes; with `resize` they are resized. */
    nudged(shapes, step, resize) {
      const { width, height } = interaction.page;
      const result = new Map();
      for (const [uid, shape] of shapes) {
        if (points && active?.uid === uid) {
          const [x, y] = ringsOf(shape)[active.ring][active.index];
          result.set(uid, moveVertex(shape, active, interaction.clamp([x + step[0], y + step[1]])));
        } else if (resize) result.set(uid, kindOf(shape).resize(shape, step, width, height));
        else result.set(uid, shiftShape(shape, ...limitStep(boundsOf(shape), step, width, height)));
      }
      return result;
    },
    abort: reset,
    cancel() {
      const was = dragged !== null;
      reset();
      return was;
    },
    paint: () => {},
  };

  /** @param {number} by */
  function cycle(by) {
    const entry = chosen().find(({ shape }) => hasVertices(shape));
    if (!entry) return false;
    const all = ringsOf(entry.shape).flatMap((ring, r) => ring.map((_, index) => ({ uid: entry.uid, ring: r, index })));
    const at = all.findIndex(
      ({ ring, index }) => active?.uid === entry.uid && active.ring === ring && active.index === index,
    );
    active = all[at < 0 ? 0 : (at + by + all.length) % all.length];
    interaction.repaint();
    return true;
  }
  return tool;
}

/** @type {(found: Found | null | undefined, rotation: number) => string} The CSS cursor for what a press here would do. */
export function cursorOver(found, rotation) {
  if (!found) return "default";
  if (found.part === "vertex") return "crosshair";
  if (found.part === "edge") return "copy";
  if (found.part === "inside") return "move";
  const ring = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
  return `${ring[(ring.indexOf(found.handle ?? "n") + 2 * rotation) % 8]}-resize`;
}
