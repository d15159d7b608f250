// The shape editor: owns pointer and keyboard over one picture, draws what is in the hand, sends finished gestures.
//
// Messages, each sent once, when a gesture is finished; shapes in image pixels (see shapes/):
//   {kind: "draw", class_id, shape, uid, repair?}      {kind: "change", uid, shape, repair?}     {kind: "remove", uids}
//   {kind: "select", uids}                             {kind: "view", view} (viewport.js)
//   {kind: "command", name, …}: undo, redo, copy_previous, remove_all; fill, hide; lock {uids, value};
//     reclass {uids, class_id}; paste {shapes: [{uid, class_id, shape}]}; change_many {shapes: [{uid, shape}]};
//     to_box, to_polygon, join, split, subtract, repair {uids}; simplify {uids, tolerance}; cut, add {uid, shape}
// `send` returns the message's number; until setPage brings an `ack` of at least that, the editor shows what it predicts.
import { createCommands } from "./commands.js";
import { hitShape } from "./hit.js";
import { createHand } from "./interaction.js";
import { createKeyboard } from "./keyboard.js";
import { createNavigator } from "./navigate.js";
import { createPen } from "./paint.js";
import { SHAPES } from "./shapes/shapes.js";
import { SLOP, wandered } from "./tools/press.js";
import { createSelectTool, cursorOver } from "./tools/select.js";
import { clampView, toImage } from "./viewport.js";

const DOUBLE = 400; // ms within which a press where a click just finished a shape is a double click's second half
/** @type {(...values: any[]) => void} */
const nothing = () => {};

