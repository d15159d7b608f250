// Which images a key means, on every kind of page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSelection } from "../../jlabel/widgets/grid/selection.js";

const whole = (item, more = {}) => ({ item, labels: [], empty: false, skipped: null, standing: false, ...more });
const open = (queue, { task = "multi-class", count = 4, own = null, done = [] } = {}) => {
  const page = {
    token: "a",
    queue,
    own,
    cells: [...Array(count).keys()].map((n) => whole(n, done.includes(n) ? { labels: [1] } : {})),
  };
  const selection = createSelection(task === "multi-label", () => page.cells);
  selection.open(page);
  /** What the labeler does with a class key. */
  const press = (id = 1) => {
    const items = selection.targets();
    const single = !selection.items.size;
    page.cells = page.cells.map((cell) =>
      items.includes(cell.item) ? { ...cell, labels: [id], standing: false } : cell,
    );
    selection.applied(single);
    selection.follow();
    return items;
  };
  return { page, selection, press };
};

test("a clustered page opens with all its images selected; no other page does", () => {
  assert.deepEqual(open("clustered").selection.targets(), [0, 1, 2, 3]);
  assert.equal(open("clustered").selection.waiting, 4);
  assert.deepEqual(open("clustered", { task: "multi-label" }).selection.targets(), [0, 1, 2, 3]);
  for (const queue of ["manual", "prelabeled"]) {
    assert.equal(open(queue).selection.items.size, 0);
    assert.equal(open(queue).selection.waiting, 0);
  }
  assert.equal(
    open("clustered", { own: { position: 1, count: 2 } }).selection.items.size,
    0,
    "an own page to be mended",
  );
  assert.equal(open("clustered", { done: [0, 1, 2, 3] }).selection.items.size, 0, "one that came back complete");
  assert.deepEqual(open("clustered", { done: [1] }).selection.targets(), [0, 2, 3], "what has an answer is left out");
});

test("a single image is selected, and no group is announced", () => {
  const { selection } = open("clustered", { count: 1 });
  assert.deepEqual(selection.targets(), [0]);
  assert.equal(selection.waiting, 0);
});

test("odd ones first: after each the others are selected again", () => {
  const { selection, press } = open("clustered");
  selection.click(2, false);
  assert.deepEqual(press(5), [2]);
  assert.equal(selection.waiting, 3);
  selection.move(1);
  assert.equal(selection.items.size, 0, "an arrow key lets go of what the page selected");
  assert.deepEqual(press(6), [3]);
  assert.deepEqual(press(7), [0, 1]);
  assert.equal(selection.waiting, 0);
  assert.deepEqual(press(8), [0, 1], "still selected, so that a slip is corrected by one key");
});

test("odd ones last: a click takes one out", () => {
  const { selection, press } = open("clustered");
  assert.deepEqual(press(1), [0, 1, 2, 3]);
  selection.click(2, false);
  assert.deepEqual(press(5), [2]);
  assert.deepEqual(selection.targets(), [2], "nothing is open: nothing is selected again");
});

test("Esc means one by one, for the rest of the page", () => {
  const { selection, press } = open("clustered");
  selection.none();
  assert.deepEqual([press(), press(), press(), press()], [[0], [1], [2], [3]]);
});

test("Ctrl+A where the page has selected selects by hand, and then deselects", () => {
  const { selection, press } = open("clustered");
  selection.all();
  assert.equal(selection.byHand, true);
  assert.deepEqual(selection.targets(), [0, 1, 2, 3]);
  selection.all();
  assert.deepEqual(press(), [0]);
});

test("one taken out of the whole by hand stays out until the others are labeled", () => {
  const { selection, press } = open("clustered");
  selection.toggle(1);
  assert.deepEqual(press(), [0, 2, 3]);
  assert.deepEqual(press(5), [1]);
});

test("multi-label keeps what the page selected for a second class, and drops what a hand did", () => {
  const { selection, press } = open("clustered", { task: "multi-label" });
  press(1);
  assert.deepEqual(press(2), [0, 1, 2, 3]);
  selection.click(1, false);
  assert.deepEqual(press(3), [1]);
  assert.equal(selection.items.size, 0);
});

test("pre-labels that arrive leave what the page has selected, not what a hand has", () => {
  const { page, selection } = open("clustered");
  const arrive = () => {
    page.cells = page.cells.map((cell) => (cell.item < 2 ? { ...cell, labels: [1], standing: true } : cell));
    selection.follow();
  };
  arrive();
  assert.deepEqual(selection.targets(), [2, 3]);
  assert.equal(selection.byHand, false);
  page.cells = page.cells.map((cell) => whole(cell.item));
  selection.all();
  arrive();
  assert.deepEqual(selection.targets(), [0, 1, 2, 3]);
});

test("the cursor begins at the first image without an answer", () => {
  const { selection, press } = open("prelabeled", { done: [0, 1, 3] });
  assert.equal(selection.cursor, 2);
  assert.deepEqual(press(), [2]);
});
