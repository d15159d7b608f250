// Proposed shapes: the order of Tab, accepting and rejecting one after the other, the slider, how they are painted.
import assert from "node:assert/strict";
import { test } from "node:test";

import { advice, createProposals, levelAt, positionOf, stepsOf } from "../../jlabel/widgets/editor/proposals.js";
import { summary } from "../../jlabel/widgets/frame/summary.js";
import "./dom.mjs";
import { BOX, openEditor, SQUARE } from "./editor-interaction.mjs";

const proposed = (uid, confidence, at, more = {}) => ({
  uid,
  class_id: 1,
  shape: { box: [at, 10, at + 60, 60] },
  made: "proposed",
  confidence,
  proposal: true,
  ...more,
});
const SURE = proposed("sure", 0.95, 10);
const SO_SO = proposed("so-so", 0.7, 110);
const UNSURE = proposed("unsure", 0.55, 210);
const open = (options = {}) => openEditor({ shapes: [SURE, BOX, SO_SO, UNSURE], ...options });
const PROPOSALS = {
  above: [0.97, 0.9, 0.8],
  below: [0.4, 0.3],
  shown: 3,
  untouched: 3,
  least: null,
  unproven: false,
  proven: true,
};

test("Tab goes to the least sure proposal first, then to the other shapes, then on to the buttons", () => {
  const h = open();
  const seen = [];
  while (h.tap("Tab")) seen.push(...h.editor.selection);
  assert.deepEqual(seen, ["unsure", "so-so", "sure", "a"]);
  assert.deepEqual(h.editor.selection, []);
  assert.equal(h.tap("Tab", { shift: true }), true);
  assert.deepEqual(h.editor.selection, ["a"]);
  h.tap("Tab", { shift: true });
  assert.deepEqual(h.editor.selection, ["sure"]);
});

test("Enter accepts the selected proposal and goes on to the next; after the last it is Submit again", () => {
  const h = open();
  h.tap("Tab");
  for (const uid of ["unsure", "so-so", "sure"]) {
    assert.deepEqual(h.editor.selection, [uid]);
    assert.equal(h.tap("Enter"), true);
    assert.deepEqual(h.of("command").at(-1), { kind: "command", name: "accept", uids: [uid] });
  }
  assert.deepEqual(h.editor.selection, []);
  assert.equal(h.key("Enter"), false);
  assert.ok(h.editor.shapes.every((shape) => !shape.proposal));
});

test("Enter without a selected proposal is not the editor's", () => {
  const h = open();
  assert.equal(h.key("Enter"), false);
  h.editor.setSelection(["a"]);
  assert.equal(h.key("Enter"), false);
  assert.deepEqual(h.of("command"), []);
});

test("a key that is held down accepts one", () => {
  const h = open();
  h.tap("Tab");
  h.key("Enter");
  assert.equal(h.key("Enter", { repeat: true }), true);
  assert.equal(h.of("command").length, 1);
});

test("several that are selected are accepted in one message", () => {
  const h = open();
  h.editor.setSelection(["sure", "a", "unsure"]);
  h.tap("Enter");
  assert.deepEqual(h.of("command"), [{ kind: "command", name: "accept", uids: ["sure", "unsure"] }]);
  assert.deepEqual(h.editor.selection, ["so-so"]);
});

test("Delete rejects the selected proposal and goes on to the next", () => {
  const h = open();
  h.tap("Tab");
  h.tap("Delete");
  assert.deepEqual(h.of("remove"), [{ kind: "remove", uids: ["unsure"] }]);
  assert.deepEqual(h.editor.selection, ["so-so"]);
  h.editor.setSelection(["a"]);
  h.tap("Delete");
  assert.deepEqual(h.editor.selection, [], "other shapes are deleted as ever");
});

test("a proposal that is moved or re-classed is the hand's, and Tab and Enter go on from where it was", () => {
  for (const [touch, next] of [
    [(h) => h.tap("ArrowRight"), "Tab"],
    [(h) => h.tap("2"), "Tab"],
    [(h) => h.tap("ArrowRight"), "Enter"],
  ]) {
    const h = open();
    h.key("m");
    h.tap("Tab");
    h.tap("Tab");
    touch(h);
    assert.equal(h.editor.shapes.find(({ uid }) => uid === "so-so").proposal, false);
    assert.equal(h.tap(next), true);
    assert.deepEqual(h.editor.selection, ["sure"]);
    assert.ok(!h.of("command").some(({ name }) => name === "accept"));
  }
});

test("Tab leaves also where the last of the proposals was changed", () => {
  const h = open();
  h.key("m");
  for (let i = 0; i < 3; i++) h.tap("Tab");
  h.tap("ArrowRight");
  const seen = [];
  while (h.tap("Tab")) {
    seen.push(...h.editor.selection);
    assert.ok(seen.length < 9, "Tab is no trap");
  }
  assert.deepEqual(seen, ["a"]);
});

test("a locked proposal is neither accepted nor rejected", () => {
  const h = open({ shapes: [{ ...SURE, locked: true }, UNSURE] });
  h.editor.setSelection(["sure"]);
  h.tap("Delete");
  h.tap("Enter");
  assert.deepEqual([...h.of("remove"), ...h.of("command")], []);
  assert.deepEqual(h.editor.selection, ["unsure"]);
});

