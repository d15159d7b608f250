// Auto-submit: where its labeler has chosen so, a page is submitted a moment after a gesture gave its last image an answer.
// Not a page that was complete when it opened, nor one with a pre-label that nobody has confirmed: pre-labels are accepted
// by a press of Submit alone.

import { complete } from "../frame/answers.js";

const DELAY = 250; // milliseconds in which the effect of the last key is seen
const GRACE = 700; // milliseconds in which Enter, pressed out of habit, does not submit the next page

/** `page()`: the page on screen; `wanted()`: the option; `busy()`: whether something covers the page; `submit()`. */
export function createAutoSubmit({ page, wanted, busy, submit }, clock = Date.now) {
  let completeAtOpen = null; // token of a page that was complete when it opened
  let due = null; // token of the page that is about to be submitted
  let cancelled = null; // the same token, after a key or a click that may turn out to label again
  let timer = 0;
  let submitted = false; // by itself, the last page
  let since = -Infinity; // time at which the page opened after one that was submitted by itself

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
    /** A page came on screen. */
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
    /** Cells of a page were changed, which was `before` until then. */
    changed(before) {
      const now = page();
      const fresh = before.token === now?.token && (!complete(before) || cancelled === before.token);
      stop();
      cancelled = null;
      since = -Infinity;
      if (!fresh || !eligible(now) || !wanted() || busy()) return;
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
