// Boxes: each way to draw one, to change one, and to leave off.
import assert from "node:assert/strict";
import { test } from "node:test";

import { BOX, OTHER, openEditor, STAGE } from "./editor-interaction.mjs";

const drawn = (h) => h.of("draw").map((message) => message.shape.box);

test("drag draws one box and selects it", () => {
  const h = openEditor();
  h.drag([
    [10, 20],
    [60, 50],
    [110, 90],
  ]);
  assert.deepEqual(h.sent, [{ kind: "draw", uid: "n1", class_id: 1, shape: { box: [10, 20, 110, 90] } }]);
  assert.deepEqual(h.editor.selection, ["n1"]);
});

test("a drag in any direction gives ordered corners", () => {
  for (const [a, b] of [
    [
      [110, 90],
      [10, 20],
    ],
    [
      [10, 90],
      [110, 20],
    ],
    [
      [110, 20],
      [10, 90],
    ],
  ]) {
    const h = openEditor();
    h.drag([a, b]);
    assert.deepEqual(drawn(h), [[10, 20, 110, 90]]);
  }
});

test("a drag that leaves the image is clipped", () => {
  const h = openEditor();
  h.drag([
    [600, 400],
    [900, 700],
  ]);
  h.drag([
    [50, 50],
    [-300, -20],
  ]);
  assert.deepEqual(drawn(h), [
    [600, 400, 640, 480],
    [0, 0, 50, 50],
  ]);
});

test("a drag wholly outside the image, or along its border, draws nothing", () => {
  const h = openEditor({ view: { ...STAGE, x: 100, y: 100 } });
  h.drag([
    [10, 10],
    [90, 90],
  ]);
  h.drag([
    [100, 10],
    [300, 100],
  ]);
  assert.deepEqual(h.sent, []);
});

test("two clicks draw a box, the rubber band follows between", () => {
  const h = openEditor();
  h.click(10, 20);
  assert.equal(h.editor.busy, true);
  h.hover(50, 60);
  assert.ok(h.paint().some(([name, x, y]) => name === "lineTo" && x === 50 && y === 60));
  h.click(110, 90);
  assert.deepEqual(drawn(h), [[10, 20, 110, 90]]);
  assert.equal(h.editor.busy, false);
});

test("a double click on one place makes no box", () => {
  const h = openEditor();
  h.press(50, 50), h.up(50, 50), h.press(50, 50), h.up(50, 50);
  h.point("dblclick", 50, 50);
  assert.deepEqual(h.sent, []);
  assert.equal(h.editor.busy, false);
});

test("a double click on the second corner makes one box and begins no other", () => {
  const h = openEditor();
  h.click(10, 10);
  h.click(80, 80);
  h.press(80, 80), h.up(80, 80);
  h.point("dblclick", 80, 80);
  assert.deepEqual(drawn(h), [[10, 10, 80, 80]]);
  assert.equal(h.editor.busy, false);
});

test("Shift makes a square", () => {
  const h = openEditor();
  h.drag(
    [
      [100, 100],
      [150, 120],
      [160, 130],
    ],
    { shift: true },
  );
  assert.deepEqual(drawn(h), [[100, 100, 160, 160]]);
});

test("extreme clicking: four clicks in any order, Backspace takes one back", () => {
  const h = openEditor();
  h.key("e");
  h.click(50, 10);
  h.click(500, 400);
  assert.equal(h.tap("Backspace"), true);
  h.click(90, 40);
  h.click(60, 80);
  assert.equal(h.sent.length, 0);
  h.click(20, 50);
  assert.deepEqual(drawn(h), [[20, 10, 90, 80]]);
});

test("extreme clicking on one line asks for the fourth click again", () => {
  const h = openEditor();
  h.key("e");
  for (const x of [10, 20, 30, 40]) h.click(x, 50);
  assert.deepEqual(h.sent, []);
  h.click(20, 90);
  assert.deepEqual(drawn(h), [[10, 50, 30, 90]]);
});

test("the template is 50 x 50 first, then of the last size, whatever is resized later", () => {
  const h = openEditor();
  h.key("t");
  h.click(100, 100);
  assert.deepEqual(drawn(h), [[75, 75, 125, 125]]);
  h.key("r");
  h.drag([
    [200, 200],
    [220, 230],
  ]);
  h.key("t");
  h.click(400, 300);
  assert.deepEqual(drawn(h).at(-1), [390, 285, 410, 315]);
});

test("the template takes the size of the last box on the page, clips at the border, ignores clicks beside the image", () => {
  const h = openEditor({ shapes: [BOX], view: { ...STAGE, stage_width: 1000 } });
  h.key("t");
  h.click(640, 20);
  assert.deepEqual(drawn(h), [[590, 0, 640, 60]]);
  h.click(900, 20);
  assert.equal(drawn(h).length, 1);
});

test("nothing is drawn, moved or removed on a locked page", () => {
  const h = openEditor({ shapes: [BOX] });
  h.editor.setPage({ ...h.page, shapes: [BOX], locked: true });
  h.drag([
    [10, 10],
    [90, 90],
  ]);
  h.key("m");
  h.click(150, 140);
  h.drag([
    [150, 140],
    [180, 170],
  ]);
  h.tap("Delete"), h.tap("ArrowLeft"), h.tap("d"), h.tap("l"), h.tap("2");
  assert.deepEqual(h.sent, [{ kind: "select", uids: ["a"] }]);
});

