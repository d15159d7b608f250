// What is drawn before a class is picked is kept until it has one, is discarded, or its image comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClassPrompt } from "../../jlabel/widgets/editor/class_prompt.js";
import { createElement } from "./dom.mjs";
import { BOX, openEditor } from "./editor-interaction.mjs";

const draw = (h, x = 10) =>
  h.drag([
    [x, 10],
    [x + 40, 60],
    [x + 80, 90],
  ]);
const boxes = (h) => h.of("draw").map(({ class_id, shape }) => [class_id, ...shape.box]);

test("a box drawn without a class is kept, painted, and sent with the class that is picked", () => {
  const h = openEditor({ classId: null });
  draw(h);
  assert.deepEqual(h.sent, []);
  assert.equal(h.editor.unclassed.length, 1);
  assert.equal(h.editor.busy, true);
  assert.ok(h.paint().some(([name]) => name === "setLineDash"));
  assert.equal(h.tap("2"), true);
  assert.deepEqual(boxes(h), [[2, 10, 10, 90, 90]]);
  assert.deepEqual([h.editor.unclassed.length, h.editor.busy, h.editor.classId], [0, false, 2]);
  assert.deepEqual(h.editor.selection, [h.of("draw")[0].uid]);
});

test("what follows is drawn with that class at once", () => {
  const h = openEditor({ classId: null });
  draw(h);
  h.tap("1");
  draw(h, 200);
  assert.deepEqual(boxes(h), [
    [1, 10, 10, 90, 90],
    [1, 200, 10, 280, 90],
  ]);
});

test("several drawn without a class get it together; the selected shape keeps its own", () => {
  const h = openEditor({ classId: null, shapes: [BOX] });
  h.editor.setSelection(["a"]);
  draw(h, 300);
  draw(h, 450);
  h.editor.pickClass(2);
  assert.deepEqual(boxes(h), [
    [2, 300, 10, 380, 90],
    [2, 450, 10, 530, 90],
  ]);
  assert.deepEqual(h.of("command"), []);
});

test("a polygon waits for its class too, repair included", () => {
  const h = openEditor({ shape: "polygon", classId: null });
  for (const point of [
    [10, 10],
    [90, 90],
    [90, 10],
    [10, 90],
  ])
    h.click(...point);
  h.tap("Enter");
  h.tap("f");
  assert.deepEqual(h.sent, []);
  h.tap("1");
  assert.deepEqual([h.of("draw")[0].class_id, h.of("draw")[0].repair], [1, true]);
});

test("Esc discards it, after the gesture under way", () => {
  const h = openEditor({ classId: null });
  draw(h);
  h.press(300, 300);
  h.move(350, 350);
  h.tap("Escape");
  assert.equal(h.editor.unclassed.length, 1);
  h.up(350, 350);
  assert.equal(h.tap("Escape"), true);
  assert.deepEqual([h.editor.unclassed.length, h.editor.busy], [0, false]);
  h.tap("1");
  assert.deepEqual(h.sent, []);
});

test("undo discards the newest, and only then what the kernel knows", () => {
  const h = openEditor({ classId: null });
  draw(h);
  draw(h, 200);
  h.tap("z", { ctrl: true });
  assert.deepEqual(
    h.editor.unclassed.map(({ shape }) => shape.box),
    [[10, 10, 90, 90]],
  );
  h.tap("z", { ctrl: true });
  assert.deepEqual([h.editor.unclassed.length, h.sent.length], [0, 0]);
  h.tap("z", { ctrl: true });
  assert.deepEqual(h.of("command")[0].name, "undo");
});

test("it is still there when its image comes back", () => {
  const h = openEditor({ classId: null });
  draw(h);
  h.editor.setPage({ ...h.page, item: 8, shapes: [] });
  assert.equal(h.editor.unclassed.length, 0);
  h.editor.setPage({ ...h.page, item: 7, shapes: [] });
  assert.equal(h.editor.unclassed.length, 1);
  h.tap("1");
  assert.deepEqual(boxes(h), [[1, 10, 10, 90, 90]]);
});

test("Enter picks the class that was used last, if there is one", () => {
  const h = openEditor({ classId: null });
  draw(h);
  assert.equal(h.tap("Enter"), false);
  h.editor.setLastClass(2);
  assert.equal(h.tap("Enter"), true);
  assert.deepEqual(boxes(h), [[2, 10, 10, 90, 90]]);
  h.editor.setLastClass(1);
  assert.equal(h.editor.lastClass, 2, "what was used here is newer");
});

test("a cut needs no class: it has that of the shape it is cut from", () => {
  const rings = [
    [
      [100, 100],
      [200, 100],
      [200, 200],
    ],
  ];
  const h = openEditor({ shape: "polygon", classId: null, shapes: [{ uid: "p", class_id: 1, shape: { rings } }] });
  h.editor.setSelection(["p"]);
  h.editor.setOperation("cut");
  for (const point of [
    [150, 90],
    [220, 90],
    [220, 150],
  ])
    h.click(...point);
  h.tap("Enter");
  assert.equal(h.sent.at(-1).name, "cut");
  assert.equal(h.editor.unclassed.length, 0);
});

test("the prompt offers the last class first, nine at most, and the search where there are more", () => {
  const calls = [];
  const prompt = createClassPrompt({
    pick: (id) => calls.push(id),
    search: () => calls.push("search"),
    discard: () => calls.push("discard"),
  });
  const classes = Array.from({ length: 12 }, (_, i) => ({
    id: i + 1,
    path: `class ${i + 1}`,
    name: `class ${i + 1}`,
    color: "#ffffff",
    key: i < 9 ? String(i + 1) : null,
  }));
  createElement().append(prompt.element);
  prompt.update(0, classes, 11);
  assert.equal(prompt.element.hidden, true);
  prompt.update(1, classes, 11);
  assert.equal(prompt.element.hidden, false);
  const buttons = prompt.element.querySelectorAll("button");
  assert.deepEqual(
    buttons.map((one) => one.textContent),
    ["class 11Enter", ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${n}class ${n}`), "Search…", "Discard Esc"],
  );
  for (const index of [0, 3, 9, 10]) buttons[index].dispatch("click");
  assert.deepEqual(calls, [11, 3, "search", "discard"]);
});

test("the prompt is below the shape, above it at the lower edge, and always on the stage", () => {
  const { element, place } = createClassPrompt({});
  [element.offsetWidth, element.offsetHeight] = [200, 100];
  const at = (...bounds) => {
    place(bounds, { width: 640, height: 480 });
    return [element.style.left, element.style.top];
  };
  assert.deepEqual(at(50, 50, 150, 120), ["50px", "128px"]);
  assert.deepEqual(at(50, 300, 150, 440), ["50px", "192px"]);
  assert.deepEqual(at(600, 10, 900, 900), ["432px", "8px"]);
  assert.deepEqual(at(-500, -500, -400, 700), ["8px", "8px"]);
});
