// When a page is submitted by itself, and when it must not be.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createAutoSubmit } from "../../jlabel/widgets/grid/auto_submit.js";

const cell = (item, labels = [], more = {}) => ({
  item,
  labels,
  empty: false,
  skipped: null,
  standing: false,
  ...more,
});

// Timers that fire when the test calls `wait`.
let timers = [];
globalThis.setTimeout = (work) => timers.push(work);
globalThis.clearTimeout = (number) => {
  delete timers[number - 1];
};

/** A labeler's screen with a page on it; `label(...)` is a gesture that leaves these cells. */
const screen = (cells, { wanted = true, own = null } = {}) => {
  timers = [];
  const it = { shown: { token: "a", own, cells }, wanted, busy: false, submitted: [], now: 0 };
  it.auto = createAutoSubmit(
    {
      page: () => it.shown,
      wanted: () => it.wanted,
      busy: () => it.busy,
      submit: () => it.submitted.push(it.shown.token),
    },
    () => it.now,
  );
  it.auto.opened(it.shown);
  it.label = (...after) => {
    it.auto.touched();
    const old = it.shown;
    it.shown = { ...old, cells: after };
    it.auto.changed(old);
  };
  it.wait = () => timers.splice(0).forEach((work) => work?.());
  return it;
};

test("the last label submits the page, once, and not at once", () => {
  const it = screen([cell(1), cell(2)]);
  it.label(cell(1, [1]), cell(2));
  it.wait();
  assert.deepEqual(it.submitted, [], "one image is open");
  it.label(cell(1, [1]), cell(2, [2]));
  assert.deepEqual(it.submitted, [], "what was pressed is seen first");
  it.wait();
  it.wait();
  assert.deepEqual(it.submitted, ["a"]);
});

test("a skip counts as an answer", () => {
  const it = screen([cell(1)]);
  it.label(cell(1, [], { skipped: "dark" }));
  it.wait();
  assert.deepEqual(it.submitted, ["a"]);
});

test("it does not while the option is off, on an own page, under a dialog or a zoom", () => {
  for (const more of [{ wanted: false }, { own: { position: 1, count: 2 } }]) {
    const it = screen([cell(1)], more);
    it.label(cell(1, [1]));
    it.wait();
    assert.deepEqual(it.submitted, []);
  }
  for (const early of [true, false]) {
    const it = screen([cell(1)]);
    if (early) it.busy = true;
    it.label(cell(1, [1]));
    it.busy = true;
    it.wait();
    it.busy = false;
    it.wait();
    assert.deepEqual(it.submitted, []);
  }
});

test("it never accepts pre-labels, nor submits what was complete when it opened", () => {
  const mixed = screen([cell(1, [1], { standing: true }), cell(2)]);
  mixed.label(cell(1, [1], { standing: true }), cell(2, [1]));
  mixed.wait();
  assert.deepEqual(mixed.submitted, []);
  const whole = screen([cell(1, [1]), cell(2, [1])]);
  whole.label(cell(1), cell(2, [1]));
  whole.label(cell(1, [3]), cell(2, [1]));
  whole.wait();
  assert.deepEqual(whole.submitted, []);
});

test("a pre-label that arrives meanwhile holds it up", () => {
  const it = screen([cell(1), cell(2)]);
  it.label(cell(1, [1]), cell(2, [1]));
  it.shown = { ...it.shown, cells: [cell(1, [1]), cell(2, [1], { standing: true })] };
  it.wait();
  assert.deepEqual(it.submitted, []);
});

test("a key or a click calls it off, a label that corrects does not", () => {
  const off = screen([cell(1)]);
  off.label(cell(1, [1]));
  off.auto.touched();
  off.wait();
  assert.deepEqual(off.submitted, []);
  off.label(cell(1, [2]));
  off.wait();
  assert.deepEqual(off.submitted, [], "the labeler has taken over");
  const again = screen([cell(1)]);
  again.label(cell(1, [1]));
  again.label(cell(1, [2]));
  again.wait();
  assert.deepEqual(again.submitted, ["a"]);
  const undone = screen([cell(1)]);
  undone.label(cell(1, [1]));
  undone.label(cell(1));
  undone.wait();
  assert.deepEqual(undone.submitted, []);
});

test("another page on screen is left alone", () => {
  const it = screen([cell(1)]);
  it.label(cell(1, [1]));
  it.shown = { token: "b", own: null, cells: [cell(3, [1])] };
  it.auto.opened(it.shown);
  it.wait();
  assert.deepEqual(it.submitted, []);
});

test("Enter just after a page was submitted by itself is not for the next one", () => {
  const it = screen([cell(1)]);
  assert.equal(it.auto.tooSoon, false);
  it.label(cell(1, [1]));
  it.wait();
  it.shown = { token: "b", own: null, cells: [cell(3, [1], { standing: true })] };
  it.now = 5000;
  it.auto.opened(it.shown);
  assert.equal(it.auto.tooSoon, true);
  it.label(cell(3, [2]));
  assert.equal(it.auto.tooSoon, false, "who has corrected something on a page may submit it");
  it.submitted = [];
  it.shown = { token: "b2", own: null, cells: [cell(3)] };
  it.auto.opened(it.shown);
  it.label(cell(3, [1]));
  it.wait();
  it.shown = { token: "b3", own: null, cells: [cell(4)] };
  it.auto.opened(it.shown);
  assert.equal(it.auto.tooSoon, true);
  it.now = 7000;
  assert.equal(it.auto.tooSoon, false);
  it.shown = { ...it.shown, token: "c" };
  it.auto.opened(it.shown);
  assert.equal(it.auto.tooSoon, false, "nor after a page that was submitted by hand");
});

test("a page of suggestions waits for Submit, untouched or clicked through", () => {
  const prelabel = { labels: [1], alternative: 2, proven: false };
  const it = screen([cell(1, [1], { standing: true, prelabel }), cell(2, [1], { standing: true, prelabel })]);
  it.wait();
  it.label(cell(1, [2], { prelabel }), cell(2, [1], { standing: true, prelabel }));
  it.wait();
  it.label(cell(1, [2], { prelabel }), cell(2, [2], { prelabel }));
  it.wait();
  assert.deepEqual(it.submitted, []);
});
