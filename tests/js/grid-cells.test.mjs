// The chips of a cell (widgets/grid/cells.js): as many as can be read, and the number of the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { createCells, fitting } from "../../jlabel/widgets/grid/cells.js";

const classes = new Map(
  [1, 2, 3, 4, 5, 6].map((id) => [id, { id, name: `class ${id}`, path: `A/class ${id}`, color: "#000", key: null }]),
);
const page = (width, labels) => ({
  cells: [
    {
      item: 1,
      name: "a.jpg",
      rect: [0, 0, width, 200],
      labels,
      empty: false,
      skipped: null,
      standing: false,
      prelabel: null,
    },
  ],
});
const shown = (width, labels) => {
  const cells = createCells({ click() {}, toggle() {}, zoom() {}, clear() {} });
  cells.update(page(width, labels), classes, new Set(), -1);
  const [cell] = cells.element.children;
  return {
    names: cell.querySelectorAll(".jl-chip-name").map((one) => one.textContent),
    more: cell.querySelector(".jl-more"),
    label: cell.getAttribute("aria-label"),
  };
};

test("chips that cannot be read beside the others are counted, and named in the tooltip", () => {
  const { names, more, label } = shown(282, [1, 2, 3, 4, 5]);
  assert.deepEqual(names, ["class 1", "class 2"]);
  assert.equal(more.textContent, "+3 more");
  assert.equal(more.title ?? more.getAttribute("title"), "class 3\nclass 4\nclass 5");
  assert.match(label, /A\/class 1; A\/class 2; A\/class 3; A\/class 4; A\/class 5/, "a screen reader hears all");
});

test("chips that fit are all shown", () => {
  assert.deepEqual(shown(282, [1, 2]).names, ["class 1", "class 2"]);
  assert.equal(shown(282, [1, 2]).more, null);
  assert.equal(shown(900, [1, 2, 3, 4, 5, 6]).names.length, 6);
});

test("even the smallest cell shows one", () => {
  assert.equal(fitting(40), 1);
  assert.deepEqual(shown(90, [4, 5]).names, ["class 4"]);
});

const proposal = (more) => ({ run: 4, version: 0, labels: [1], sure: [0.6], confidence: 0.6, alternative: 2, ...more });
const drawn = (cell) => {
  const one = page(282, [1]);
  Object.assign(one.cells[0], cell);
  const cells = createCells({ click() {}, toggle() {}, zoom() {}, clear() {} });
  cells.update(one, classes, new Set(), -1);
  const [element] = cells.element.children;
  return {
    kind: element.querySelector(".jl-chip").className,
    mark: element.querySelector(".jl-mark")?.textContent ?? "",
    title: element.querySelector(".jl-chip-name").title ?? element.querySelector(".jl-chip-name").getAttribute("title"),
    label: element.getAttribute("aria-label"),
  };
};

test("a suggestion without a promise is told apart by its mark, its chip and in words", () => {
  const proven = drawn({ standing: true, prelabel: proposal({ proven: true }) });
  assert.match(proven.kind, /jl-prelabel/);
  assert.equal(proven.mark, "◇");
  assert.match(proven.label, /pre-labeled A\/class 1, 60 % sure; W makes it class 2/);
  const suggested = drawn({ standing: true, prelabel: proposal({ proven: false }) });
  assert.match(suggested.kind, /jl-suggested/);
  assert.equal(suggested.mark, "?");
  assert.match(suggested.title, /suggested by run 4, 60 % sure, which promises nothing/);
  assert.match(suggested.label, /suggested A\/class 1, 60 % sure; W makes it class 2/);
});

test("an image that a click has changed says what the next click does", () => {
  const changed = drawn({ labels: [2], prelabel: proposal({ proven: false }) });
  assert.equal(changed.mark, "");
  assert.equal(changed.title, "class 2: a click goes back to class 1, the suggestion");
  assert.match(changed.label, /A\/class 2; W goes back to class 1/);
});
