// The shapes on the image as the hand sees them: the kernel's last word, with what was sent since laid over it.
import { boundsOf } from "./shapes.js";

export function createPage() {
  let state = { item: null, width: 0, height: 0, shapes: [], classes: [], locked: false };
  let pending = []; // {seq, apply(map)} of messages that the kernel has not yet answered
  let cache = null; // {list, shown, byUid}, until the next change
  const held = new Map(); // uid -> {shape, fault}: an outline that crosses itself, not sent until mended
  const lifted = new Map(); // uid -> shape: in the hand during a gesture

  function look() {
    if (cache) return cache;
    const map = new Map();
    for (const shape of state.shapes) map.set(shape.uid, shape);
    for (const { apply } of pending) apply(map);
    for (const [uid, { shape }] of held) if (map.has(uid)) map.set(uid, { ...map.get(uid), shape, pending: true });
    const list = [...map.values()].map((entry) => ({ ...entry, bounds: boundsOf(entry.shape) }));
    cache = { list, shown: list.filter((entry) => !entry.hidden), byUid: new Map(list.map((entry) => [entry.uid, entry])) };
    return cache;
  }
  const entries = () => look().list;

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
    // Take the kernel's state. Returns whether it is of another image.
    set({ ack = 0, ...next }) {
      const other = next.item !== undefined && next.item !== state.item;
      state = { ...state, ...next };
      pending = other ? [] : pending.filter(({ seq }) => seq > ack);
      if (other) held.clear();
      cache = null;
      const known = new Set(entries().map((entry) => entry.uid));
      for (const uid of held.keys()) if (!known.has(uid)) held.delete(uid);
      return other;
    },
    predict(seq, apply) {
      if (typeof seq === "number") pending.push({ seq, apply });
      cache = null;
    },
    hold(uid, shape, fault) {
      held.set(uid, { shape, fault });
      cache = null;
    },
    release(uid) {
      cache = null;
      return held.delete(uid);
    },
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
