// Zoom and pan, and what is painted.
import assert from "node:assert/strict";
import { test } from "node:test";

import { toImage } from "../../jlabel/widgets/editor/viewport.js";
import { BOX, openEditor, STAGE } from "./editor-interaction.mjs";

const near = (found, wanted) =>
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-6, `${found} is not ${wanted}`));

test("the wheel zooms at the pointer, at once in view and once to the kernel", () => {
  const seen = [];
  const h = openEditor({ onView: (view) => seen.push(view) });
  for (let i = 0; i < 4; i++) h.point("wheel", 200, 100, { deltaY: -100 });
  assert.equal(seen.length, 4);
  assert.ok(h.editor.view.scale > 1.5);
  near(toImage(h.editor.view, [200, 100]), [200, 100]);
  assert.deepEqual(h.sent, []);
  h.settle();
  assert.deepEqual(h.sent, [{ kind: "view", view: h.editor.view }]);
});

test("a trackpad's pinch comes as Ctrl+wheel; Shift+wheel pans", () => {
  const h = openEditor();
  h.point("wheel", 0, 0, { deltaY: -20, ctrl: true });
  assert.ok(Math.abs(h.editor.view.scale - Math.exp(0.2)) < 1e-9);
  const { x, scale } = h.editor.view;
  h.point("wheel", 0, 0, { deltaY: 30, shift: true });
  assert.equal(h.editor.view.x, x - 30);
  assert.equal(h.editor.view.scale, scale);
});

test("zoom stays between 10 % and 3200 %", () => {
  const h = openEditor();
  for (let i = 0; i < 100; i++) h.point("wheel", 200, 100, { deltaY: -500 });
  assert.equal(h.editor.view.scale, 32);
  for (let i = 0; i < 200; i++) h.point("wheel", 200, 100, { deltaY: 500 });
  assert.ok(Math.abs(h.editor.view.scale - 0.1) < 1e-12);
});

test("+, -, 0 and Shift+0 zoom", () => {
  const h = openEditor();
  assert.equal(h.tap("+"), true);
  assert.equal(h.editor.view.scale, 1.25);
  h.tap("-");
  h.tap("-");
  assert.equal(h.editor.view.scale, 0.8);
  h.tap(")", { code: "Digit0", shift: true });
  assert.equal(h.editor.view.scale, 1);
  h.tap("+");
  h.tap("0", { code: "Digit0" });
  assert.deepEqual(h.editor.view, STAGE);
  assert.equal(h.of("view").length, 6);
});

test("middle drag and Space+drag pan and draw nothing", () => {
  for (const way of ["middle", "space"]) {
    const h = openEditor();
    if (way === "space") assert.equal(h.key(" "), true);
    const more = way === "middle" ? { button: 1, buttons: 4 } : {};
    h.press(100, 100, more), h.move(130, 90, { ...more, buttons: 4 }), h.up(130, 90);
    h.keyup(" ");
    assert.deepEqual(h.sent, [{ kind: "view", view: { ...STAGE, x: 30, y: -10 } }]);
    h.drag([
      [130, 90],
      [230, 190],
    ]);
    assert.deepEqual(h.of("draw")[0].shape.box, [100, 100, 200, 200]);
  }
});

test("a drag beside every shape pans with M", () => {
  const h = openEditor({ shapes: [BOX] });
  h.key("m");
  h.drag([
    [400, 400],
    [380, 390],
    [370, 380],
  ]);
  assert.deepEqual(h.sent, [{ kind: "view", view: { ...STAGE, x: -30, y: -20 } }]);
});

test("two fingers zoom and pan, what the first began is dropped, what is left over draws nothing", () => {
  for (const task of ["boxes", "polygons"]) {
    const h = openEditor({ task });
    const touch = (type, id, x, y) => h.point(type, x, y, { id, pointerType: "touch" });
    touch("down", 1, 100, 100), touch("move", 1, 110, 100);
    touch("down", 2, 200, 100);
    touch("move", 1, 60, 100), touch("move", 2, 260, 100);
    assert.ok(Math.abs(h.editor.view.scale - 200 / 90) < 1e-9);
    touch("up", 2, 260, 100);
    touch("move", 1, 200, 300), touch("up", 1, 200, 300);
    assert.deepEqual(
      h.sent.map(({ kind }) => kind),
      ["view"],
    );
    assert.equal(h.editor.busy, false);
  }
});

test("a finger draws again after a pinch", () => {
  const h = openEditor();
  const touch = (type, id, x, y) => h.point(type, x, y, { id, pointerType: "touch" });
  touch("down", 1, 100, 100), touch("down", 2, 200, 100), touch("up", 1, 100, 100), touch("up", 2, 200, 100);
  touch("down", 3, 10, 10), touch("move", 3, 90, 90), touch("up", 3, 90, 90);
  assert.deepEqual(h.of("draw")[0].shape.box, [10, 10, 90, 90]);
});

test("the view may be turned while nothing else changes", () => {
  const h = openEditor();
  h.editor.command("rotate");
  assert.equal(h.sent[0].view.rotation, 1);
  h.editor.command("rotate", { quarters: -1 });
  near([h.editor.view.x, h.editor.view.y], [0, 0]);
});

test("blur ends Space and a pan", () => {
  const h = openEditor();
  h.key(" ");
  h.editor.blur();
  h.drag([
    [10, 10],
    [60, 60],
  ]);
  assert.deepEqual(
    h.sent.map(({ kind }) => kind),
    ["draw"],
  );
});

test("zooming in the middle of a drag keeps the first corner", () => {
  const h = openEditor();
  h.press(100, 100), h.move(120, 120);
  h.point("wheel", 120, 120, { deltaY: -200 });
  h.up(120, 120);
  assert.deepEqual(h.of("draw")[0].shape.box.map(Math.round), [100, 100, 120, 120]);
});

test("paint scales to the device, clears, and draws the crosshair only over the stage", () => {
  const h = openEditor();
  assert.deepEqual(h.paint(2).slice(0, 3), [
    ["save"],
    ["setTransform", 2, 0, 0, 2, 0, 0],
    ["clearRect", 0, 0, 640, 480],
  ]);
  h.hover(77, 88);
  const lines = h.paint().filter(([name, x, y]) => name === "lineTo" && (x === 77 || y === 88));
  assert.equal(lines.length, 4);
  h.point("leave", 0, 0);
  assert.ok(!h.paint().some(([name]) => name === "lineTo"));
  h.hover(77, 88);
  h.editor.setGuides(false);
  assert.ok(!h.paint().some(([name]) => name === "lineTo"));
});

test("every save has its restore, in every tool with a drawing begun", () => {
  const h = openEditor({ shape: "polygon", shapes: [BOX] });
  for (const name of h.editor.tools) {
    h.editor.setTool(name);
    h.click(30, 30);
    h.hover(90, 70);
    const names = h.paint().map(([call]) => call);
    assert.equal(names.filter((call) => call === "save").length, names.filter((call) => call === "restore").length);
  }
});

test("requestPaint is called for each move that changes what is drawn", () => {
  let painted = 0;
  const h = openEditor({ requestPaint: () => painted++ });
  h.press(10, 10);
  const before = painted;
  h.move(60, 60);
  assert.ok(painted > before);
});
