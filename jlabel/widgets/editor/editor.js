// The shape editor: owns pointer and keyboard over one picture, draws unfinished gestures, sends finished ones.
//
// Messages, each sent once, when a gesture is finished; shapes in image pixels (see shapes/):
//   {kind: "draw", class_id, shape, uid, repair?}      {kind: "change", uid, shape, repair?}     {kind: "remove", uids}
//   {kind: "select", uids}                             {kind: "view", view} (viewport.js)
//   {kind: "command", name, …}: undo, redo, copy_previous, remove_all; fill, hide; lock {uids, value}; accept {uids};
//     reclass {uids, class_id}; paste {shapes: [{uid, class_id, shape}]}; change_many {shapes: [{uid, shape}]};
//     to_box, to_polygon, outline, join, split, subtract, repair {uids}; simplify {uids, tolerance}; cut, add {uid, shape}
// `send` returns the message's number; its effect is shown at once, and kept until setPage brings an `ack` of at least that.

/** @import { EditorOptions, Interaction, PageState, SelectTool, Tool, View } from "./types" */

import { percent } from "../frame/summary.js";
import { createCommands } from "./commands.js";
import { hitShape } from "./hit.js";
import { createInteraction } from "./interaction.js";
import { createKeyboard } from "./keyboard.js";
import { createNavigator } from "./navigate.js";
import { createPen } from "./paint.js";
import { createPointer } from "./pointer.js";
import { SHAPES } from "./shapes/shapes.js";
import { createSelectTool } from "./tools/select.js";
import { clampView, toImage } from "./viewport.js";

/** @type {(...values: unknown[]) => void} */
const nothing = () => {};

