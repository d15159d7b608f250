// Working on shapes already there: select, move, resize, keys, clipboard, classes, lock.
import assert from "node:assert/strict";
import { test } from "node:test";

import { BOX, OTHER, openEditor, RING, SQUARE, STAGE } from "./editor-interaction.mjs";

function manipulating(options = {}) {
  const h = openEditor({ shapes: [BOX, OTHER], ...options });
  h.key("m");
  return h;
}

test("a click selects, Ctrl+click adds and takes away, a click beside deselects", () => {
  const h = manipulating();
  h.click(150, 140);
  h.click(350, 250, { ctrl: true });
  assert.deepEqual(h.editor.selection, ["a", "b"]);
  h.click(150, 140, { ctrl: true });
  h.click(600, 20);
  assert.deepEqual(
    h.of("select").map(({ uids }) => uids),
    [["a"], ["a", "b"], ["b"], []],
  );
  assert.equal(h.sent.length, 4);
});

test("of shapes one in another the smaller is selected", () => {
  const small = { uid: "s", class_id: 1, shape: { box: [140, 130, 160, 150] } };
  const h = openEditor({ shapes: [small, BOX] });
  h.key("m");
  h.click(150, 140);
  assert.deepEqual(h.editor.selection, ["s"]);
  h.click(110, 110);
  assert.deepEqual(h.editor.selection, ["a"]);
});

test("a drag moves a shape, and it stays in the image", () => {
  const h = manipulating();
  h.drag([
    [150, 140],
    [170, 150],
    [180, 120],
  ]);
  assert.deepEqual(h.of("change"), [{ kind: "change", uid: "a", shape: { box: [130, 80, 230, 160] } }]);
  h.drag([
    [150, 140],
    [-500, -500],
  ]);
  assert.deepEqual(h.of("change")[1].shape, { box: [0, 0, 100, 80] });
});

test("a drag moves all that is selected, in one message", () => {
  const h = manipulating();
  h.tap("a", { ctrl: true });
  h.drag([
    [150, 140],
    [160, 160],
  ]);
  assert.deepEqual(h.sent.at(-1), {
    kind: "command",
    name: "change_many",
    shapes: [
      { uid: "a", shape: { box: [110, 120, 210, 200] } },
      { uid: "b", shape: { box: [310, 220, 410, 320] } },
    ],
  });
});

const handles = {
  nw: [
    [100, 100],
    [90, 110, 200, 180],
  ],
  n: [
    [150, 100],
    [100, 110, 200, 180],
  ],
  ne: [
    [200, 100],
    [100, 110, 190, 180],
  ],
  e: [
    [200, 140],
    [100, 100, 190, 180],
  ],
  se: [
    [200, 180],
    [100, 100, 190, 190],
  ],
  s: [
    [150, 180],
    [100, 100, 200, 190],
  ],
  sw: [
    [100, 180],
    [90, 100, 200, 190],
  ],
  w: [
    [100, 140],
    [90, 100, 200, 180],
  ],
};
for (const [name, [[x, y], box]] of Object.entries(handles)) {
  test(`the handle ${name} resizes, also when grasped by a finger 12 pixels off`, () => {
    for (const off of [0, 12]) {
      const h = manipulating();
      h.editor.setSelection(["a"]);
      h.drag(
        [
          [x - off, y - off],
          [x - off - 10, y - off + 10],
        ],
        { pointerType: off ? "touch" : "mouse" },
      );
      assert.deepEqual(h.of("change"), [{ kind: "change", uid: "a", shape: { box } }]);
    }
  });
}

test("a handle pulled past the other side turns the box over; onto it, nothing is sent", () => {
  const h = manipulating();
  h.editor.setSelection(["a"]);
  h.drag([
    [200, 140],
    [150, 140],
    [50, 140],
  ]);
  assert.deepEqual(h.of("change")[0].shape, { box: [50, 100, 100, 180] });
  const k = manipulating();
  k.editor.setSelection(["a"]);
  k.drag([
    [200, 140],
    [150, 140],
    [100, 140],
  ]);
  assert.deepEqual(k.of("change"), []);
});

