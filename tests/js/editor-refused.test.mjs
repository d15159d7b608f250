// What the kernel refuses stays unsaved, with its mark, until it is mended or dropped.
import assert from "node:assert/strict";
import { test } from "node:test";

import { BOX, OTHER, openEditor, SQUARE } from "./editor-interaction.mjs";

const refuse = (h, seq, shapes = []) => h.editor.setPage({ ...h.page, shapes, ack: seq, refused: seq });

test("a refused drawing stays, selected, is mended by its handles and sent again under its name", () => {
  const h = openEditor({ shape: "polygon" });
  h.tap("r");
  h.drag([
    [100, 100],
    [200, 200],
  ]);
  const [drawn] = h.of("draw");
  refuse(h, h.sent.length);
  assert.deepEqual(
    h.editor.shapes.map(({ uid, class_id, shape }) => ({ uid, class_id, shape })),
    [{ uid: "n1", class_id: 1, shape: drawn.shape }],
  );
  assert.deepEqual(h.editor.selection, ["n1"]);
  assert.ok(h.editor.busy, "so that the page is not turned without it");
  h.tap("u");
  h.drag([
    [200, 200],
    [220, 240],
  ]);
  const again = h.of("draw")[1];
  assert.deepEqual([again.uid, again.class_id], ["n1", 1]);
  assert.ok(again.shape.rings[0].some(([x, y]) => x === 220 && y === 240));
  assert.equal(h.of("change").length, 0, "the kernel knows of no such shape to change");
  h.ack(h.sent.length, [{ uid: "n1", class_id: 1, shape: again.shape }]);
  assert.equal(h.editor.busy, false);
  assert.equal(h.editor.shapes.length, 1);
});

test("a refused change shows the outline that was wanted, and Esc brings the stored one back", () => {
  const h = openEditor({ shapes: [BOX] });
  h.tap("m");
  h.drag([
    [150, 140],
    [170, 150],
  ]);
  refuse(h, h.sent.length, [BOX]);
  assert.deepEqual(h.editor.shapes[0].shape.box, [120, 110, 220, 190]);
  h.tap("Escape");
  assert.deepEqual(h.editor.shapes[0].shape, BOX.shape);
  assert.equal(h.editor.busy, false);
});

test("Esc, Delete and Delete all drop a refused drawing without a word to the kernel", () => {
  for (const key of ["Escape", "Delete", "d"]) {
    const h = openEditor();
    h.drag([
      [100, 100],
      [200, 200],
    ]);
    refuse(h, h.sent.length);
    const before = h.sent.length;
    h.tap(key);
    assert.deepEqual(h.editor.shapes, [], key);
    assert.equal(h.sent.length, before, key);
    assert.equal(h.editor.busy, false);
  }
});

test("Delete all sends the stored shapes and drops the refused one", () => {
  const h = openEditor({ shapes: [OTHER] });
  h.drag([
    [100, 100],
    [200, 200],
  ]);
  refuse(h, h.sent.length, [OTHER]);
  h.tap("d");
  assert.deepEqual(h.sent.at(-1), { kind: "command", name: "remove_all" });
  assert.deepEqual(h.editor.shapes, []);
});

test("a refused drawing is sent again in the class that is picked, or repaired", () => {
  const h = openEditor();
  h.drag([
    [100, 100],
    [200, 200],
  ]);
  refuse(h, h.sent.length);
  h.tap("m");
  h.click(150, 150);
  h.tap("2");
  const [, second] = h.of("draw");
  assert.deepEqual([second.uid, second.class_id], ["n1", 2]);
  refuse(h, h.sent.length);
  h.tap("f");
  assert.equal(h.of("draw")[2].repair, true);
});

test("an outline that was to be cut out and is refused stays, to be cut out again", () => {
  const h = openEditor({ shape: "polygon", shapes: [SQUARE] });
  h.editor.setSelection(["p"]);
  h.editor.setOperation("cut");
  h.tap("r");
  h.drag([
    [120, 120],
    [150, 150],
  ]);
  assert.equal(h.sent.at(-1).name, "cut");
  refuse(h, h.sent.length, [SQUARE]);
  assert.deepEqual(
    h.editor.shapes.map(({ uid }) => uid),
    ["p", "n1"],
  );
  h.tap("f");
  assert.deepEqual([h.sent.at(-1).name, h.sent.at(-1).uid, h.sent.at(-1).repair], ["cut", "p", undefined]);
});

test("what came after the refused gesture stays foreseen", () => {
  const h = openEditor();
  h.drag([
    [100, 100],
    [200, 200],
  ]);
  const first = h.sent.length;
  h.tap("Escape");
  h.drag([
    [300, 300],
    [400, 400],
  ]);
  refuse(h, first);
  assert.deepEqual(h.editor.shapes.map(({ uid }) => uid).sort(), ["n1", "n2"]);
});

test("an entry is the same object until something of it changes", () => {
  const h = openEditor({ shapes: [BOX, OTHER] });
  const [box, other] = h.editor.entries;
  h.editor.setPage({ ...h.page, shapes: [BOX, { ...OTHER, class_id: 1 }], hidden: [], ack: 1 });
  assert.equal(h.editor.entries[0], box);
  assert.notEqual(h.editor.entries[1], other);
  h.editor.setPage({ ...h.page, hidden: [1] });
  assert.ok(h.editor.entries.every(({ hidden }) => hidden));
  h.editor.setPage({ ...h.page, hidden: [], hiddenShapes: ["a"] });
  assert.deepEqual(
    h.editor.entries.map(({ hidden }) => Boolean(hidden)),
    [true, false],
  );
});

test("Ctrl and arrows grow a polygon about its middle, within the image", () => {
  const h = openEditor({ shape: "polygon", shapes: [SQUARE] });
  h.tap("m");
  h.editor.setSelection(["p"]);
  h.key("ArrowRight", { ctrl: true, shift: true });
  h.keyup("ArrowRight");
  assert.deepEqual(h.sent.at(-1).shape.rings[0], [
    [95, 100],
    [205, 100],
    [205, 200],
    [95, 200],
  ]);
  h.key("ArrowUp", { ctrl: true, shift: true });
  h.keyup("ArrowUp");
  assert.deepEqual(h.sent.at(-1).shape.rings[0], [
    [95, 105],
    [205, 105],
    [205, 195],
    [95, 195],
  ]);
  for (let i = 0; i < 40; i++) h.key("ArrowLeft", { ctrl: true, shift: true });
  h.keyup("ArrowLeft");
  const xs = h.sent.at(-1).shape.rings[0].map(([x]) => x);
  assert.ok(Math.abs(Math.max(...xs) - Math.min(...xs) - 1) < 1e-9, "never less than a pixel");
  for (let i = 0; i < 100; i++) h.key("ArrowRight", { ctrl: true, shift: true });
  h.keyup("ArrowRight");
  const wide = h.sent.at(-1).shape.rings[0].map(([x]) => x);
  assert.ok(Math.abs(Math.min(...wide)) < 1e-9 && Math.max(...wide) < 301, "as far as the nearer edge");
});
