// B asks for outlines of the selected shapes, or of the one drawn last, or says why there are none.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createElement } from "./dom.mjs";
import { openEditor, RING, SQUARE } from "./editor-interaction.mjs";

const { createOutlines } = await import("../../jlabel/widgets/editor/outlines.js");
const { shortcuts } = await import("../../jlabel/widgets/editor/tools.js");
const { createMenu } = await import("../../jlabel/widgets/frame/popover.js");

const asked = (h) => h.of("command").filter(({ name }) => name === "outline");
const open = (options = {}) => openEditor({ shape: "polygon", shapes: [SQUARE, RING], ...options });

test("the selected shapes are asked for, in one message", () => {
  const h = open();
  h.editor.setSelection(["q", "p"]);
  assert.equal(h.editor.command("outline"), true);
  assert.deepEqual(asked(h), [{ kind: "command", name: "outline", uids: ["q", "p"] }]);
  assert.deepEqual(h.editor.selection, ["q", "p"]);
});

test("a drawn box is selected, so that B means it", () => {
  const h = open();
  h.tap("r");
  h.drag([
    [20, 20],
    [80, 60],
  ]);
  assert.equal(h.editor.command("outline"), true);
  assert.deepEqual(asked(h)[0].uids, ["n1"]);
});

test("with nothing selected it is the shape drawn last, which is selected then", () => {
  const proposal = { ...RING, uid: "new", made: "proposed", proposal: true, confidence: 0.9 };
  const h = open({ shapes: [SQUARE, RING, { ...RING, uid: "copy", made: "copied" }, proposal] });
  assert.equal(h.editor.command("outline"), true);
  assert.deepEqual(asked(h)[0].uids, ["q"]);
  assert.deepEqual(h.editor.selection, ["q"]);
});

test("locked and hidden shapes, and a picture that is not there yet, are left alone", () => {
  const locked = open({ shapes: [{ ...SQUARE, locked: true }] });
  assert.equal(locked.editor.command("outline"), false);
  locked.editor.setSelection(["p"]);
  assert.equal(locked.editor.command("outline"), false);
  const hidden = open({ shapes: [{ ...SQUARE, hidden: true }] });
  assert.equal(hidden.editor.command("outline"), false);
  const empty = open({ shapes: [] });
  assert.equal(empty.editor.command("outline"), false);
  const loading = open();
  loading.editor.setPage({ ...loading.page, shapes: [SQUARE], locked: true });
  assert.equal(loading.editor.command("outline"), false);
  assert.deepEqual([locked, hidden, empty, loading].flatMap(asked), []);
});

test("nothing is asked for while an outline is being drawn", () => {
  const h = open();
  h.tap("p");
  h.click(30, 30);
  h.click(60, 30);
  assert.equal(h.editor.command("outline"), false);
});

test("an outline that crosses itself gives way to the one that is found", () => {
  const h = open({ shapes: [SQUARE] });
  h.editor.setSelection(["p"]);
  h.tap("u");
  h.drag([
    [100, 100],
    [220, 150],
  ]);
  assert.equal(h.editor.busy, true, "it is kept, and not stored");
  h.editor.setSelection(["p"]);
  assert.equal(h.editor.command("outline"), true);
  assert.equal(h.editor.busy, false);
});

test("B says why there are no outlines, what needs a class, and what to draw", () => {
  const said = [];
  const notice = { show: (text) => said.push(text) };
  const state = { outline: "No model yet." };
  const sent = [];
  const editor = { unclassed: [], busy: false, command: (name) => sent.push(name) > 1 };
  const outline = createOutlines({ kernel: () => state, notice }, editor);
  outline();
  state.outline = "";
  editor.unclassed = [{}];
  outline();
  assert.deepEqual(sent, []);
  editor.unclassed = [];
  outline();
  outline();
  assert.deepEqual(sent, ["outline", "outline"]);
  assert.equal(said.length, 3);
  assert.equal(said[0], "No model yet.");
  assert.match(said[1], /needs a class/);
  assert.match(said[2], /^Draw a box/);
});

test("the sheet of keys names B only where there are outlines to find", () => {
  const keys = (on) => shortcuts(on).map(([key]) => key);
  assert.equal(keys(true).filter((key) => key === "B").length, 1);
  assert.equal(keys(false).includes("B"), false);
  assert.equal(keys(true).length, keys(false).length + 1);
});

test("a menu says below an entry why it can do nothing now", () => {
  let why = "No model yet.";
  const entries = [
    { text: "Outline", key: "B", act() {}, able: () => !why, why: () => why },
    { text: "Delete", act() {}, able: () => true },
  ];
  const menu = createMenu(createElement("button"), "More", entries, () => {});
  const [, panel] = menu.element.children;
  menu.update();
  const [outline, other] = panel.children;
  assert.equal(outline.disabled, true);
  assert.match(outline.textContent, /No model yet\./);
  assert.equal(other.disabled, false);
  why = "";
  menu.update();
  assert.equal(outline.disabled, false);
  assert.equal(outline.textContent, "OutlineB");
});
