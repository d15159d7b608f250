// Whether a press is a click or a drag.
export const SLOP = 4; // CSS pixels that a press may wander and still be a click

export function wandered(from, event) {
  return Math.hypot(event.x - from[0], event.y - from[1]) > SLOP;
}
