// The shapes on the image: the kernel's state with the pending messages applied, and what is not stored yet.

/** @import { Entry, PageState, Retry, ShapeData, ShapesPage, Unsaved } from "./types" */

import { boundsOf, findFault } from "./shapes/shapes.js";

const DEFAULT_COLOR = "#66ccee";

/** @returns {ShapesPage} */
export function createPage() {
  /** @type {PageState} */
  let state = { item: null, width: 0, height: 0, shapes: [], classes: [], locked: false, hidden: [], hiddenShapes: [] };
  /** @type {{seq: number, apply: import("./types").Apply, retries: Retry[]}[]} */
  let pending = []; // messages that the kernel has not answered
  /** @type {{list: Entry[], shown: Entry[], byUid: Map<string, Entry>} | null} */
  let cache = null; // until the next change
  /** @type {WeakMap<ShapeData, Entry>} */
  const entryCache = new WeakMap(); // entries stay the same objects as long as nothing of them changes
  /** @type {Map<string, Unsaved>} */
  const unsaved = new Map();
  /** @type {Map<string, import("./types").Shape>} */
  const edited = new Map(); // uid -> the shape as an unfinished gesture leaves it

  /** @type {(shape: ShapeData) => Entry} */
  const entryOf = (shape) => {
    const hidden =
      Boolean(shape.hidden) || state.hidden.includes(shape.class_id) || state.hiddenShapes.includes(shape.uid);
    const known = entryCache.get(shape);
    if (known && Boolean(known.hidden) === hidden) return known;
    const entry = { ...shape, ...(hidden ? { hidden } : {}), bounds: boundsOf(shape.shape) };
    entryCache.set(shape, entry);
    return entry;
  };
  function derive() {
    if (cache) return cache;
    /** @type {Map<string, ShapeData>} */
    const map = new Map();
    for (const shape of state.shapes) map.set(shape.uid, shape);
    for (const { apply } of pending) apply(map);
    for (const [uid, { shape, message, class_id }] of unsaved) {
      const known = map.get(uid);
      if (known) map.set(uid, { ...known, shape, proposal: false, pending: true });
      else if (message && class_id !== undefined) map.set(uid, { uid, class_id, shape, pending: true });
    }
    const list = Array.from(map.values(), entryOf);
    cache = {
      list,
      shown: list.filter((entry) => !entry.hidden),
      byUid: new Map(list.map((entry) => [entry.uid, entry])),
    };
    return cache;
  }
  const entries = () => derive().list;
  /** @type {(a: unknown, b: unknown) => boolean} */
  const same = (a, b) =>
    a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => one === b[i]));

  /** @type {ShapesPage} */
  const page = {
    unsaved,
    edited,
    entries,
    get item() {
      return state.item;
    },
    get width() {
      return state.width;
    },
    get height() {
      return state.height;
    },
    get classes() {
      return state.classes;
    },
    get locked() {
      return state.locked;
    },
    /**
     * Takes the kernel's state. Returns whether it is of another image, and the uids of the shapes that it refused: these
     * are unsaved now.
     */
    set({ ack = 0, refused = null, ...next }) {
      const other = next.item !== undefined && next.item !== state.item;
      const answered = pending.filter(({ seq }) => seq <= ack);
      const keys = /** @type {(keyof PageState)[]} */ (Object.keys(next));
      if (!answered.length && keys.every((key) => same(state[key], next[key]))) return { other, refused: [] };
      state = { ...state, ...next };
      pending = other ? [] : pending.filter(({ seq }) => seq > ack);
      cache = null;
      if (other) unsaved.clear();
      const back =
        other || refused === null
          ? []
          : answered.filter(({ seq }) => seq === refused).flatMap(({ retries }) => retries);
      for (const { uid, ...one } of back) unsaved.set(uid, { ...one, fault: findFault(one.shape) });
      const known = new Set(entries().map((entry) => entry.uid));
      for (const uid of unsaved.keys()) if (!known.has(uid)) page.discard(uid);
      return { other, refused: back.map(({ uid }) => uid).filter((uid) => known.has(uid)) };
    },
    /** Applies a message that was sent, until the kernel answers it; `retries` are unsaved if the kernel refuses it. */
    predict(seq, apply, retries = []) {
      if (seq !== undefined) pending.push({ seq, apply, retries });
      cache = null;
    },
    setUnsaved(uid, shape, fault) {
      unsaved.set(uid, { ...unsaved.get(uid), shape, fault });
      cache = null;
    },
    discard(uid) {
      cache = null;
      return unsaved.delete(uid);
    },
    /** Whether the kernel knows no such shape, because it refused it. */
    isRefused: (uid) => Boolean(unsaved.get(uid)?.message),
    find: (uid) => derive().byUid.get(uid),
    visible: () => derive().shown,
    color: (class_id) => state.classes.find((label) => label.id === class_id)?.color ?? DEFAULT_COLOR,
    /** Uids whose picture in the layer below is out of date. */
    stale() {
      const uids = new Set([...edited.keys(), ...unsaved.keys()]);
      for (const shape of state.shapes) if (page.find(shape.uid)?.shape !== shape.shape) uids.add(shape.uid);
      return uids;
    },
  };
  return page;
}