function randomUid() {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function createEditor({
  shape = "box",
  send,
  requestPaint = nothing,
  onView = nothing,
  onClass = nothing,
  onTool = nothing,
  onSelect = nothing,
  onStatus = nothing,
  schedule = (run, ms) => setTimeout(run, ms),
  now = () => performance.now(),
  newUid = randomUid,
}) {
  const kind = SHAPES[shape];
  const hand = createHand({ kind, send, requestPaint, onView, onSelect, onStatus, now, newUid });
  const { page } = hand;
  const navigator = createNavigator(hand, schedule);
  const tools = {
    select: createSelectTool(hand),
    ...kind.tools(hand),
    ...(kind.moveVertex && { points: createSelectTool(hand, { points: true }) }),
  };
  let borrowed = null; // the drawing tool to return to after a handle was pulled
  let from = null; // CSS point where the button went down
  let hover = null; // uid

  hand.tools = tools;
  hand.tool = tools[kind.firstTool];
  hand.command = createCommands(hand);
  hand.busy = () => hand.pressed !== null || navigator.busy;
  hand.setTool = setTool;
  hand.abort = abort;
  hand.escape = stepOut;
  hand.pickClass = (id) => {
    if (hand.chosen.length && !hand.fresh) hand.command("reclass", { class_id: id });
    hand.classId = id;
    onClass(id);
    requestPaint();
  };
  const key = createKeyboard(hand, navigator);

  function giveBack() {
    if (borrowed) [hand.tool, borrowed] = [borrowed, null];
  }
  // Drop what the pressed button or key was doing; points already clicked stay.
  function abort() {
    hand.pressed = null;
    hand.tool.abort();
    page.lifted.clear();
    giveBack();
    requestPaint();
  }
  // Drop everything that is unfinished. Whether there was anything.
  function cancel() {
    const gesture = hand.pressed !== null || page.lifted.size > 0 || navigator.busy;
    hand.pressed = null;
    navigator.stop();
    page.lifted.clear();
    const was = hand.tool.cancel() || gesture;
    giveBack();
    requestPaint();
    return was;
  }
  // One step out: of the gesture, of an outline to be mended, of the keyboard's cursor, of the selection.
  function stepOut() {
    if (cancel()) return true;
    if (page.held.size) {
      for (const uid of [...page.held.keys()]) page.release(uid);
      onStatus({ fault: null });
    } else if (hand.cursor) hand.cursor = null;
    else if (hand.chosen.length) hand.select([]);
    else return false;
    requestPaint();
    return true;
  }
  function setTool(name) {
    if (!Object.hasOwn(tools, name)) return false;
    giveBack();
    if (tools[name] === hand.tool) return true;
    hand.flush();
    cancel();
    hand.tool = tools[name];
    if (!hand.draws()) hand.cursor = null; // the arrows are for the shapes again
    onTool(name);
    return true;
  }

  function down(event, point) {
    if (hand.pressed !== null) abort(); // its up was lost
    hand.flush();
    if ((event.button ?? 0) !== 0) return false;
    const { drawn } = hand;
    hand.drawn = hand.cursor = null;
    if (drawn && now() - drawn.time < DOUBLE && Math.hypot(event.x - drawn.at[0], event.y - drawn.at[1]) <= SLOP)
      return true;
    if (hand.draws()) {
      const grip = !hand.tool.busy && hand.chosen.length && tools.select.find(event, point);
      if (grip && grip.part !== "inside") [borrowed, hand.tool] = [hand.tool, tools.select];
      else if (!hand.ready()) return true;
    }
    if (!hand.draws()) hand.fresh = false; // a person took it: from here on a class key is meant for it
    hand.pressed = event.id ?? 0;
    from = [event.x, event.y];
    hand.tool.down(event, point);
    return true;
  }
  function move(event, point) {
    if (hand.pressed !== null && event.buttons === 0) abort(); // the up was lost outside the window
    if (hand.pressed === null && page.lifted.size) return; // arrow keys are at work
    hand.cursor = null;
    hand.tool.move(event, point);
    const under = hand.pressed === null && !hand.draws() ? hitShape(page.visible(), point, hand.reach(event)) : null;
    if (hand.draws() || under?.uid !== hover) requestPaint();
    hover = under?.uid ?? null;
  }
  function up(event, point) {
    hand.pressed = null;
    hand.tool.up(event, point);
    if (wandered(from, event)) hand.drawn = null;
    giveBack();
    if (event.pointerType === "touch") hand.at = null;
    requestPaint();
  }
  function pointer(event) {
    if (event.type === "leave") {
      if (hand.pressed === null) [hand.at, hover] = [null, null];
      requestPaint();
      return false;
    }
    if (event.type === "cancel") {
      navigator.handle(event);
      abort();
      return true;
    }
    hand.at = [event.x, event.y];
    if (navigator.handle(event)) return true;
    const point = toImage(hand.view, hand.at);
    if (event.type === "down") return down(event, point);
    if (hand.pressed !== null && (event.id ?? 0) !== hand.pressed) return true;
    if (event.type === "move") move(event, point);
    else if (event.type === "up" && hand.pressed !== null) up(event, point);
    else if (event.type === "dblclick") hand.tool.dblclick?.(event, point);
    else return false;
    return true;
  }

  let guides = true;
  function paint(ctx, ratio = 1) {
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, hand.view.stage_width, hand.view.stage_height);
    const pen = createPen(ctx, hand.view, page);
    const picked = new Set(hand.chosen);
    for (const entry of page.entries()) {
      const chosen = picked.has(entry.uid) || entry.uid === hover;
      if (entry.hidden || !(chosen || entry.pending || page.lifted.has(entry.uid))) continue;
      const shape = page.lifted.get(entry.uid) ?? entry.shape;
      const held = page.held.get(entry.uid);
      pen.shape(shape, entry.class_id, { wide: chosen, dashed: Boolean(held) });
      if (picked.has(entry.uid) && hand.editable(entry))
        pen.grips(shape, hand.tool.active?.uid === entry.uid && hand.tool.active);
      if (held?.fault) pen.cross(held.fault);
    }
    const pointed = hand.pointed();
    if (hand.tool.crosshair && guides && pointed && !page.locked) pen.guides(pointed);
    hand.tool.paint(pen);
    if (hand.cursor) pen.cursor(hand.cursor);
    ctx.restore();
  }

  return {
    // Take the kernel's state: {item, width, height, shapes: [{uid, class_id, shape, hidden, locked}], classes, locked,
    // hidden: [class id], hiddenShapes: [uid], ack, refused: number of the message that the kernel refused}. Another
    // item drops everything unfinished; the same one leaves the gesture under way alone.
    setPage(next) {
      const { other, refused } = page.set(next);
      if (other) {
        cancel();
        hand.cursor = null;
        hand.clear();
      }
      if (refused.length) hand.select(refused, { quiet: true });
      if ([...page.lifted.keys()].some((uid) => !page.find(uid))) abort();
      const kept = hand.chosen.filter((uid) => page.find(uid));
      if (kept.length < hand.chosen.length) hand.select(kept, { quiet: true });
      requestPaint();
    },
    setClass(id) {
      hand.classId = id;
      requestPaint();
    },
    setTool,
    // The frame's own view: another picture or stage. Not sent back.
    setView(next) {
      hand.view = hand.sentView = clampView(next);
      requestPaint();
    },
    setSnap(on) {
      hand.snapping = on;
    },
    setGuides(on) {
      guides = on;
    },
    setOperation(name) {
      hand.operation = name;
    },
    // From the list of objects beside the stage; not sent back.
    setSelection: (uids) =>
      hand.select(
        uids.filter((uid) => page.find(uid)),
        { quiet: true },
      ),
    command(name, fields) {
      hand.flush();
      return hand.command(name, fields);
    },
    pointer,
    key,
    paint,
    // Drop everything unfinished; nothing is sent.
    cancel() {
      cancel();
      hand.cursor = null;
    },
    // The window or the stage lost the focus: drop what a pressed button or key was doing; points clicked stay.
    blur() {
      navigator.stop();
      abort();
    },
    hitTest: (x, y, pointerType = "mouse") =>
      hitShape(page.visible(), toImage(hand.view, [x, y]), hand.reach({ pointerType }))?.uid ?? null,
    // The CSS cursor that belongs over the stage now.
    get cursor() {
      if (navigator.busy || navigator.space) return "grab";
      if (hand.draws()) return "crosshair";
      const found = hand.at && hand.tool.find({ pointerType: "mouse" }, toImage(hand.view, hand.at));
      return cursorOver(found, hand.view.rotation);
    },
    get tool() {
      return (borrowed ?? hand.tool).name;
    },
    get tools() {
      return Object.keys(tools);
    },
    // Whether outlines of any form are drawn.
    get freeform() {
      return kind.freeform;
    },
    // What the buttons of the tools show.
    /** @returns {import("./types").ToolButton[]} */
    get toolbox() {
      return Object.values(/** @type {Record<string, any>} */ (tools)).map(({ name, icon, title, letter }) => ({
        name,
        icon,
        title,
        letter,
      }));
    },
    get selection() {
      return [...hand.chosen];
    },
    get classId() {
      return hand.classId;
    },
    get view() {
      return hand.view;
    },
    isLocked(uid) {
      const entry = page.find(uid);
      return Boolean(entry && !hand.editable(entry));
    },
    // Whether something unfinished would be lost by turning the page.
    get busy() {
      return hand.busy() || hand.tool.busy || page.lifted.size > 0 || page.held.size > 0;
    },
    // Shapes as shown now, those sent and not yet answered included.
    get shapes() {
      return page.entries().map(({ bounds, ...entry }) => entry);
    },
    // The same with their bounds; an entry is the same object as long as nothing of it changes.
    get entries() {
      return page.entries();
    },
    // Uids whose picture in the layer below is out of date.
    get stale() {
      return page.stale();
    },
  };
}
