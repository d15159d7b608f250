// What the tools share: the page, the view, the selection, and how a finished gesture is sent.

import { clampPoint } from "./geometry.js";
import { hitSnap, reachOf } from "./hit.js";
import { createPage } from "./page.js";
import { boundsOf, findFault, kindOf, ringsOf } from "./shapes/shapes.js";
import { fitView, panView, stepToImage, toImage, toStage } from "./viewport.js";

const SNAP = 8; // CSS pixels

export function createHand({ kind, send, requestPaint, onView, onSelect, onStatus, now, newUid }) {
  const page = createPage();
  const start = fitView(1, 1, 1, 1);
  let size = null; // of the last box
  const locks = new Map(); // uid -> locked, as toggled here

  const hand = {
    page,
    kind,
    newUid,
    view: start,
    sentView: start,
    classId: null,
    chosen: [], // uids, the first one first
    fresh: false, // what is selected was just drawn, not picked by a person
    tool: null, // set by the editor, as are `tools` and `command`
    pressed: null, // id of the pointer whose button is down
    at: null, // CSS point of the pointer while it is over the stage
    cursor: null, // image point of the keyboard's cursor
    drawn: null, // {at, time} of the last drawing
    snapping: false,
    operation: "new", // what a polygon drawn does to the selected one: "new", "cut" or "add"
    repaint: requestPaint,
    status: onStatus,
    pixels: (css) => css / hand.view.scale,
    reach: (event) => reachOf(event) / hand.view.scale,
    clamp: (point) => clampPoint(point, page.width, page.height),
    turned: (step) => stepToImage({ ...hand.view, scale: 1 }, step),
    pointed: () => hand.cursor ?? (hand.at && toImage(hand.view, hand.at)),
    draws: () => hand.tool.name !== "select" && hand.tool.name !== "points",

    // Snapping is turned on, or off, for a moment by Shift.
    snap(point, event, except) {
      const inside = hand.clamp(point);
      if (hand.snapping === Boolean(event.shift)) return inside;
      return hitSnap(page.visible(), inside, hand.pixels(SNAP), except) ?? inside;
    },
    editable: (entry) => !page.locked && !(locks.get(entry.uid) ?? entry.locked ?? false),
    setLock: (uids, value) => uids.forEach((uid) => locks.set(uid, value)),
    selection: () => hand.chosen,
    selected: () => hand.chosen.map((uid) => page.find(uid)).filter((entry) => entry && !entry.hidden),
    select(uids, { quiet = false, fresh = false } = {}) {
      const same = uids.length === hand.chosen.length && uids.every((uid, i) => uid === hand.chosen[i]);
      [hand.chosen, hand.fresh] = [uids, fresh];
      if (!same) onSelect([...uids]);
      if (!same && !quiet) send({ kind: "select", uids });
      requestPaint();
    },
    cycle(by) {
      const uids = page.visible().map((entry) => entry.uid);
      const next = hand.chosen.length ? uids.indexOf(hand.chosen[0]) + by : by > 0 ? 0 : uids.length - 1;
      hand.select(uids[next] === undefined ? [] : [uids[next]]);
      return uids[next] !== undefined; // past the last one Tab leaves the editor
    },
    // Forget what belonged to another image.
    clear() {
      locks.clear();
      hand.drawn = null;
      hand.select([], { quiet: true });
    },

    ready() {
      if (page.locked) return false;
      if (hand.classId === null) onStatus({ need: "class" });
      return hand.classId !== null;
    },
    lastSize() {
      const box = size ?? page.entries().findLast((entry) => kindOf(entry.shape).rectangular)?.bounds;
      return box ? [box[2] - box[0], box[3] - box[1]] : [50, 50];
    },
    // `again`: what to hold in the hand if the kernel refuses, see page.js.
    post(message, apply = () => {}, again = []) {
      page.predict(send(message), apply, again);
      requestPaint();
    },
    draw(drawn, { repair = false } = {}) {
      if (!hand.ready()) return;
      if (kindOf(drawn).rectangular) size = boundsOf(drawn);
      if (hand.at) hand.drawn = { at: hand.at, time: now() };
      const shape = kindOf(drawn) === kind ? drawn : kind.fromRings(ringsOf(drawn)); // a box tool draws polygons, too
      const [target, ...others] = hand.selected().filter((entry) => kindOf(entry.shape).freeform);
      if (hand.operation !== "new" && target && !others.length && hand.editable(target)) {
        const message = { kind: "command", name: hand.operation, uid: target.uid };
        hand.post({ ...message, shape }, undefined, [{ uid: newUid(), shape, class_id: target.class_id, message }]);
        return;
      }
      const uid = newUid();
      hand.make(uid, { shape, class_id: hand.classId, message: { kind: "draw", uid } }, { repair });
      hand.select([uid], { quiet: true, fresh: true });
    },
    // Send a shape that the kernel does not have, for the first time or after it was refused.
    make(uid, { shape, class_id, message }, { repair = false } = {}) {
      const drawn = message.kind === "draw";
      const shown = (map) => drawn && !map.has(uid) && map.set(uid, { uid, class_id, shape, pending: true });
      const more = drawn ? { class_id, shape, ...(repair ? { repair } : {}) } : { shape };
      hand.post({ ...message, ...more }, shown, [{ uid, shape, class_id, message }]);
    },
    // Send changed outlines; one that crosses itself stays in the hand, marked, until it is mended.
    commit(changes, { repair = false } = {}) {
      const shapes = [];
      for (const [uid, shape] of changes) {
        const fault = repair ? null : findFault(shape);
        const was = page.held.get(uid);
        if (fault) {
          page.hold(uid, shape, fault);
          continue;
        }
        page.release(uid);
        if (was?.message) hand.make(uid, { ...was, shape }, { repair });
        else shapes.push({ uid, shape });
        if (kindOf(shape).rectangular) size = boundsOf(shape);
      }
      onStatus({ fault: page.held.size ? [...page.held.values()][0].fault : null });
      const shown = (map) => {
        for (const { uid, shape } of shapes) if (map.has(uid)) map.set(uid, { ...map.get(uid), shape, pending: true });
      };
      const again = shapes.map((one) => ({ ...one, message: null }));
      if (shapes.length === 1) hand.post({ kind: "change", ...shapes[0], ...(repair ? { repair } : {}) }, shown, again);
      else if (shapes.length && repair)
        shapes.forEach((one) => hand.commit(new Map([[one.uid, one.shape]]), { repair }));
      else if (shapes.length) hand.post({ kind: "command", name: "change_many", shapes }, shown, again);
      requestPaint();
    },

    setView(next) {
      hand.view = next;
      onView(next);
      requestPaint();
    },
    panBy: (dx, dy) => hand.setView(panView(hand.view, dx, dy)),
    settleView() {
      if (hand.view !== hand.sentView) send({ kind: "view", view: hand.view });
      hand.sentView = hand.view;
    },

    // Arrow keys gather until one is let go, and are then one change.
    nudge(step, resize) {
      const chosen = hand.selected().filter(hand.editable);
      const base = page.lifted.size ? new Map(page.lifted) : new Map(chosen.map(({ uid, shape }) => [uid, shape]));
      if (!base.size) return hand.chosen.length > 0;
      const mover = hand.tool.nudged ? hand.tool : hand.tools.select;
      for (const [uid, shape] of mover.nudged(base, step, resize)) page.lifted.set(uid, shape);
      requestPaint();
      return true;
    },
    flush() {
      if (hand.pressed !== null || !page.lifted.size) return false;
      const old = (uid) => JSON.stringify(page.find(uid)?.shape);
      const changes = [...page.lifted].filter(([uid, shape]) => JSON.stringify(shape) !== old(uid));
      page.lifted.clear();
      if (changes.length) hand.commit(new Map(changes));
      return true;
    },

    showCursor() {
      const middle = toImage(hand.view, hand.at ?? [hand.view.stage_width / 2, hand.view.stage_height / 2]);
      hand.cursor = hand.clamp(middle.map(Math.round));
      requestPaint();
    },
    moveCursor(step) {
      hand.cursor = hand.clamp([hand.cursor[0] + step[0], hand.cursor[1] + step[1]]);
      const [x, y] = toStage(hand.view, hand.cursor);
      hand.tool.move({ type: "move", x, y, pointerType: "mouse" }, hand.cursor);
      requestPaint();
    },
    press(point) {
      if (!hand.draws() || hand.ready()) hand.tool.click(point);
    },
  };
  return hand;
}
