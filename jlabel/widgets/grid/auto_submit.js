// Auto-submit: where its labeler has chosen so, a page is submitted a moment after a gesture gave its last image an answer.
// A page that was complete when it opened is left alone, and so is one with a pre-label that nobody has confirmed: only a
// press of Submit accepts pre-labels.

/** @import { Page } from "../frame/types" */

import { complete } from "../frame/answers.js";

const DELAY = 250; // milliseconds in which the effect of the last key is seen
const GRACE = 700; // milliseconds in which Enter, pressed out of habit, does not submit the next page

/**
 * `page()`: the page on screen; `wanted()`: the option; `busy()`: whether something covers the page.
 *
 * @param {{page: () => Page | null, wanted: () => boolean, busy: () => boolean, submit: () => void}} screen
 * @param {() => number} [clock] milliseconds
 */
export function createAutoSubmit({ page, wanted, busy, submit }, clock = Date.now) {
  /** @type {string | null} */
  let completeAtOpen = null; // token of a page that was complete when it opened
  /** @type {string | null} */
  let due = null; // token of the page that is about to be submitted
  /** @type {string | null} */
  let cancelled = null; // the same token, after a key or a click that may turn out to label again
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let submitted = false; // by itself, the last page
  let since = -Infinity; // time at which the page opened after one that was submitted by itself

  /** @param {Page | null} one */
  const eligible = (one) =>
    Boolean(
      one && !one.own && one.token !== completeAtOpen && complete(one) && !one.cells.some((cell) => cell.standing),
    );
  const stop = () => {
    clearTimeout(timer);
    due = null;
  };
  const fire = () => {
    const right = page()?.token === due && eligible(page()) && wanted() && !busy();
    stop();
    if (!right) return;
    submitted = true;
    submit();
  };

  return {
    /**
     * A page came on screen.
     *
     * @param {Page | null} one
     */
    opened(one) {
      stop();
      completeAtOpen = one && complete(one) ? one.token : null;
      since = submitted ? clock() : -Infinity;
      submitted = false;
    },
    /** A key or a click came: it cancels what is due, unless it labels again. */
    touched() {
      cancelled = due;
      stop();
    },
    /**
     * Cells of a page were changed.
     *
     * @param {Page} before the page as it was
     */
    changed(before) {
      const now = page();
      const fresh = before.token === now?.token && (!complete(before) || cancelled === before.token);
      stop();
      cancelled = null;
      since = -Infinity;
      if (!now || !fresh || !eligible(now) || !wanted() || busy()) return;
      due = now.token;
      timer = setTimeout(fire, DELAY);
    },
    /** Whether a page was just submitted by itself and nothing was done since: Enter was meant for that page. */
    get tooSoon() {
      return clock() - since < GRACE;
    },
    close: stop,
  };
}
