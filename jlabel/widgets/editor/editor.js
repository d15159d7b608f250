// The shape editor: owns pointer and keyboard over one picture, draws what is in the hand, sends finished gestures.
//
// Messages, each sent once, when a gesture is finished; shapes in image pixels (see shapes.js):
//   {kind: "draw", class_id, shape, uid, repair?}      {kind: "change", uid, shape, repair?}     {kind: "remove", uids}
//   {kind: "select", uids}                             {kind: "view", view} (viewport.js)
//   {kind: "command", name, …}: undo, redo, copy_previous, remove_all; fill, hide; lock {uids, value};
//     reclass {uids, class_id}; paste {shapes: [{uid, class_id, shape}]}; change_many {shapes: [{uid, shape}]};
//     to_box, to_polygon, join, split, subtract, repair {uids}; simplify {uids, tolerance}; cut, add {uid, shape}
// `send` returns the message's number; until setPage brings an `ack` of at least that, the editor shows what it predicts.
import { createExtremeTool, createBoxTool, createTemplateTool, SLOP } from "./boxes.js";
import { createCommands } from "./commands.js";
import { hitShape, hitSnap, reachOf } from "./hit.js";
import { createKeyboard } from "./keyboard.js";
import { createNavigator } from "./navigate.js";
import { createPage } from "./page.js";
import { createPen } from "./paint.js";
import { createPolygonTool } from "./polygons.js";
import { createSelectTool, cursorOver } from "./select.js";
import { boxAsPolygon, clampPoint, findCrossing } from "./shapes.js";
import { clampView, fitView, panView, stepToImage, toImage, toStage } from "./viewport.js";

const SNAP = 8; // CSS pixels
const DOUBLE = 400; // ms within which a press where a shape was just finished is a double click's second half

