// What toolbar buttons and keys do without a pointer. Each returns whether there was anything to do.

/** @import { Apply, Bounds, Entry, Gesture, Interaction, Point, Shape, View } from "./types" */

import { limitStep } from "./geometry.js";
import { boundsOf, kindOf, shiftShape } from "./shapes/shapes.js";
import { actualView, fitView, rotateView, zoomView } from "./viewport.js";

const STEP = 1.25; // of zoom
const KEEP_SHAPES = ["undo", "redo", "lock", "hide", "fill"];
const COPY_OFFSET = 10; // pixels between a shape and its copy on the same image, to the right and down

/**
 * Whether a message changes the shapes.
 *
 * @type {(message: Gesture) => boolean}
 */
export const changesShapes = ({ kind, name = "" }) =>
  kind === "command" ? !KEEP_SHAPES.includes(name) : ["draw", "change", "remove"].includes(kind);

/** @param {Shape} shape */
const freeform = (shape) => kindOf(shape).freeform;

/**
 * Returns the function that runs a command by its name.
 *
 * @param {Interaction} interaction
 * @returns {Interaction["command"]}
 */
export function createCommands(interaction) {
  /** @type {{item: number | null, shapes: {class_id: number, shape: Shape}[]}} */
  let clipboard = { item: null, shapes: [] };
  const { page } = interaction;
  const editable = () => interaction.selected().filter(interaction.editable);
  /** @type {(name: string, fields?: object, apply?: Apply) => boolean} */
  const sendCommand = (name, fields = {}, apply) => {
    interaction.post({ kind: "command", name, ...fields }, apply);
    return true;
  };
  /** @param {View} view */
  const changeView = (view) => {
    interaction.setView(view);
    interaction.settleView();
    return true;
  };
  /** @returns {Point} */
  const middle = () => [interaction.view.stage_width / 2, interaction.view.stage_height / 2];
  const fit = () => {
    const { width, height, stage_width, stage_height, rotation } = interaction.view;
    return fitView(width, height, stage_width, stage_height, rotation);
  };
  /**
   * Drops what is unsaved of some shapes. Returns the uids of those that the kernel knows.
   *
   * @param {string[]} uids
   */
  const discardUnsaved = (uids) => {
    const known = uids.filter((uid) => !page.isRefused(uid));
    uids.forEach((uid) => page.discard(uid));
    return known;
  };
  /**
   * Commands on the selected shapes whose result only the kernel can compute.
   *
   * @type {(name: string, wanted: (shape: Shape) => boolean, least?: number) => (fields?: object) => boolean}
   */
  const onSelected =
    (name, wanted, least = 1) =>
    (fields) => {
      const uids = editable()
        .filter(({ shape }) => wanted(shape))
        .map(({ uid }) => uid);
      return uids.length >= least && sendCommand(name, { uids, ...fields });
    };

  /** @type {Record<string, (fields?: any) => unknown>} */
  const commands = {
    undo: () => interaction.takeUnclassed("newest").length > 0 || sendCommand("undo"),
    redo: () => sendCommand("redo"),
    copy_previous: () => !page.locked && sendCommand("copy_previous"),
    fill: () => sendCommand("fill"),
    hide: () => sendCommand("hide"),
    /** The selected proposals; the next one is selected then. */
    accept() {
      const uids = editable()
        .filter(({ proposal }) => proposal)
        .map(({ uid }) => uid);
      if (!uids.length) return false;
      const next = interaction.nextProposal(uids);
      sendCommand("accept", { uids }, (map) => {
        for (const uid of uids) {
          const known = map.get(uid);
          if (known) map.set(uid, { ...known, made: "accepted", proposal: false, pending: true });
        }
      });
      interaction.select(next === null ? [] : [next]);
      return true;
    },
    /** After a proposal the next one is selected. */
    remove() {
      const chosen = editable().map(({ uid }) => uid);
      if (!chosen.length) return interaction.chosen.length > 0;
      const next = chosen.some((uid) => page.find(uid)?.proposal) ? interaction.nextProposal(chosen) : null;
      const uids = discardUnsaved(chosen);
      if (uids.length) interaction.post({ kind: "remove", uids }, (map) => uids.forEach((uid) => map.delete(uid)));
      const left = interaction.chosen.filter((uid) => !chosen.includes(uid));
      interaction.select(next !== null && !left.length ? [next] : left, { quiet: true });
      return true;
    },
    /** Locked shapes stay. */
    remove_all() {
      const all = page
        .entries()
        .filter(interaction.editable)
        .map(({ uid }) => uid);
      if (!all.length) return page.entries().length > 0;
      const uids = discardUnsaved(all);
      /** @type {Apply} */
      const gone = (map) => uids.forEach((uid) => map.delete(uid));
      if (uids.length && uids.length === page.entries().length) sendCommand("remove_all", {}, gone);
      else if (uids.length) interaction.post({ kind: "remove", uids }, gone);
      interaction.select([], { quiet: true });
      return true;
    },
    select_all() {
      interaction.select(page.visible().map(({ uid }) => uid));
      return true;
    },
    copy() {
      const shapes = interaction.selected().map(({ class_id, shape }) => ({ class_id, shape }));
      if (shapes.length) clipboard = { item: page.item, shapes };
      return shapes.length > 0;
    },
    /** Shifted on the same image, at the same position on another; what would be outside is moved inside or left out. */
    paste() {
      if (page.locked || !clipboard.shapes.length) return false;
      const offset = clipboard.item === page.item ? COPY_OFFSET : 0;
      const shapes = clipboard.shapes.flatMap(({ class_id, shape }) => {
        const bounds = boundsOf(shape);
        if (bounds[2] - bounds[0] > page.width || bounds[3] - bounds[1] > page.height) return [];
        const moved = shiftShape(shape, ...shiftInside(bounds, offset));
        return [{ uid: interaction.newUid(), class_id, shape: moved }];
      });
      if (!shapes.length) return false;
      clipboard = { item: page.item, shapes };
      sendCommand("paste", { shapes }, (map) =>
        shapes.forEach((one) => map.has(one.uid) || map.set(one.uid, { ...one, pending: true })),
      );
      interaction.select(
        shapes.map(({ uid }) => uid),
        { quiet: true },
      );
      return true;
    },
    reclass({ class_id }) {
      const chosen = editable().map(({ uid }) => uid);
      const uids = chosen.filter((uid) => !page.isRefused(uid));
      for (const uid of chosen.filter(page.isRefused)) {
        const was = page.unsaved.get(uid);
        page.discard(uid);
        if (was) interaction.make(uid, { ...was, class_id });
      }
      if (uids.length)
        sendCommand("reclass", { uids, class_id }, (map) => {
          for (const uid of uids) {
            const known = map.get(uid);
            if (known) map.set(uid, { ...known, class_id, proposal: false, pending: true });
          }
        });
      return chosen.length > 0;
    },
    /** The selected shapes, else all: then only new ones can be changed, as with Azure's lock. */
    lock(fields = {}) {
      const chosen = interaction.selected().length ? interaction.selected() : page.entries();
      if (!chosen.length || page.locked) return false;
      const value = fields.value ?? chosen.some(interaction.editable);
      const uids = fields.uids ?? chosen.map(({ uid }) => uid);
      interaction.setLock(uids, value);
      return sendCommand("lock", { uids, value });
    },
    /** The outlines marked as unsaved, else the selected shapes. */
    repair() {
      if (interaction.tool.repair?.()) return true;
      if (page.unsaved.size) {
        interaction.commit(new Map([...page.unsaved].map(([uid, { shape }]) => [uid, shape])), { repair: true });
        return true;
      }
      return onSelected("repair", freeform)();
    },
    simplify: (fields) => onSelected("simplify", freeform)({ tolerance: interaction.pixels(1), ...fields }),
    to_box: onSelected("to_box", freeform),
    to_polygon: onSelected("to_polygon", (shape) => !freeform(shape)),
    /** The selected shapes, else the one drawn last, become the outlines of the objects in their bounds. */
    outline() {
      if (page.locked || interaction.tool.busy) return false;
      const known = (/** @type {Entry} */ entry) => interaction.editable(entry) && !page.isRefused(entry.uid);
      const drawn = page.visible().findLast((entry) => (entry.made ?? "drawn") === "drawn");
      const wanted = interaction.chosen.length ? interaction.selected() : drawn ? [drawn] : [];
      const uids = wanted.filter(known).map(({ uid }) => uid);
      if (!uids.length) return false;
      uids.forEach((uid) => page.discard(uid));
      sendCommand("outline", { uids });
      if (!interaction.chosen.length) interaction.select(uids, { quiet: true, fresh: true });
      return true;
    },
    join: onSelected("join", freeform, 2),
    split: onSelected("split", freeform),
    subtract: onSelected("subtract", freeform),
    zoom_in: () => changeView(zoomView(interaction.view, STEP, middle())),
    zoom_out: () => changeView(zoomView(interaction.view, 1 / STEP, middle())),
    zoom_to: ({ scale }) => changeView(zoomView(interaction.view, scale / interaction.view.scale, middle())),
    fit: () => changeView(fit()),
    actual: () => changeView(actualView(interaction.view)),
    rotate: (fields) => changeView(rotateView(interaction.view, fields?.quarters ?? 1)),
  };

  /** @type {(bounds: Bounds, offset: number) => Point} */
  function shiftInside([x0, y0, x1, y1], offset) {
    // inside first (the copy may come from a larger image), then by the offset as far as there is room
    const dx = Math.max(-x0, Math.min(0, page.width - x1));
    const dy = Math.max(-y0, Math.min(0, page.height - y1));
    const [sx, sy] = limitStep([x0 + dx, y0 + dy, x1 + dx, y1 + dy], [offset, offset], page.width, page.height);
    return [dx + sx, dy + sy];
  }
  return (name, fields) => {
    if (!Object.hasOwn(commands, name)) return false;
    return Boolean(commands[name](fields));
  };
}
