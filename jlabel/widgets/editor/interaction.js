// What the tools, keys and commands share: the page, the view, the selection, and how a finished gesture is sent.

/** @import { EditorOptions, Entry, Interaction, Point, ShapeData, Unclassed } from "./types" */

import { clampPoint } from "./geometry.js";
import { hitSnap, reachOf } from "./hit.js";
import { createPage } from "./page.js";
import { boundsOf, findFault, kindOf, ringsOf } from "./shapes/shapes.js";
import { fitView, panView, stepToImage, toImage, toStage } from "./viewport.js";

const SNAP = 8; // CSS pixels
/** @type {Point} */
const TEMPLATE = [50, 50]; // image pixels, the size of a template while no box was drawn

/**
 * The editor adds its tools and what concerns them: `tool`, `tools`, `selectTool`, `command` and those after it in the type.
 *
 * @typedef {"requestPaint" | "onView" | "onSelect" | "onStatus" | "now" | "newUid"} Needed
 * @param {Required<Pick<EditorOptions, Needed>> & {kind: import("./shapes/types").ShapeKind, send: EditorOptions["send"]}} options
 * @returns {Interaction}
 */
export function createInteraction({ kind, send, requestPaint, onView, onSelect, onStatus, now, newUid }) {
  const page = createPage();
  const start = fitView(1, 1, 1, 1);
  /** @type {import("./types").Bounds | null} */
  let lastBox = null; // bounds
  /** @type {Map<string, boolean>} */
  const locks = new Map(); // uid -> locked, as toggled here
  /** @type {Map<number | null, Unclassed[]>} */
  const unclassed = new Map(); // by item

  /** @type {{uid: string, confidence: number} | null} */
  let visited = null; // the selected shape, if it was a proposal when it was selected

  const proposals = () =>
    page
      .visible()
      .filter((entry) => entry.proposal)
      .sort((a, b) => (a.confidence ?? 0) - (b.confidence ?? 0));
  /** @type {(list: Entry[], one: {uid: string, confidence: number}) => number} */
  const placeOf = (list, one) => {
    const place = list.findIndex((entry) => (entry.confidence ?? 0) > one.confidence);
    return place < 0 ? list.length : place;
  };

  const interaction = /** @type {Interaction} */ ({
    page,
    kind,
    newUid,
    view: start,
    sentView: start,
    classId: /** @type {number | null} */ (null),
    lastClass: /** @type {number | null} */ (null),
    get unclassed() {
      return unclassed.get(page.item) ?? [];
    },
    chosen: /** @type {string[]} */ ([]),
    fresh: false,
    pressed: /** @type {number | null} */ (null),
    at: /** @type {Point | null} */ (null),
    cursor: /** @type {Point | null} */ (null),
    drawn: /** @type {Interaction["drawn"]} */ (null),
    snapping: false,
    operation: "new",
    repaint: requestPaint,
    status: onStatus,
    pixels: (css) => css / interaction.view.scale,
    reach: (event) => reachOf(event) / interaction.view.scale,
    clamp: (point) => clampPoint(point, page.width, page.height),
    imageStep: (step) => stepToImage({ ...interaction.view, scale: 1 }, step),
    pointed: () => interaction.cursor ?? (interaction.at && toImage(interaction.view, interaction.at)),
    draws: () => interaction.tool.name !== "select" && interaction.tool.name !== "points",

    /** Shift inverts the snapping. */
    snap(point, event, except) {
      const inside = interaction.clamp(point);
      if (interaction.snapping === Boolean(event.shift)) return inside;
      return hitSnap(page.visible(), inside, interaction.pixels(SNAP), except) ?? inside;
    },
    editable: (entry) => !page.locked && !(locks.get(entry.uid) ?? entry.locked ?? false),
    setLock: (uids, value) => uids.forEach((uid) => locks.set(uid, value)),
    selected: () =>
      interaction.chosen
        .map((uid) => page.find(uid))
        .filter(/** @returns {entry is Entry} */ (entry) => entry !== undefined && !entry.hidden),
    select(uids, { quiet = false, fresh = false } = {}) {
      const first = uids.length ? page.find(uids[0]) : undefined;
      if (first?.proposal) visited = { uid: first.uid, confidence: first.confidence ?? 0 };
      else if (first?.uid !== visited?.uid) visited = null;
      const same = uids.length === interaction.chosen.length && uids.every((uid, i) => uid === interaction.chosen[i]);
      [interaction.chosen, interaction.fresh] = [uids, fresh];
      if (!same) onSelect([...uids]);
      if (!same && !quiet) send({ kind: "select", uids });
      requestPaint();
    },
    /** Proposals first, the least sure one before the others. Past the last shape it returns false, so that Tab leaves. */
    cycle(by) {
      const open = proposals();
      const uids = [...open, ...page.visible().filter((entry) => !entry.proposal)].map((entry) => entry.uid);
      const { chosen } = interaction;
      const [first] = chosen;
      let next = chosen.length ? uids.indexOf(first) + by : by > 0 ? 0 : uids.length - 1;
      if (first !== undefined && first === visited?.uid && !page.find(first)?.proposal) {
        const place = placeOf(open, visited); // changed since it was selected: on from where it was among the proposals
        next = by > 0 ? place : place - 1;
        if (uids[next] === first) next += by;
      }
      interaction.select(uids[next] === undefined ? [] : [uids[next]]);
      return uids[next] !== undefined;
    },
    nextProposal(settled) {
      const left = proposals().filter((entry) => !settled.includes(entry.uid));
      const last = page.find(settled[settled.length - 1]);
      const place = last ? placeOf(left, { uid: last.uid, confidence: last.confidence ?? 0 }) : 0;
      return (left[place] ?? left[0])?.uid ?? null;
    },
    acceptSelected() {
      if (interaction.command("accept")) return true;
      const [first] = interaction.chosen;
      const next = first !== undefined && first === visited?.uid ? interaction.nextProposal([first]) : null;
      if (next !== null) interaction.select([next]);
      return next !== null;
    },
    /** Forgets what belonged to another image. */
    clear() {
      locks.clear();
      interaction.drawn = null;
      interaction.select([], { quiet: true });
    },

    lastSize() {
      const box = lastBox ?? page.entries().findLast((entry) => kindOf(entry.shape).rectangular)?.bounds;
      return box ? [box[2] - box[0], box[3] - box[1]] : TEMPLATE;
    },
    post(message, apply = () => {}, retries = []) {
      page.predict(send(message), apply, retries);
      requestPaint();
    },
    draw(drawn, { repair = false } = {}) {
      if (page.locked) return;
      if (kindOf(drawn).rectangular) lastBox = boundsOf(drawn);
      if (interaction.at) interaction.drawn = { at: interaction.at, time: now() };
      // a box tool draws polygons, too
      const shape = kindOf(drawn) === kind || !kind.fromRings ? drawn : kind.fromRings(ringsOf(drawn));
      const [target, ...others] = interaction.selected().filter((entry) => kindOf(entry.shape).freeform);
      if (interaction.operation !== "new" && target && !others.length && interaction.editable(target)) {
        const message = { kind: "command", name: interaction.operation, uid: target.uid };
        interaction.post({ ...message, shape }, undefined, [
          { uid: newUid(), shape, class_id: target.class_id, message },
        ]);
        return;
      }
      if (interaction.classId !== null) interaction.add(interaction.classId, { shape, repair });
      else unclassed.set(page.item, [...interaction.unclassed, { shape, repair }]);
      requestPaint();
    },
    add(class_id, { shape, repair }) {
      const uid = newUid();
      interaction.make(uid, { shape, class_id, message: { kind: "draw", uid } }, { repair });
      interaction.lastClass = class_id;
      interaction.select([uid], { quiet: true, fresh: true });
    },
    takeUnclassed(which) {
      const drawn = interaction.unclassed;
      const taken = which === "newest" ? drawn.slice(-1) : drawn;
      unclassed.set(page.item, drawn.slice(0, drawn.length - taken.length));
      requestPaint();
      return taken;
    },
    /** Sends a shape that the kernel does not have, for the first time or after it was refused. */
    make(uid, { shape, class_id, message }, { repair = false } = {}) {
      if (!message || class_id === undefined) return;
      const drawn = message.kind === "draw";
      /** @type {import("./types").Apply} */
      const shown = (map) => {
        if (drawn && !map.has(uid)) map.set(uid, { uid, class_id, shape, pending: true });
      };
      const more = drawn ? { class_id, shape, ...(repair ? { repair } : {}) } : { shape };
      interaction.post({ ...message, ...more }, shown, [{ uid, shape, class_id, message }]);
    },
    /** Sends changed outlines; one that crosses itself stays unsaved, with a mark, until it is mended. */
    commit(changes, { repair = false } = {}) {
      /** @type {Pick<ShapeData, "uid" | "shape">[]} */
      const shapes = [];
      for (const [uid, shape] of changes) {
        const fault = repair ? null : findFault(shape);
        const was = page.unsaved.get(uid);
        if (fault) {
          page.setUnsaved(uid, shape, fault);
          continue;
        }
        page.discard(uid);
        if (was?.message) interaction.make(uid, { ...was, shape }, { repair });
        else shapes.push({ uid, shape });
        if (kindOf(shape).rectangular) lastBox = boundsOf(shape);
      }
      onStatus({ fault: [...page.unsaved.values()][0]?.fault ?? null });
      /** @type {import("./types").Apply} */
      const shown = (map) => {
        for (const { uid, shape } of shapes) {
          const known = map.get(uid);
          if (known) map.set(uid, { ...known, shape, proposal: false, pending: true });
        }
      };
      const retries = shapes.map((one) => ({ ...one, message: null }));
      if (shapes.length === 1)
        interaction.post({ kind: "change", ...shapes[0], ...(repair ? { repair } : {}) }, shown, retries);
      else if (shapes.length && repair)
        shapes.forEach((one) => interaction.commit(new Map([[one.uid, one.shape]]), { repair }));
      else if (shapes.length) interaction.post({ kind: "command", name: "change_many", shapes }, shown, retries);
      requestPaint();
    },

    setView(next) {
      interaction.view = next;
      onView(next);
      requestPaint();
    },
    panBy: (dx, dy) => interaction.setView(panView(interaction.view, dx, dy)),
    settleView() {
      if (interaction.view !== interaction.sentView) send({ kind: "view", view: interaction.view });
      interaction.sentView = interaction.view;
    },

    /** Arrow keys are gathered until one is released, and are then one change. */
    nudge(step, resize) {
      const chosen = interaction.selected().filter(interaction.editable);
      const base = page.edited.size ? new Map(page.edited) : new Map(chosen.map(({ uid, shape }) => [uid, shape]));
      if (!base.size) return interaction.chosen.length > 0;
      const nudged = interaction.tool.nudged ?? interaction.selectTool.nudged;
      for (const [uid, shape] of nudged(base, step, resize)) page.edited.set(uid, shape);
      requestPaint();
      return true;
    },
    flush() {
      if (interaction.pressed !== null || !page.edited.size) return false;
      /** @param {string} uid */
      const old = (uid) => JSON.stringify(page.find(uid)?.shape);
      const changes = [...page.edited].filter(([uid, shape]) => JSON.stringify(shape) !== old(uid));
      page.edited.clear();
      if (changes.length) interaction.commit(new Map(changes));
      return true;
    },

    showCursor() {
      const middle = toImage(
        interaction.view,
        interaction.at ?? [interaction.view.stage_width / 2, interaction.view.stage_height / 2],
      );
      interaction.cursor = interaction.clamp([Math.round(middle[0]), Math.round(middle[1])]);
      requestPaint();
    },
    moveCursor(step) {
      if (!interaction.cursor) return;
      interaction.cursor = interaction.clamp([interaction.cursor[0] + step[0], interaction.cursor[1] + step[1]]);
      const [x, y] = toStage(interaction.view, interaction.cursor);
      interaction.tool.move({ x, y, pointerType: "mouse" }, interaction.cursor);
      requestPaint();
    },
    press(point) {
      if (!interaction.draws() || !page.locked) interaction.tool.click(point);
    },
  });
  return interaction;
}
