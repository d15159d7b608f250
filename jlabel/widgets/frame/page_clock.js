// The time that a labeler spends on a page, and the signs of life that renew the page's lease while somebody is there.

const ALIVE = 45_000; // milliseconds between two signs of life
const IDLE = 60_000; // milliseconds without a gesture after which the time on the page is not counted
const REST = 3_600_000; // milliseconds without a gesture after which the lease is no longer renewed
const RESTING =
  "Nobody has labeled here for an hour, so the page goes back to the task queue. " +
  "Your work is saved: click, or press a key, to go on.";
const GESTURES = ["pointerdown", "keydown", "wheel"];

/**
 * `counts()`: whether the time runs, beside that the window is seen and used; `concealed()`: whether another view is used;
 * `alive()` sends a sign of life; `tick()` is called every second.
 *
 * @param {Pick<import("./types").Frame<any>, "every" | "root" | "notice">} frame
 * @param {{counts: () => boolean, concealed: () => boolean, alive: () => void, tick: () => void}} act
 */
export function createPageClock({ every, root, notice }, act) {
  let spent = 0; // seconds on the page
  let active = Date.now(); // time of the last gesture
  let resting = false;

  function onGesture() {
    active = Date.now();
    if (!resting || act.concealed()) return;
    resting = false;
    notice.clear();
    act.alive();
  }
  for (const name of GESTURES) root.addEventListener(name, onGesture, { capture: true, passive: true });
  every(1000, () => {
    if (document.visibilityState === "visible" && Date.now() - active < IDLE && act.counts()) spent += 1;
    act.tick();
  });
  // Without signs of life the lease lapses, and a hub may stop a server that nobody uses.
  every(ALIVE, () => {
    if (act.concealed()) return;
    if (Date.now() - active < REST) return act.alive();
    if (!resting) notice.show(RESTING);
    resting = true;
  });
  return {
    /** Seconds on the page, in tenths. */
    get seconds() {
      return Math.round(spent * 10) / 10;
    },
    /** Begins with the seconds that were spent on a page before. */
    open(/** @type {number} */ seconds) {
      spent = seconds;
    },
  };
}
