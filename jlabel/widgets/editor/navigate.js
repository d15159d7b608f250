// Zoom and pan: wheel, pinch, Space-drag, middle drag. Sees every pointer event first and says which are its own.
import { panView, zoomView } from "./viewport.js";

const LINE = 16; // CSS pixels that a wheel's "line" stands for
const SETTLED = 120; // ms after the last turn of the wheel until the kernel is asked for a sharp picture

export function createNavigator(hand, schedule) {
  const fingers = new Map(); // pointer id -> [x, y] of those that are down
  let mode = null; // "pan", "pinch", or "rest": swallow what is left of a pinch
  let last = null;
  let space = false;
  let turns = 0;

  const middle = () => {
    const [[ax, ay], [bx, by]] = [...fingers.values()];
    return { at: [(ax + bx) / 2, (ay + by) / 2], apart: Math.max(Math.hypot(ax - bx, ay - by), 1) };
  };
  function wheel(event) {
    const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? 20 * LINE : 1;
    if (event.shift && !event.ctrl) hand.setView(panView(hand.view, -((event.deltaX || event.deltaY) ?? 0) * unit, 0));
    else {
      // a trackpad's pinch comes as a wheel with Ctrl and small steps
      const factor = Math.exp(-(event.deltaY ?? 0) * unit * (event.ctrl ? 0.01 : 0.0015));
      hand.setView(zoomView(hand.view, Math.min(Math.max(factor, 0.2), 5), [event.x, event.y]));
    }
    const turn = ++turns;
    schedule(() => turn === turns && hand.settleView(), SETTLED);
  }

  return {
    get busy() {
      return mode !== null;
    },
    get space() {
      return space;
    },
    setSpace(down) {
      space = down;
    },
    handle(event) {
      const id = event.id ?? 0;
      if (event.type === "move" && fingers.has(id)) fingers.set(id, [event.x, event.y]);
      if (event.type === "wheel") wheel(event);
      else if (event.type === "down") {
        if (event.pointerType === "touch") fingers.set(id, [event.x, event.y]);
        if (fingers.size === 2 && mode === null) {
          hand.abort();
          mode = "pinch";
          last = middle();
        } else if (mode === null && (space || event.button === 1)) {
          hand.abort();
          mode = "pan";
          last = [event.x, event.y];
        } else if (mode === null) return false;
      } else if (event.type === "move" && mode !== null) {
        if (mode === "pan" && event.pointerType !== "touch" && event.buttons === 0) return this.stop(); // the up was lost
        if (mode === "pan") {
          hand.panBy(event.x - last[0], event.y - last[1]);
          last = [event.x, event.y];
        } else if (mode === "pinch" && fingers.size >= 2) {
          const now = middle();
          const moved = panView(hand.view, now.at[0] - last.at[0], now.at[1] - last.at[1]);
          hand.setView(zoomView(moved, now.apart / last.apart, now.at));
          last = now;
        }
      } else if (event.type === "up" || event.type === "cancel") {
        fingers.delete(id);
        if (mode === null) return false;
        if (mode !== "rest") hand.settleView();
        mode = mode !== "pan" && fingers.size ? "rest" : null;
      } else return mode !== null;
      return true;
    },
    stop() {
      const was = mode !== null;
      fingers.clear();
      [mode, space] = [null, false];
      if (was) hand.settleView();
      return was;
    },
  };
}