test("a selected proposal is painted dashed, with its confidence; a shape of the hand is not", () => {
  const dashes = (h) =>
    h
      .paint()
      .filter(([name]) => name === "setLineDash")
      .map(([, dash]) => dash.length);
  const texts = (h) =>
    h
      .paint()
      .filter(([name]) => name === "fillText")
      .map(([, text]) => text);
  const h = open();
  h.editor.setSelection(["so-so"]);
  assert.deepEqual([dashes(h)[0], texts(h)], [2, ["70 %"]]);
  h.editor.setSelection(["a"]);
  assert.deepEqual([dashes(h)[0], texts(h)], [0, []]);
  h.editor.setSelection([]);
  h.key("m");
  h.hover(40, 40);
  assert.deepEqual(texts(h), ["95 %"]);
  h.press(40, 40);
  h.move(60, 50);
  assert.equal(dashes(h)[0], 2, "while it is dragged");
  h.up(60, 50);
  assert.equal(dashes(h)[0], 0, "moved, it is the hand's");
});

test("the confidence of a small proposal stands above it", () => {
  const tiny = proposed("tiny", 0.6, 100, { shape: { box: [100, 100, 110, 110] } });
  const h = openEditor({ shapes: [tiny, SQUARE] });
  h.editor.setSelection(["tiny"]);
  const [, , x, y] = h.paint().find(([name]) => name === "fillText");
  assert.ok(x > 100 && y < 100);
});

test("the slider steps through what is promised, and further only when it is asked for", () => {
  assert.deepEqual(stepsOf(PROPOSALS), [0.97, 0.9, 0.8]);
  assert.equal(positionOf(PROPOSALS), 3);
  assert.equal(positionOf({ ...PROPOSALS, least: 0.9 }), 2);
  assert.deepEqual(levelAt(PROPOSALS, 2), { least: 0.9 });
  assert.deepEqual(levelAt(PROPOSALS, 3), {});
  assert.deepEqual(levelAt(PROPOSALS, 0), { least: 1 });
  const all = { ...PROPOSALS, unproven: true };
  assert.deepEqual(stepsOf(all), [0.97, 0.9, 0.8, 0.4, 0.3]);
  assert.deepEqual(levelAt(all, 4), { least: 0.4, unproven: true });
  const suggested = { ...PROPOSALS, proven: false };
  assert.deepEqual(levelAt(suggested, 4), { least: 0.4 });
  assert.deepEqual(levelAt(suggested, 3), {});
  const mixed = { ...suggested, below: [0.85] };
  assert.deepEqual(levelAt(mixed, 3), { least: 0.85 }, "thresholds differ between classes");
});

test("the slider sends one level at a time and ends where the hand left it", () => {
  const [sent, focused] = [[], []];
  const slider = createProposals(
    (level) => sent.push(level),
    () => focused.push("stage"),
  );
  const [, range, text, unproven] = slider.element.children;
  slider.update(null, 0);
  assert.equal(slider.element.hidden, true);
  slider.update(PROPOSALS, 0);
  assert.equal(text.textContent, "3 of 5 shown");
  assert.equal(range.getAttribute("aria-valuetext"), "3 of 5 shown");
  assert.deepEqual([range.max, range.value], ["3", "3"]);
  for (const value of ["2", "1", "0", "1"]) {
    range.value = value;
    range.dispatch("input");
  }
  assert.deepEqual(sent, [{ least: 0.9 }]);
  slider.update({ ...PROPOSALS, least: 0.9, shown: 2 }, 1);
  assert.deepEqual(sent.slice(1), [{ least: 0.97 }]);
  assert.equal(range.value, "1", "not back to what the kernel has");
  slider.update({ ...PROPOSALS, least: 0.97, shown: 1 }, 2);
  assert.equal(text.textContent, "1 of 5 shown");
  const [box] = unproven.children;
  box.checked = true;
  box.dispatch("change");
  assert.deepEqual(sent.at(-1), { least: 0.3, unproven: true });
  range.dispatch("pointerup");
  box.dispatch("click", { detail: 1 });
  box.dispatch("click", { detail: 0 });
  assert.equal(focused.length, 2, "after the pointer, keys are the stage's again");
});

test("the header and the footer say what to do, and that nothing is promised", () => {
  assert.equal(advice(null).text, "");
  assert.equal(advice({ ...PROPOSALS, untouched: 0 }).text, "");
  assert.match(advice(PROPOSALS).text, /^3 proposals: .*Enter accepts, Delete rejects/);
  const suggested = advice({ ...PROPOSALS, untouched: 1, proven: false });
  assert.match(suggested.text, /^Not proven, look at each/);
  assert.match(suggested.title, /^1 proposal, and the model promises nothing/);
  const page = { cells: [], own: null, proposals: PROPOSALS };
  assert.equal(summary(page), "Submit accepts 3 proposals");
  assert.equal(summary({ ...page, proposals: { ...PROPOSALS, untouched: 0 } }), "");
});