export function createEditor({
  task = "boxes",
  send,
  requestPaint = () => {},
  onView = () => {},
  onClass = () => {},
  onTool = () => {},
  onSelect = () => {},
  onStatus = () => {},
  schedule = (run, ms) => setTimeout(run, ms),
  now = () => performance.now(),
  newUid = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
}) {
  const page = createPage();
  let view = fitView(1, 1, 1, 1);
  let sentView = view;
  let selection = [];
  let fresh = false; // the selection is the shape just drawn, not one that a person picked
  let pressed = null; // pointer id of the button that is down
  let at = null; // CSS point of the pointer while it is over the stage
  let hover = null;
  let snapping = false;
  let guides = true;
  let size = null; // of the last box
  let finished = null; // {at, time} of the last drawing
  const locks = new Map(); // uid -> locked, as toggled here and not yet said by the kernel

  const hand = {
    page,
    task,
    newUid,
    classId: null,
    cursor: null, // image point of the keyboard's cursor
    operation: "new", // what a polygon drawn does to the selected one: "new", "cut" or "add"
    get view() {
      return view;
    },
    get tool() {
      return tool;
    },
    get pressed() {
      return pressed !== null || navigator.busy;
    },
    repaint: requestPaint,
    status: onStatus,
    pixels: (css) => css / view.scale,
    reach: (event) => reachOf(event) / view.scale,
    clamp: (point) => clampPoint(point, page.width, page.height),
    turned: (step) => stepToImage({ ...view, scale: 1 }, step),
    snap(point, event, except) {
      const inside = hand.clamp(point);
      if (snapping === Boolean(event.shift)) return inside;
      return hitSnap(page.visible(), inside, hand.pixels(SNAP), except) ?? inside;
    },
    pointed: () => hand.cursor ?? (at && toImage(view, at)),
    editable: (entry) => !page.locked && !(locks.get(entry.uid) ?? entry.locked ?? false),
    selection: () => selection,
    get fresh() {
      return fresh;
    },
    selected: () => selection.map((uid) => page.find(uid)).filter((entry) => entry && !entry.hidden),
    select(uids, { quiet = false } = {}) {
      const same = uids.length === selection.length && uids.every((uid, i) => uid === selection[i]);
      [selection, fresh] = [uids, quiet];
      if (!same) {
        onSelect(uids);
        if (!quiet) send({ kind: "select", uids });
      }
      requestPaint();
    },
    lastSize() {
      const box = size ?? page.entries().findLast((entry) => entry.shape.box)?.shape.box;
      return box ? [box[2] - box[0], box[3] - box[1]] : [50, 50];
    },
    post(message, apply = () => {}) {
      page.predict(send(message), apply);
      requestPaint();
    },
    draw(drawn, { repair = false } = {}) {
      if (page.locked || hand.classId === null) return;
      if (drawn.box) size = drawn.box;
      if (at) finished = { at, time: now() };
      const shape = task === "polygons" ? boxAsPolygon(drawn) : drawn;
      const [target, ...others] = hand.selected().filter((entry) => entry.shape.rings);
      const fields = repair ? { repair } : {};
      if (hand.operation !== "new" && target && !others.length && hand.editable(target)) {
        hand.post({ kind: "command", name: hand.operation, uid: target.uid, shape });
        return;
      }
      const entry = { uid: newUid(), class_id: hand.classId, shape };
      hand.post({ kind: "draw", ...entry, ...fields }, (map) => map.has(entry.uid) || map.set(entry.uid, { ...entry, pending: true }));
      hand.select([entry.uid], { quiet: true });
    },
    // Send changed outlines; one that crosses itself stays in the hand, marked, until it is mended.
    commit(changes, { repair = false } = {}) {
      const shapes = [];
      for (const [uid, shape] of changes) {
        const fault = repair ? null : findCrossing(shape);
        if (fault) page.hold(uid, shape, fault);
        else {
          page.release(uid);
          shapes.push({ uid, shape });
          if (shape.box) size = shape.box;
        }
      }
      onStatus({ fault: page.held.size ? [...page.held.values()][0].fault : null });
      const apply = (map) => {
        for (const { uid, shape } of shapes) if (map.has(uid)) map.set(uid, { ...map.get(uid), shape, pending: true });
      };
      if (shapes.length === 1) hand.post({ kind: "change", ...shapes[0], ...(repair ? { repair } : {}) }, apply);
      else if (shapes.length) hand.post({ kind: "command", name: "change_many", shapes }, apply);
      requestPaint();
    },
    setLock: (uids, value) => uids.forEach((uid) => locks.set(uid, value)),
    setView(next) {
      view = next;
      onView(view);
      requestPaint();
    },
    panBy: (dx, dy) => hand.setView(panView(view, dx, dy)),
    settleView() {
      if (view !== sentView) send({ kind: "view", view });
      sentView = view;
    },
    abort() {
      pressed = null;
      tool.abort();
      page.lifted.clear();
      requestPaint();
    },
    // Arrow keys gather until one is let go, and are then one change.
    nudge(step, resize) {
      const base = page.lifted.size ? new Map(page.lifted) : new Map(hand.selected().filter(hand.editable).map((e) => [e.uid, e.shape]));
      if (!base.size) return selection.length > 0;
      const mover = tool.nudged ? tool : tools.select;
      for (const [uid, shape] of mover.nudged(base, step, resize)) page.lifted.set(uid, shape);
      requestPaint();
      return true;
    },
    flush() {
      if (pressed !== null || !page.lifted.size) return false;
      const changes = [...page.lifted].filter(([uid, shape]) => JSON.stringify(shape) !== JSON.stringify(page.find(uid)?.shape));
      page.lifted.clear();
      if (changes.length) hand.commit(new Map(changes));
      return true;
    },
    cycle(by) {
      const uids = page.visible().map((entry) => entry.uid);
      const next = selection.length ? uids.indexOf(selection[0]) + by : by > 0 ? 0 : uids.length - 1;
      hand.select(uids[next] === undefined ? [] : [uids[next]]);
      return uids[next] !== undefined; // past the last one Tab leaves the editor
    },
    showCursor() {
      const middle = toImage(view, at ?? [view.stage_width / 2, view.stage_height / 2]);
      hand.cursor = hand.clamp(middle.map(Math.round));
      requestPaint();
    },
    moveCursor(step) {
      hand.cursor = hand.clamp([hand.cursor[0] + step[0], hand.cursor[1] + step[1]]);
      const [x, y] = toStage(view, hand.cursor);
      tool.move({ type: "move", x, y, pointerType: "mouse" }, hand.cursor);
      requestPaint();
    },
    press: (point) => (tool.crosshair && !ready() ? undefined : tool.click(point)),
    pickClass(id) {
      if (selection.length && !fresh) hand.command("reclass", { class_id: id });
      api.setClass(id);
      onClass(id);
    },
    setTool: (name) => api.setTool(name),
    escape() {
      const gesture = pressed !== null || page.lifted.size > 0 || navigator.busy;
      pressed = null;
      navigator.stop();
      page.lifted.clear();
      const was = tool.cancel() || gesture;
      if (was) return true;
      if (page.held.size) for (const uid of [...page.held.keys()]) page.release(uid);
      else if (hand.cursor) hand.cursor = null;
      else if (selection.length) hand.select([]);
      else return false;
      onStatus({ fault: null });
      requestPaint();
      return true;
    },
  };
  const navigator = createNavigator(hand, schedule);
  const tools = {
    select: createSelectTool(hand),
    points: createSelectTool(hand, { points: true }),
    box: createBoxTool(hand),
    extreme: createExtremeTool(hand),
    template: createTemplateTool(hand),
    polygon: createPolygonTool(hand),
  };
  if (task === "boxes") {
    delete tools.polygon;
    delete tools.points;
  }
  let tool = tools[task === "polygons" ? "polygon" : "box"];
  let borrowed = null; // the drawing tool to return to after a handle was dragged
  hand.command = createCommands(hand);
  const key = createKeyboard(hand, navigator);

  function ready() {
    if (page.locked) return false;
    if (hand.classId === null) onStatus({ need: "class" });
    return hand.classId !== null;
  }
  const draws = () => tool.name !== "select" && tool.name !== "points";

  function down(event, point) {
    if (pressed !== null) hand.abort(); // its up was lost
    hand.flush();
    if ((event.button ?? 0) !== 0) return false;
    const again = finished && now() - finished.time < DOUBLE && Math.hypot(event.x - finished.at[0], event.y - finished.at[1]) <= SLOP;
    finished = null;
    if (again) return true;
    hand.cursor = null;
    if (draws() && !tool.busy && ["handle", "vertex"].includes(tools.select.find(event, point)?.part)) {
      borrowed = tool; // a drawing tool may still pull the selected shape by its handles
      tool = tools.select;
    } else if (draws() && !ready()) return true;
    pressed = event.id ?? 0;
    tool.down(event, point);
    return true;
  }
  function giveBack() {
    if (borrowed) [tool, borrowed] = [borrowed, null];
  }

  const api = {
    // Take the kernel's state: {item, width, height, shapes: [{uid, class_id, shape, hidden, locked}], classes, locked, ack}.
    setPage(next) {
      if (page.set(next)) {
        api.cancel();
        locks.clear();
        [selection, fresh, hover] = [[], false, null];
        onSelect(selection);
      }
      const known = new Set(page.entries().map((entry) => entry.uid));
      if ([...page.lifted.keys()].some((uid) => !known.has(uid))) hand.abort(), giveBack();
      const kept = selection.filter((uid) => known.has(uid));
      if (kept.length < selection.length) [selection] = [kept, onSelect(kept)];
      requestPaint();
    },
    setClass(id) {
      hand.classId = id;
      requestPaint();
    },
    setTool(name) {
      if (!(name in tools)) return false;
      if (tools[name] === tool) return true;
      hand.flush();
      tool.cancel();
      giveBack();
      pressed = null;
      tool = tools[name];
      onTool(name);
      requestPaint();
      return true;
    },
    // The frame's own view: a new stage or picture. Not sent back.
    setView(next) {
      view = sentView = clampView(next);
      requestPaint();
    },
    setSnap: (on) => void (snapping = on),
    setGuides: (on) => void (guides = on),
    setOperation: (name) => void (hand.operation = name),
    setSelection: (uids) => hand.select(uids.filter((uid) => page.find(uid)), { quiet: true }) ?? ((fresh = false), undefined),
    command: (name, fields) => {
      hand.flush();
      return hand.command(name, fields);
    },
    pointer(event) {
      if (event.type === "leave") {
        [at, hover] = [pressed === null ? null : at, null];
        requestPaint();
        return false;
      }
      if (event.type === "cancel") {
        navigator.handle(event);
        hand.abort();
        giveBack();
        return true;
      }
      at = [event.x, event.y];
      if (navigator.handle(event)) return true;
      const point = toImage(view, at);
      const id = event.id ?? 0;
      if (event.type === "down") return down(event, point);
      if (event.type === "dblclick") return tool.dblclick?.(event, point), true;
      if (pressed !== null && id !== pressed) return true;
      if (event.type === "move") {
        if (pressed !== null && event.buttons === 0) hand.abort(), giveBack(); // the up was lost outside the window
        if (pressed === null && page.lifted.size) return true; // arrow keys are at work
        hand.cursor = null;
        tool.move(event, point);
        if (pressed === null && !draws()) {
          const under = hitShape(page.visible(), point, hand.reach(event));
          if (under?.uid !== hover) requestPaint();
          hover = under?.uid ?? null;
        } else if (draws()) requestPaint();
        return true;
      }
      if (event.type === "up" && pressed !== null) {
        pressed = null;
        tool.up(event, point);
        giveBack();
        return true;
      }
      return false;
    },
    key,
    // Drop everything unfinished, as Esc does in each state; nothing is sent.
    cancel() {
      pressed = null;
      navigator.stop();
      page.lifted.clear();
      tool.cancel();
      giveBack();
      hand.cursor = null;
      requestPaint();
    },
    // The window or the stage lost the focus: drop what a pressed button or key was doing, keep points already clicked.
    blur() {
      navigator.stop();
      hand.abort();
      giveBack();
    },
    hitTest: (x, y, pointerType = "mouse") => hitShape(page.visible(), toImage(view, [x, y]), hand.reach({ pointerType }))?.uid ?? null,
    // Paint onto a context whose canvas is ratio device pixels to the CSS pixel; what was on it is cleared.
    paint(ctx, ratio = 1) {
      ctx.save();
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, view.stage_width, view.stage_height);
      const pen = createPen(ctx, view, page);
      for (const entry of page.entries()) {
        const shape = page.lifted.get(entry.uid) ?? entry.shape;
        const chosen = selection.includes(entry.uid);
        if (entry.hidden || !(chosen || entry.pending || page.lifted.has(entry.uid) || entry.uid === hover)) continue;
        pen.shape(shape, entry.class_id, { wide: chosen || entry.uid === hover });
        const active = tool.active?.uid === entry.uid ? tool.active : null;
        if (chosen && hand.editable(entry)) pen.grips(shape, active);
        if (page.held.has(entry.uid)) pen.cross(page.held.get(entry.uid).fault);
      }
      const pointed = hand.pointed();
      if (tool.crosshair && guides && pointed && !page.locked) pen.guides(pointed);
      tool.paint(pen);
      if (hand.cursor) pen.cursor(hand.cursor);
      ctx.restore();
    },
    get cursor() {
      if (navigator.busy || navigator.space) return "grab";
      if (draws()) return "crosshair";
      const found = at && tool.find({ pointerType: "mouse" }, toImage(view, at));
      return cursorOver(found, found && page.find(found.uid), view.turn);
    },
    get tool() {
      return (borrowed ?? tool).name;
    },
    get tools() {
      return Object.keys(tools);
    },
    get selection() {
      return [...selection];
    },
    get classId() {
      return hand.classId;
    },
    get view() {
      return view;
    },
    get busy() {
      return hand.pressed || tool.busy || page.lifted.size > 0 || page.held.size > 0;
    },
    // Shapes as shown now, pending ones too, and the uids whose picture in the layer below is out of date.
    get shapes() {
      return page.entries().map(({ uid, class_id, shape, hidden, pending }) => ({ uid, class_id, shape, hidden, pending }));
    },
    get stale() {
      return page.stale();
    },
  };
  return api;
}