test("a drag back to where it began sends nothing", () => {
  const h = manipulating();
  h.drag([
    [150, 140],
    [180, 140],
    [150, 140],
  ]);
  assert.deepEqual(h.of("change"), []);
});

test("arrows move by 1 and, with Shift, 10 pixels; held down they are one change", () => {
  const h = manipulating();
  h.editor.setSelection(["a"]);
  for (let i = 0; i < 5; i++) h.key("ArrowRight", { repeat: i > 0 });
  assert.deepEqual(h.of("change"), []);
  h.keyup("ArrowRight");
  h.tap("ArrowUp", { shift: true });
  assert.deepEqual(
    h.of("change").map(({ shape }) => shape.box),
    [
      [105, 100, 205, 180],
      [105, 90, 205, 170],
    ],
  );
});

test("Ctrl+arrows resize, never below a pixel, never out of the image", () => {
  const h = manipulating();
  h.editor.setSelection(["a"]);
  h.tap("ArrowRight", { ctrl: true });
  h.tap("ArrowUp", { ctrl: true, shift: true });
  assert.deepEqual(h.of("change").at(-1).shape, { box: [100, 100, 201, 170] });
  for (let i = 0; i < 60; i++) h.key("ArrowLeft", { ctrl: true, shift: true });
  h.keyup("ArrowLeft");
  assert.deepEqual(h.of("change").at(-1).shape, { box: [100, 100, 101, 170] });
  for (let i = 0; i < 60; i++) h.key("ArrowRight", { ctrl: true, shift: true });
  h.keyup("ArrowRight");
  assert.deepEqual(h.of("change").at(-1).shape, { box: [100, 100, 640, 170] });
});

test("arrows follow the screen on a turned picture", () => {
  const h = manipulating();
  h.editor.setView({ ...STAGE, rotation: 1 });
  h.editor.setSelection(["a"]);
  h.tap("ArrowRight");
  assert.deepEqual(h.of("change")[0].shape, { box: [100, 99, 200, 179] });
});

test("another key or a pointer finishes the arrows' change first", () => {
  const h = manipulating();
  h.editor.setSelection(["a"]);
  h.key("ArrowRight");
  h.key("Delete");
  assert.deepEqual(
    h.sent.map(({ kind }) => kind),
    ["change", "remove"],
  );
});

test("arrows are the page's when nothing is selected", () => {
  assert.equal(manipulating().key("ArrowDown"), false);
});

test("Tab walks over visible shapes and leaves after the last", () => {
  const h = manipulating({ shapes: [BOX, { ...OTHER, hidden: true }, { ...OTHER, uid: "c" }] });
  const walk = (shift) => [1, 2, 3].map(() => [h.key("Tab", { shift }), h.editor.selection[0]]);
  assert.deepEqual(walk(false), [
    [true, "a"],
    [true, "c"],
    [false, undefined],
  ]);
  assert.deepEqual(walk(true), [
    [true, "c"],
    [true, "a"],
    [false, undefined],
  ]);
});

test("Delete and Backspace remove what is selected, at once in view", () => {
  for (const key of ["Delete", "Backspace"]) {
    const h = manipulating();
    h.editor.setSelection(["b"]);
    assert.equal(h.tap(key), true);
    assert.deepEqual(h.sent, [{ kind: "remove", uids: ["b"] }]);
    assert.deepEqual(
      h.editor.shapes.map(({ uid }) => uid),
      ["a"],
    );
    assert.equal(h.tap(key), false);
  }
});

test("D removes all but the locked, and not twice while it is held", () => {
  const h = manipulating();
  h.key("d"), h.key("d", { repeat: true });
  assert.deepEqual(h.sent, [{ kind: "command", name: "remove_all" }]);
  const k = manipulating({ shapes: [BOX, { ...OTHER, locked: true }] });
  k.key("d");
  assert.deepEqual(k.sent, [{ kind: "remove", uids: ["a"] }]);
});