function randomUid() {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {EditorOptions} options */
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
  const interaction = createInteraction({ kind, send, requestPaint, onView, onSelect, onStatus, now, newUid });
  const { page } = interaction;
  const navigator = createNavigator(interaction, schedule);
  const pointer = createPointer(interaction, navigator, now);
  const selectTool = createSelectTool(interaction);
  /** @type {Record<string, Tool>} */
  const tools = {
    select: selectTool,
    ...kind.tools(interaction),
    ...(kind.moveVertex && { points: createSelectTool(interaction, { points: true }) }),
  };
  let guides = true;

  Object.assign(interaction, {
    tools,
    tool: tools[kind.firstTool],
    selectTool,
    command: createCommands(interaction),
    busy: () => interaction.pressed !== null || navigator.busy,
    setTool,
    abort: pointer.abort,
    escape: escapeStep,
    pickClass,
  });
  const key = createKeyboard(interaction, navigator);

  /** @type {Interaction["pickClass"]} */
  function pickClass(id, always = false) {
    const drawn = interaction.takeUnclassed();
    const { chosen, fresh } = interaction;
    if (!drawn.length && chosen.length && (always || !fresh)) interaction.command("reclass", { class_id: id });
    interaction.classId = interaction.lastClass = id;
    for (const one of drawn) interaction.add(id, one);
    onClass(id);
    requestPaint();
  }
  /** Drops everything unfinished. Returns whether there was anything. */
  function cancel() {
    const gesture = interaction.pressed !== null || page.edited.size > 0 || navigator.busy;
    interaction.pressed = null;
    navigator.stop();
    page.edited.clear();
    const was = interaction.tool.cancel() || gesture;
    pointer.restoreTool();
    requestPaint();
    return was;
  }
  /** Drops the gesture, else the shapes without a class, else the unsaved outlines, else the keyboard's cursor, else the selection. */
  function escapeStep() {
    if (cancel() || interaction.takeUnclassed().length) return true;
    if (page.unsaved.size) {
      for (const uid of [...page.unsaved.keys()]) page.discard(uid);
      onStatus({ fault: null });
    } else if (interaction.cursor) interaction.cursor = null;
    else if (interaction.chosen.length) interaction.select([]);
    else return false;
    requestPaint();
    return true;
  }
  /** @param {string} name */
  function setTool(name) {
    if (!Object.hasOwn(tools, name)) return false;
    pointer.restoreTool();
    if (tools[name] === interaction.tool) return true;
    interaction.flush();
    cancel();
    interaction.tool = tools[name];
    if (!interaction.draws()) interaction.cursor = null; // the arrow keys move shapes again
    onTool(name);
    return true;
  }
  /** @type {(ctx: CanvasRenderingContext2D, ratio?: number) => void} */
  function paint(ctx, ratio = 1) {
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, interaction.view.stage_width, interaction.view.stage_height);
    const pen = createPen(ctx, interaction.view, page);
    const selected = new Set(interaction.chosen);
    for (const entry of page.entries()) {
      const wide = selected.has(entry.uid) || entry.uid === pointer.hover;
      if (entry.hidden || !(wide || entry.pending || page.edited.has(entry.uid))) continue;
      const outline = page.edited.get(entry.uid) ?? entry.shape;
      const unsaved = page.unsaved.get(entry.uid);
      const light = Boolean(entry.proposal);
      pen.shape(outline, entry.class_id, { wide, light, dashed: light || Boolean(unsaved) });
      if (light && wide && !page.edited.has(entry.uid)) pen.label(outline, percent(entry.confidence ?? 0));
      const { active } = interaction.tool;
      if (selected.has(entry.uid) && interaction.editable(entry))
        pen.grips(outline, active?.uid === entry.uid ? active : null);
      if (unsaved?.fault) pen.cross(unsaved.fault);
    }
    const pointed = interaction.pointed();
    if (interaction.tool.crosshair && guides && pointed && !page.locked) pen.guides(pointed);
    for (const drawn of interaction.unclassed) pen.shape(drawn.shape, null, { dashed: true, wide: true });
    interaction.tool.paint(pen);
    if (interaction.cursor) pen.cursor(interaction.cursor);
    ctx.restore();
  }

  return {
    /**
     * Takes the kernel's state, with `ack` and `refused`, the number of a message that it refused. Another item drops
     * everything unfinished; the same one keeps the gesture.
     *
     * @param {Partial<PageState> & {ack?: number, refused?: number | null}} next
     */
    setPage(next) {
      const { other, refused } = page.set(next);
      if (other) {
        cancel();
        interaction.cursor = null;
        interaction.clear();
      }
      if (refused.length) interaction.select(refused, { quiet: true });
      if ([...page.edited.keys()].some((uid) => !page.find(uid))) pointer.abort();
      const known = interaction.chosen.filter((uid) => page.find(uid));
      if (known.length < interaction.chosen.length) interaction.select(known, { quiet: true });
      requestPaint();
    },
    /** @param {number | null} id */
    setClass(id) {
      interaction.classId = id;
      requestPaint();
    },
    /** The class that was used last before this screen was opened. */
    setLastClass(/** @type {number | null} */ id) {
      interaction.lastClass ??= id;
    },
    /** @param {number} id */
    pickClass(id) {
      interaction.flush();
      pickClass(id, true);
    },
    setTool,
    /**
     * Takes a view of the frame's: another picture or stage. It is not sent back.
     *
     * @param {View} next
     */
    setView(next) {
      interaction.view = interaction.sentView = clampView(next);
      requestPaint();
    },
    /** @param {boolean} on */
    setSnap(on) {
      interaction.snapping = on;
    },
    /** @param {boolean} on */
    setGuides(on) {
      guides = on;
    },
    /** @param {string} name */
    setOperation(name) {
      interaction.operation = name;
    },
    /**
     * Takes the selection of the list of objects. It is not sent back.
     *
     * @param {string[]} uids
     */
    setSelection: (uids) =>
      interaction.select(
        uids.filter((uid) => page.find(uid)),
        { quiet: true },
      ),
    /** @type {Interaction["command"]} */
    command(name, fields) {
      interaction.flush();
      return interaction.command(name, fields);
    },
    pointer: pointer.handle,
    key,
    paint,
    /** Drops everything unfinished; nothing is sent. */
    cancel() {
      cancel();
      interaction.cursor = null;
    },
    /** The window or the stage lost the focus: drops what a pressed button or key was doing; points clicked stay. */
    blur() {
      navigator.stop();
      pointer.abort();
    },
    /** @type {(x: number, y: number, pointerType?: string) => string | null} */
    hitTest: (x, y, pointerType = "mouse") =>
      hitShape(page.visible(), toImage(interaction.view, [x, y]), interaction.reach({ pointerType }))?.uid ?? null,
    /** The CSS cursor for the stage. */
    get cursor() {
      return pointer.cursor;
    },
    get tool() {
      return pointer.tool.name;
    },
    get tools() {
      return Object.keys(tools);
    },
    /** Whether outlines of any form are drawn. */
    get freeform() {
      return kind.freeform;
    },
    /** What the buttons of the tools show. */
    get toolbox() {
      return Object.values(tools).map(({ name, icon, title, letter }) => ({ name, icon, title, letter }));
    },
    get selection() {
      return [...interaction.chosen];
    },
    get classId() {
      return interaction.classId;
    },
    get lastClass() {
      return interaction.lastClass;
    },
    get unclassed() {
      return interaction.unclassed;
    },
    get view() {
      return interaction.view;
    },
    /** @param {string} uid */
    isLocked(uid) {
      const entry = page.find(uid);
      return Boolean(entry && !interaction.editable(entry));
    },
    /** Whether turning the page would lose something unfinished. */
    get busy() {
      return (
        interaction.busy() ||
        interaction.tool.busy ||
        page.edited.size > 0 ||
        page.unsaved.size > 0 ||
        interaction.unclassed.length > 0
      );
    },
    /** Shapes as shown now, with pending messages applied. */
    get shapes() {
      return page.entries().map(({ bounds, ...entry }) => entry);
    },
    /** The same with their bounds; an entry is the same object as long as nothing of it changes. */
    get entries() {
      return page.entries();
    },
    /** Uids whose picture in the layer below is out of date. */
    get stale() {
      return page.stale();
    },
  };
}
