// Whether a press is a click or a drag.
export const SLOP = 4; // CSS pixels that the pointer may move between press and release of a click

/** @type {(from: import("../types").Point, event: {x: number, y: number}) => boolean} */
export function wandered(from, event) {
  return Math.hypot(event.x - from[0], event.y - from[1]) > SLOP;
}
