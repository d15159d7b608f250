// The page turns by itself, if its labeler wants that, a moment after a gesture gave its last image an answer.
// It never does on a page that was complete when it opened or that shows a pre-label nobody has confirmed: what assist
// says is accepted by Submit alone.

import { complete } from "../frame/answers.js";

const MOMENT = 250; // milliseconds to see what the last key did
const REST = 700; // milliseconds in which Enter, pressed out of habit, is not taken for the next page's

/** `page()`: on screen; `wanted()`: the option; `busy()`: something covers the page; `turn()` submits it. */
export function createTurning({ page, wanted, busy, turn }, clock = Date.now) {
  let whole = null; // token of a page that was complete when it opened
  let due = null; // token of the page that is about to turn
  let before = null; // that token, while a gesture may call it off
  let timer = 0;
  let self = false;
  let since = -Infinity;

  const may = (one) =>
    Boolean(one && !one.own && one.token !== whole && complete(one) && !one.cells.some((cell) => cell.standing));
  const stop = () => {
    clearTimeout(timer);
    due = null;
  };
  const go = () => {
    const right = page()?.token === due && may(page()) && wanted() && !busy();
    stop();
    if (right) {
      self = true;
      turn();
    }
  };

  return {
    /** A page came on screen. */
    opened(one) {
      stop();
      whole = one && complete(one) ? one.token : null;
      since = self ? clock() : -Infinity;
      self = false;
    },
    /** A key or a click came: it calls off what was about to happen, unless it labels again. */
    touched() {
      before = due;
      stop();
    },
    /** A gesture was made on a page, which was `old` before it. */
    after(old) {
      const now = page();
      const fresh = old.token === now?.token && (!complete(old) || before === old.token);
      stop();
      before = null;
      since = -Infinity;
      if (!fresh || !may(now) || !wanted() || busy()) return;
      due = now.token;
      timer = setTimeout(go, MOMENT);
    },
    /** Whether the page has turned by itself only just and nothing was done on it: Enter is meant for the one before. */
    get tooSoon() {
      return clock() - since < REST;
    },
    close: stop,
  };
}
