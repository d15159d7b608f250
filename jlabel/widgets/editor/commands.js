// What toolbar buttons and keys do without a pointer. Each returns whether there was anything to do.
import { limitStep } from "./geometry.js";
import { boundsOf, kindOf, shiftShape } from "./shapes/shapes.js";
import { actualView, fitView, rotateView, zoomView } from "./viewport.js";

const STEP = 1.25; // of zoom
const KEEPING = ["undo", "redo", "lock", "hide", "fill"];
const ASIDE = 10; // pixels that a copy lies right of and below its model on the same image

/** Whether a message changes the shapes, and how is known here before the kernel says so. */
export const changesShapes = ({ kind, name }) =>
  kind === "command" ? !KEEPING.includes(name) : ["draw", "change", "remove"].includes(kind);

const freeform = (shape) => kindOf(shape).freeform;

export function createCommands(hand) {
  let clipboard = { item: null, shapes: [] };
  const { page } = hand;
  const editable = () => hand.selected().filter(hand.editable);
  const tell = (name, fields = {}, apply) => {
    hand.post({ kind: "command", name, ...fields }, apply);
    return true;
  };
  const look = (view) => {
    hand.setView(view);
    hand.settleView();
    return true;
  };
  const middle = () => [hand.view.stage_width / 2, hand.view.stage_height / 2];
  const fit = () => {
    const { width, height, stage_width, stage_height, rotation } = hand.view;
    return fitView(width, height, stage_width, stage_height, rotation);
  };
  // Let go of outlines in the hand. Returns those of the shapes that the kernel knows.
  const dropHeld = (uids) => {
    const known = uids.filter((uid) => !page.isRefused(uid));
    uids.forEach((uid) => page.release(uid));
    return known;
  };
  // Tools on the selected shapes whose outcome only the kernel can compute.
  const onSelected =
    (name, wanted, least = 1) =>
    (fields) => {
      const uids = editable()
        .filter(({ shape }) => wanted(shape))
        .map(({ uid }) => uid);
      return uids.length >= least && tell(name, { uids, ...fields });
    };

  const commands = {
    undo: () => tell("undo"),
    redo: () => tell("redo"),
    copy_previous: () => !page.locked && tell("copy_previous"),
    fill: () => tell("fill"),
    hide: () => tell("hide"),
    remove() {
      const chosen = editable().map(({ uid }) => uid);
      if (!chosen.length) return hand.selection().length > 0;
      const uids = dropHeld(chosen);
      if (uids.length) hand.post({ kind: "remove", uids }, (map) => uids.forEach((uid) => map.delete(uid)));
      hand.select(
        hand.selection().filter((uid) => !chosen.includes(uid)),
        { quiet: true },
      );
      return true;
    },
    // Locked shapes stay; undo brings the others back.
    remove_all() {
      const all = page
        .entries()
        .filter(hand.editable)
        .map(({ uid }) => uid);
      if (!all.length) return page.entries().length > 0;
      const uids = dropHeld(all);
      const gone = (map) => uids.forEach((uid) => map.delete(uid));
      if (uids.length && uids.length === page.entries().length) tell("remove_all", {}, gone);
      else if (uids.length) hand.post({ kind: "remove", uids }, gone);
      hand.select([], { quiet: true });
      return true;
    },
    select_all() {
      hand.select(page.visible().map(({ uid }) => uid));
      return true;
    },
    copy() {
      const shapes = hand.selected().map(({ class_id, shape }) => ({ class_id, shape }));
      if (shapes.length) clipboard = { item: page.item, shapes };
      return shapes.length > 0;
    },
    // On the same image a little aside, on another at the same place; what would lie outside is brought inside or left.
    paste() {
      if (page.locked || !clipboard.shapes.length) return false;
      const aside = clipboard.item === page.item ? ASIDE : 0;
      const shapes = clipboard.shapes.flatMap(({ class_id, shape }) => {
        const bounds = boundsOf(shape);
        if (bounds[2] - bounds[0] > page.width || bounds[3] - bounds[1] > page.height) return [];
        const moved = shiftShape(shape, ...brought(bounds, aside));
        return [{ uid: hand.newUid(), class_id, shape: moved }];
      });
      if (!shapes.length) return false;
      clipboard = { item: page.item, shapes };
      tell("paste", { shapes }, (map) =>
        shapes.forEach((one) => map.has(one.uid) || map.set(one.uid, { ...one, pending: true })),
      );
      hand.select(
        shapes.map(({ uid }) => uid),
        { quiet: true },
      );
      return true;
    },
    reclass({ class_id }) {
      const chosen = editable().map(({ uid }) => uid);
      const uids = chosen.filter((uid) => !page.isRefused(uid));
      for (const uid of chosen.filter(page.isRefused)) {
        const was = page.held.get(uid);
        page.release(uid);
        hand.make(uid, { ...was, class_id });
      }
      if (uids.length)
        tell("reclass", { uids, class_id }, (map) => {
          for (const uid of uids) if (map.has(uid)) map.set(uid, { ...map.get(uid), class_id, pending: true });
        });
      return chosen.length > 0;
    },
    // The selected shapes, else all there are: then only new ones can be changed, as Azure's lock has it.
    lock(fields = {}) {
      const chosen = hand.selected().length ? hand.selected() : page.entries();
      if (!chosen.length || page.locked) return false;
      const value = fields.value ?? chosen.some(hand.editable);
      const uids = fields.uids ?? chosen.map(({ uid }) => uid);
      hand.setLock(uids, value);
      return tell("lock", { uids, value });
    },
    // First what is marked in the hand, else what is selected.
    repair() {
      if (hand.tool.repair?.()) return true;
      if (page.held.size) {
        hand.commit(new Map([...page.held].map(([uid, { shape }]) => [uid, shape])), { repair: true });
        return true;
      }
      return onSelected("repair", freeform)();
    },
    simplify: (fields) => onSelected("simplify", freeform)({ tolerance: hand.pixels(1), ...fields }),
    to_box: onSelected("to_box", freeform),
    to_polygon: onSelected("to_polygon", (shape) => !freeform(shape)),
    join: onSelected("join", freeform, 2),
    split: onSelected("split", freeform),
    subtract: onSelected("subtract", freeform),
    zoom_in: () => look(zoomView(hand.view, STEP, middle())),
    zoom_out: () => look(zoomView(hand.view, 1 / STEP, middle())),
    zoom_to: ({ scale }) => look(zoomView(hand.view, scale / hand.view.scale, middle())),
    fit: () => look(fit()),
    actual: () => look(actualView(hand.view)),
    rotate: (fields) => look(rotateView(hand.view, fields?.quarters ?? 1)),
  };

  /** @type {(bounds: number[], aside: number) => [number, number]} */
  function brought([x0, y0, x1, y1], aside) {
    // inside first (the copy may come from a larger image), then aside as far as there is room
    const dx = Math.max(-x0, Math.min(0, page.width - x1));
    const dy = Math.max(-y0, Math.min(0, page.height - y1));
    const [sx, sy] = limitStep([x0 + dx, y0 + dy, x1 + dx, y1 + dy], [aside, aside], page.width, page.height);
    return [dx + sx, dy + sy];
  }
  return (name, fields) => {
    if (!Object.hasOwn(commands, name)) return false;
    return Boolean(commands[name](fields));
  };
}