test("a digit gives the selected shapes another class, and is the class of the next", () => {
  const h = manipulating();
  h.click(150, 140);
  h.tap("2");
  assert.deepEqual(h.sent.at(-1), { kind: "command", name: "reclass", uids: ["a"], class_id: 2 });
  assert.equal(h.editor.classId, 2);
  assert.equal(h.editor.shapes[0].class_id, 2);
  assert.equal(h.tap("7"), false);
});

test("a digit after drawing picks the next class and leaves the shape just drawn", () => {
  const h = openEditor();
  h.drag([
    [10, 10],
    [60, 60],
  ]);
  h.tap("2");
  h.drag([
    [200, 200],
    [260, 260],
  ]);
  assert.deepEqual(h.of("command"), []);
  assert.deepEqual(
    h.of("draw").map(({ class_id }) => class_id),
    [1, 2],
  );
});

test("copy and paste: aside on the same image, in place on another, inside a smaller one", () => {
  const h = manipulating();
  h.click(150, 140);
  h.tap("c", { ctrl: true });
  h.tap("v", { ctrl: true });
  assert.deepEqual(h.sent.at(-1), {
    kind: "command",
    name: "paste",
    shapes: [{ uid: "n1", class_id: 1, shape: { box: [110, 110, 210, 190] } }],
  });
  assert.deepEqual(h.editor.selection, ["n1"]);
  h.editor.setPage({ ...h.page, item: 8, shapes: [] });
  h.tap("v", { ctrl: true });
  assert.deepEqual(h.sent.at(-1).shapes[0].shape, { box: [110, 110, 210, 190] });
  h.editor.setPage({ ...h.page, item: 9, width: 150, height: 150, shapes: [] });
  h.tap("v", { ctrl: true });
  assert.deepEqual(h.sent.at(-1).shapes[0].shape, { box: [50, 70, 150, 150] });
  h.editor.setPage({ ...h.page, item: 10, width: 50, height: 50, shapes: [] });
  assert.equal(h.tap("v", { ctrl: true }), false);
});

test("L locks what is selected, else all; locked shapes neither move nor vanish, new ones do", () => {
  const h = manipulating();
  h.tap("l");
  assert.deepEqual(h.sent, [{ kind: "command", name: "lock", uids: ["a", "b"], value: true }]);
  h.drag([
    [150, 140],
    [250, 240],
  ]);
  h.editor.setSelection(["a"]);
  h.tap("Delete"), h.tap("ArrowLeft"), h.tap("2");
  assert.deepEqual(
    h.sent.map(({ kind }) => kind),
    ["command", "select"],
  );
  h.key("r");
  h.drag([
    [10, 10],
    [60, 60],
  ]);
  h.tap("Delete");
  assert.deepEqual(h.sent.at(-1), { kind: "remove", uids: ["n1"] });
  h.editor.setSelection(["a"]);
  h.tap("l");
  assert.deepEqual(h.sent.at(-1), { kind: "command", name: "lock", uids: ["a"], value: false });
});

test("commands without a pointer", () => {
  const h = manipulating();
  const table = [
    ["z", { ctrl: true }, "undo"],
    ["z", { ctrl: true, shift: true }, "redo"],
    ["y", { ctrl: true }, "redo"],
    ["o", {}, "fill"],
    ["C", { shift: true }, "copy_previous"],
  ];
  for (const [key, more, name] of table) {
    assert.equal(h.tap(key, more), true);
    assert.deepEqual(h.sent.at(-1), { kind: "command", name });
  }
});