// Every state of drawing, each as far as just before the message.
const states = {
  drag: (h) => (h.press(10, 10), h.move(60, 60)),
  "first corner": (h) => h.click(10, 10),
  "second corner": (h) => (h.click(10, 10), h.press(60, 60), h.move(70, 70)),
  extreme: (h) => (h.key("e"), h.click(1, 9), h.click(9, 50), h.click(40, 60), h.press(70, 70)),
  template: (h) => (h.key("t"), h.press(70, 70)),
  move: (h) => (h.key("m"), h.press(150, 140), h.move(190, 160)),
  resize: (h) => (h.key("m"), h.editor.setSelection(["a"]), h.press(200, 180), h.move(260, 240)),
  nudge: (h) => (h.key("m"), h.editor.setSelection(["a"]), h.key("ArrowRight")),
  keyboard: (h) => (h.key("k"), h.key("k"), h.key("ArrowRight", { shift: true })),
};
const ends = {
  Esc: (h) => (assert.equal(h.key("Escape"), true), h.up(300, 300), h.keyup("ArrowRight")),
  "cancel()": (h) => (h.editor.cancel(), h.up(300, 300), h.keyup("ArrowRight")),
  pointercancel: (h) => (h.point("cancel", 0, 0), h.up(300, 300), h.keyup("ArrowRight")),
  blur: (h) => (h.editor.blur(), h.up(300, 300), h.keyup("ArrowRight")),
  "lost pointerup": (h) => {
    if (h.editor.busy) h.hover(300, 300);
  },
  "another image": (h) => (h.editor.setPage({ ...h.page, item: 8, shapes: [] }), h.up(300, 300), h.keyup("ArrowRight")),
};
for (const [state, enter] of Object.entries(states)) {
  for (const [end, leave] of Object.entries(ends)) {
    test(`${end} in the state ${state} changes no shape`, () => {
      const h = openEditor({ shapes: [BOX] });
      enter(h);
      assert.equal(h.editor.busy, true);
      leave(h);
      assert.deepEqual(
        h.sent.filter(({ kind }) => kind !== "select"),
        [],
      );
      if (end === "Esc" || end === "cancel()" || end === "another image") assert.equal(h.editor.busy, false);
      if (end !== "another image")
        assert.deepEqual(
          h.editor.shapes.map(({ shape }) => shape),
          [BOX.shape],
        );
    });
  }
}

test("a second pointerdown without an up drops the first drag", () => {
  const h = openEditor();
  h.press(10, 10), h.move(60, 60);
  h.drag([
    [100, 100],
    [150, 160],
  ]);
  assert.deepEqual(drawn(h), [[100, 100, 150, 160]]);
});

test("Escape steps out: gesture, cursor, selection, then is not the editor's", () => {
  const h = openEditor({ shapes: [BOX] });
  h.editor.setSelection(["a"]);
  h.key("k"), h.key("k");
  assert.deepEqual(
    [1, 2, 3, 4].map(() => h.key("Escape")),
    [true, true, true, false],
  );
  assert.deepEqual(h.sent, [{ kind: "select", uids: [] }]);
});

test("keyboard alone draws a box", () => {
  const h = openEditor();
  h.tap("k");
  for (let i = 0; i < 3; i++) h.tap("ArrowLeft", { shift: true });
  h.tap("k");
  h.tap("ArrowRight", { shift: true }), h.tap("ArrowRight"), h.tap("ArrowDown", { shift: true });
  h.tap("k");
  assert.deepEqual(
    h.of("draw").map(({ shape }) => shape.box),
    [[290, 240, 301, 250]],
  );
});

test("keyboard alone: extreme clicks and a template", () => {
  const h = openEditor();
  h.tap("e");
  h.tap("k");
  for (const arrow of ["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"]) h.tap(arrow, { shift: true }), h.tap("k");
  assert.deepEqual(drawn(h), [[310, 230, 320, 240]]);
  h.tap("t");
  h.tap("k");
  assert.deepEqual(drawn(h)[1], [315, 235, 325, 245]);
});

test("a box draws at the right pixels when zoomed, panned and turned", () => {
  const h = openEditor({ view: { ...STAGE, scale: 4, x: -400, y: -200 } });
  h.drag([
    [100, 100],
    [140, 180],
  ]);
  assert.deepEqual(drawn(h), [[125, 75, 135, 95]]);
  h.editor.setView({ ...STAGE, width: 640, height: 480, rotation: 1, x: 80, y: -80 });
  h.drag([
    [180, 20],
    [280, 70],
  ]);
  assert.deepEqual(drawn(h)[1], [100, 280, 150, 380]);
});

test("a pen's and a finger's drag draw too", () => {
  for (const pointerType of ["pen", "touch"]) {
    const h = openEditor();
    h.drag(
      [
        [10, 20],
        [60, 50],
        [110, 90],
      ],
      { pointerType },
    );
    assert.deepEqual(drawn(h), [[10, 20, 110, 90]]);
  }
});

test("a drawing tool pulls the handles of the selected box, and stays the tool", () => {
  const h = openEditor({ shapes: [BOX, OTHER] });
  h.editor.setSelection(["a"]);
  h.drag([
    [200, 180],
    [210, 190],
    [230, 220],
  ]);
  assert.deepEqual(h.sent, [{ kind: "change", uid: "a", shape: { box: [100, 100, 230, 220] } }]);
  assert.equal(h.editor.tool, "box");
  h.drag([
    [120, 120],
    [150, 150],
  ]);
  assert.deepEqual(drawn(h), [[120, 120, 150, 150]]);
});
