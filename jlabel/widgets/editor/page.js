// The shapes on the image as the hand sees them: the kernel's last word, with what was sent since laid over it.
import { boundsOf, findFault } from "./shapes/shapes.js";

export function createPage() {
  let state = { item: null, width: 0, height: 0, shapes: [], classes: [], locked: false, hidden: [], hiddenShapes: [] };
  let pending = []; // {seq, apply(map), again} of messages that the kernel has not yet answered
  let cache = null; // {list, shown, byUid}, until the next change
  const built = new WeakMap(); // a shape as the kernel told it -> its entry, so that entries stay the same objects
  // uid -> {shape, fault, class_id, message}: an outline that crosses itself, or that the kernel refused: not stored
  // until mended. With a `message` it is on the image only here, and that is what to send with the mended outline.
  const held = new Map();
  const lifted = new Map(); // uid -> shape: in the hand during a gesture

  const entryOf = (shape) => {
    const hidden =
      Boolean(shape.hidden) || state.hidden.includes(shape.class_id) || state.hiddenShapes.includes(shape.uid);
    const known = built.get(shape);
    if (known && Boolean(known.hidden) === hidden) return known;
    const entry = { ...shape, ...(hidden ? { hidden } : {}), bounds: boundsOf(shape.shape) };
    built.set(shape, entry);
    return entry;
  };
  function look() {
    if (cache) return cache;
    const map = new Map();
    for (const shape of state.shapes) map.set(shape.uid, shape);
    for (const { apply } of pending) apply(map);
    for (const [uid, { shape, message, class_id }] of held) {
      if (map.has(uid)) map.set(uid, { ...map.get(uid), shape, pending: true });
      else if (message) map.set(uid, { uid, class_id, shape, pending: true });
    }
    const list = Array.from(map.values(), entryOf);
    cache = {
      list,
      shown: list.filter((entry) => !entry.hidden),
      byUid: new Map(list.map((entry) => [entry.uid, entry])),
    };
    return cache;
  }
  const entries = () => look().list;
  const alike = (a, b) =>
    a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => one === b[i]));

  return {
    held,
    lifted,
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
    // Take the kernel's state. Returns whether it is of another image, and the uids of shapes that it refused: they
    // are held.
    set({ ack = 0, refused = null, ...next }) {
      const other = next.item !== undefined && next.item !== state.item;
      const settled = pending.filter(({ seq }) => seq <= ack);
      const same = !settled.length && Object.keys(next).every((key) => alike(state[key], next[key]));
      if (same) return { other, refused: [] };
      state = { ...state, ...next };
      pending = other ? [] : pending.filter(({ seq }) => seq > ack);
      cache = null;
      if (other) held.clear();
      const back =
        other || refused === null ? [] : settled.filter(({ seq }) => seq === refused).flatMap(({ again }) => again);
      for (const { uid, ...one } of back) held.set(uid, { ...one, fault: findFault(one.shape) });
      const known = new Set(entries().map((entry) => entry.uid));
      for (const uid of held.keys()) if (!known.has(uid)) this.release(uid);
      return { other, refused: back.map(({ uid }) => uid).filter((uid) => known.has(uid)) };
    },
    // `again`: [{uid, shape, class_id, message}], what to hold if the kernel refuses.
    predict(seq, apply, again = []) {
      if (typeof seq === "number") pending.push({ seq, apply, again });
      cache = null;
    },
    hold(uid, shape, fault) {
      held.set(uid, { ...held.get(uid), shape, fault });
      cache = null;
    },
    release(uid) {
      cache = null;
      return held.delete(uid);
    },
    // Whether the shape is on the image only here: the kernel has refused it.
    isRefused: (uid) => Boolean(held.get(uid)?.message),
    find(uid) {
      return look().byUid.get(uid);
    },
    visible: () => look().shown,
    color(class_id) {
      return state.classes.find((label) => label.id === class_id)?.color ?? "#66ccee";
    },
    // Uids whose picture in the layer below is out of date: lifted, pending or held.
    stale() {
      const uids = new Set([...lifted.keys(), ...held.keys()]);
      for (const shape of state.shapes) if (this.find(shape.uid)?.shape !== shape.shape) uids.add(shape.uid);
      return uids;
    },
  };
}