test("keys that are not the editor's pass", () => {
  const h = manipulating();
  const passing = [
    ["s", { ctrl: true }],
    ["r", { ctrl: true }],
    ["1", { ctrl: true }],
    ["m", { alt: true }],
    ["Enter"],
    ["x"],
    ["b"],
    ["Shift"],
    ["F5"],
    ["p"],
    ["u"],
  ];
  for (const [key, more] of passing) assert.equal(h.key(key, more), false, key);
  assert.deepEqual(h.sent, []);
});

test("keys do nothing under a pressed button", () => {
  const h = manipulating();
  h.press(150, 140), h.move(170, 160);
  assert.equal(h.key("Delete"), true);
  assert.equal(h.key("r"), true);
  h.up(170, 160);
  assert.deepEqual(
    h.sent.map(({ kind }) => kind),
    ["select", "change"],
  );
});

test("what was sent stays in view until the kernel has answered it", () => {
  const h = manipulating();
  h.drag([
    [150, 140],
    [160, 150],
  ]);
  const seq = h.sent.length;
  h.ack(seq - 1, [BOX, OTHER]);
  assert.deepEqual(h.editor.shapes[0].shape, { box: [110, 110, 210, 190] });
  assert.deepEqual([...h.editor.stale], ["a"]);
  h.ack(seq, [{ ...BOX, shape: { box: [110, 110, 210, 190] } }, OTHER]);
  assert.deepEqual([...h.editor.stale], []);
  assert.equal(h.editor.shapes[0].pending, undefined);
});

test("what the kernel refused goes again", () => {
  const h = openEditor({ shapes: [BOX] });
  h.drag([
    [10, 10],
    [60, 60],
  ]);
  assert.equal(h.editor.shapes.length, 2);
  h.ack(1, [BOX]);
  assert.deepEqual(
    h.editor.shapes.map(({ uid }) => uid),
    ["a"],
  );
  assert.deepEqual(h.editor.selection, []);
});

test("the kernel's answer leaves a gesture under way alone, unless its shape is gone", () => {
  const h = manipulating();
  h.press(150, 140), h.move(170, 160);
  h.ack(1, [BOX]);
  h.up(180, 160);
  assert.deepEqual(h.of("change")[0].shape, { box: [130, 120, 230, 200] });
  const k = manipulating();
  k.press(150, 140), k.move(170, 160);
  k.ack(1, [OTHER]);
  k.up(180, 160);
  assert.deepEqual(k.of("change"), []);
});

test("a hidden shape is neither hit nor painted", () => {
  const h = manipulating({ shapes: [{ ...BOX, hidden: true }] });
  h.click(150, 140);
  assert.deepEqual(h.sent, []);
  assert.equal(h.editor.hitTest(150, 140), null);
  assert.ok(!h.paint().some(([name]) => name === "fill"));
});

test("the CSS cursor says what a press would do", () => {
  const h = manipulating();
  h.editor.setSelection(["a"]);
  const over = (x, y) => (h.hover(x, y), h.editor.cursor);
  assert.deepEqual(
    [over(600, 20), over(150, 140), over(200, 140), over(100, 100)],
    ["default", "move", "e-resize", "nw-resize"],
  );
  h.editor.setView({ ...STAGE, stage_width: 480, stage_height: 640, rotation: 1 });
  assert.equal(over(480 - 100, 100), "ne-resize");
});

test("polygon tools on what is selected", () => {
  const h = openEditor({ shape: "polygon", shapes: [SQUARE, RING] });
  assert.equal(h.editor.command("join"), false);
  h.editor.setSelection(["p", "q"]);
  for (const name of ["join", "split", "subtract", "to_box"]) {
    assert.equal(h.editor.command(name), true);
    assert.deepEqual(h.sent.at(-1), { kind: "command", name, uids: ["p", "q"] });
  }
  h.editor.command("simplify");
  assert.deepEqual(h.sent.at(-1), { kind: "command", name: "simplify", uids: ["p", "q"], tolerance: 1 });
  assert.equal(h.editor.command("to_polygon"), false);
  assert.equal(h.editor.command("constructor"), false);
});
