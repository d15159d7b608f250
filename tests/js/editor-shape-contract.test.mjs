// What every shape of the table promises, and the whole way of a shape that only tests know.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { hitGrip, hitShape, hitSnap } from "../../jlabel/widgets/editor/hit.js";
import { boundsOf, findFault, kindOf, ringsOf, SHAPES } from "../../jlabel/widgets/editor/shapes/shapes.js";
import { BOX, openEditor, RING, SQUARE } from "./editor-interaction.mjs";
import { circle } from "./toy-shape.mjs";

SHAPES.circle = circle;
after(() => delete SHAPES.circle);

const SAMPLES = {
  box: [BOX.shape, { box: [0, 0, 640, 480] }],
  polygon: [SQUARE.shape, RING.shape],
  circle: [{ circle: [100, 90, 30] }, { circle: [320, 240, 200] }],
};
const [WIDTH, HEIGHT] = [640, 480];
const around = (rings) => {
  const points = rings.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};
const near = (actual, wanted) => actual.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-9));

test("the table has samples of every shape", () => {
  assert.deepEqual(Object.keys(SAMPLES).sort(), Object.keys(SHAPES).sort());
  for (const [key, kind] of Object.entries(SHAPES)) assert.equal(kind.key, key);
});

for (const [key, shapes] of Object.entries(SAMPLES)) {
  for (const [number, shape] of shapes.entries()) {
    const kind = SHAPES[key];
    const name = `${key} ${number}: `;
    const entry = { uid: "a", shape, bounds: kind.bounds(shape) };
    const frozen = JSON.stringify(shape);

    test(`${name}its kind, bounds and rings agree`, () => {
      assert.equal(kindOf(shape), kind);
      near(boundsOf(shape), around(ringsOf(shape)));
      assert.ok(ringsOf(shape).every((ring) => ring.length >= 3));
      assert.equal(findFault(shape), null);
    });
    test(`${name}it is moved and resized into one of its kind, and stays as it was`, () => {
      const moved = kind.translate(shape, 3, -2);
      near(
        boundsOf(moved),
        boundsOf(shape).map((value, i) => value + [3, -2, 3, -2][i]),
      );
      const [x0, , x1] = boundsOf(shape);
      const [a0, , a1] = boundsOf(kind.resize(shape, [-4, -4], WIDTH, HEIGHT));
      assert.ok(a1 - a0 < x1 - x0);
      assert.equal(JSON.stringify(shape), frozen);
    });
    test(`${name}it is hit, snapped to, and every grip that is painted can be taken`, () => {
      const [start] = ringsOf(shape)[0];
      assert.equal(hitShape([entry], start, 2)?.uid, "a");
      assert.equal(hitShape([entry], [5000, 5000], 2), null);
      assert.ok(hitSnap([entry], start, 2, null));
      for (const { point } of kind.grips(shape)) assert.equal(hitGrip(entry, point, 6)?.uid, "a");
    });
    test(`${name}a handle that is pulled gives a shape of its kind, or none`, () => {
      const grip = hitGrip(entry, kind.grips(shape)[0].point, 6);
      if (grip.part !== "handle") return;
      const from = kind.grips(shape)[0].point;
      const pull = {
        grip,
        from,
        to: [from[0] + 5, from[1] + 5],
        square: false,
        width: WIDTH,
        height: HEIGHT,
        least: 1,
      };
      const pulled = kind.pull(shape, pull);
      assert.ok(pulled === null || kindOf(pulled) === kind);
    });
    test(`${name}its points can be edited one by one where it has points`, () => {
      if (!kind.moveVertex) return;
      assert.deepEqual(ringsOf(kind.moveVertex(shape, 0, 0, [1, 1]))[0][0], [1, 1]);
      assert.equal(ringsOf(kind.insertVertex(shape, 0, 0, [2, 2]))[0].length, ringsOf(shape)[0].length + 1);
      assert.equal(ringsOf(kind.removeVertex(shape, 0, 0))[0].length, ringsOf(shape)[0].length - 1);
    });
  }
  test(`${key}: its tools have names, titles and letters of their own`, () => {
    const { toolbox, tools } = openEditor({ shape: key }).editor;
    assert.ok(tools.includes(SHAPES[key].firstTool));
    assert.equal(new Set(toolbox.map(({ letter }) => letter)).size, toolbox.length);
    for (const { name, icon, title, letter } of toolbox) assert.ok(name && icon && title && letter);
  });
}

test("a circle is drawn, painted, moved, pulled, nudged, copied and removed in the editor", () => {
  const h = openEditor({ shape: "circle" });
  assert.deepEqual(h.editor.tools, ["select", "circle"]);
  h.drag([
    [100, 100],
    [120, 100],
    [130, 100],
  ]);
  assert.deepEqual(h.of("draw")[0].shape, { circle: [100, 100, 30] });
  assert.ok(h.paint().filter(([name]) => name === "lineTo").length >= 63);
  h.drag([
    [130, 100],
    [140, 100],
  ]);
  assert.deepEqual(h.of("change")[0].shape, { circle: [100, 100, 40] });
  assert.equal(h.tap("m"), true);
  h.drag([
    [100, 100],
    [110, 105],
    [120, 110],
  ]);
  assert.deepEqual(h.of("change")[1].shape, { circle: [120, 110, 40] });
  h.tap("ArrowRight", { ctrl: true });
  assert.deepEqual(h.of("change")[2].shape, { circle: [120, 110, 41] });
  h.tap("c", { ctrl: true });
  h.tap("v", { ctrl: true });
  assert.deepEqual(h.sent.at(-1).shapes[0].shape, { circle: [130, 120, 41] });
  assert.equal(h.tap("o"), true);
  assert.equal(h.editor.tool, "circle");
  assert.equal(h.editor.command("join"), false);
  h.tap("Delete");
  assert.equal(h.of("remove").length, 1);
});
