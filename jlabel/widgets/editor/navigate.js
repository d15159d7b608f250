// Zoom and pan: wheel, pinch, drag with Space or with the middle button. Gets every pointer event first.

/** @import { Interaction, Point, PointerInput } from "./types" */

import { panView, zoomView } from "./viewport.js";

const LINE = 16; // CSS pixels that a wheel's "line" stands for
const REST = 120; // milliseconds after the last step of the wheel until the kernel is asked for a sharp picture

/**
 * @param {Interaction} interaction
 * @param {(run: () => void, ms: number) => void} schedule
 */
export function createNavigator(interaction, schedule) {
  /** @type {Map<number, Point>} */
  const fingers = new Map(); // pointer id -> position of those that are down
  /** @type {"pan" | "pinch" | "rest" | null} */
  let mode = null; // "rest": ignore the remaining events of a pinch
  /** @type {{at: Point, apart: number}} */
  let last = { at: [0, 0], apart: 1 }; // where a pan or a pinch was at its last event
  let space = false;
  let steps = 0; // of the wheel

  const middle = () => {
    const [[ax, ay], [bx, by]] = [...fingers.values()];
    /** @type {Point} */
    const at = [(ax + bx) / 2, (ay + by) / 2];
    return { at, apart: Math.max(Math.hypot(ax - bx, ay - by), 1) };
  };
  /** @param {PointerInput} event */
  function wheel(event) {
    const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? 20 * LINE : 1;
    if (event.shift && !event.ctrl)
      interaction.setView(panView(interaction.view, -((event.deltaX || event.deltaY) ?? 0) * unit, 0));
    else {
      // a trackpad's pinch comes as a wheel with Ctrl and small steps
      const factor = Math.exp(-(event.deltaY ?? 0) * unit * (event.ctrl ? 0.01 : 0.0015));
      interaction.setView(zoomView(interaction.view, Math.min(Math.max(factor, 0.2), 5), [event.x, event.y]));
    }
    const step = ++steps;
    schedule(() => step === steps && interaction.settleView(), REST);
  }

  return {
    get busy() {
      return mode !== null;
    },
    get space() {
      return space;
    },
    /** @param {boolean} down */
    setSpace(down) {
      space = down;
    },
    /**
     * Handles an event and returns whether it was one of zoom or pan.
     *
     * @param {PointerInput} event
     * @returns {boolean}
     */
    handle(event) {
      const id = event.id ?? 0;
      if (event.type === "move" && fingers.has(id)) fingers.set(id, [event.x, event.y]);
      if (event.type === "wheel") wheel(event);
      else if (event.type === "down") {
        if (event.pointerType === "touch") fingers.set(id, [event.x, event.y]);
        if (fingers.size === 2 && mode === null) {
          interaction.abort();
          mode = "pinch";
          last = middle();
        } else if (mode === null && (space || event.button === 1)) {
          interaction.abort();
          mode = "pan";
          last = { at: [event.x, event.y], apart: 1 };
        } else if (mode === null) return false;
      } else if (event.type === "move" && mode !== null) {
        if (mode === "pan" && event.pointerType !== "touch" && event.buttons === 0) return this.stop(); // the up was lost
        if (mode === "pan") {
          interaction.panBy(event.x - last.at[0], event.y - last.at[1]);
          last = { at: [event.x, event.y], apart: 1 };
        } else if (mode === "pinch" && fingers.size >= 2) {
          const now = middle();
          const moved = panView(interaction.view, now.at[0] - last.at[0], now.at[1] - last.at[1]);
          interaction.setView(zoomView(moved, now.apart / last.apart, now.at));
          last = now;
        }
      } else if (event.type === "up" || event.type === "cancel") {
        fingers.delete(id);
        if (mode === null) return false;
        if (mode !== "rest") interaction.settleView();
        mode = mode !== "pan" && fingers.size ? "rest" : null;
      } else return mode !== null;
      return true;
    },
    stop() {
      const busy = mode !== null;
      fingers.clear();
      mode = null;
      space = false;
      if (busy) interaction.settleView();
      return busy;
    },
  };
}
