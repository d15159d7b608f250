// Polygons: each way to draw one, to mend one that crosses itself, to change its points, and to leave off.
import assert from "node:assert/strict";
import { test } from "node:test";

import { openEditor, RING, SQUARE, STAGE } from "./editor-interaction.mjs";

const drawing = (options = {}) => openEditor({ shape: "polygon", ...options });
const rings = (h) => h.of("draw").map(({ shape }) => shape.rings);
const TRIANGLE = [
  [10, 10],
  [110, 20],
  [60, 90],
];
const clicks = (h, points) => points.forEach(([x, y]) => h.click(x, y));

test("clicks and Enter draw a polygon", () => {
  const h = drawing();
  clicks(h, TRIANGLE);
  assert.deepEqual(h.sent, []);
  assert.equal(h.tap("Enter"), true);
  assert.deepEqual(h.sent, [{ kind: "draw", uid: "n1", class_id: 1, shape: { rings: [TRIANGLE] } }]);
  assert.equal(h.tap("Enter"), false);
});

test("a double click adds its point once and finishes", () => {
  const h = drawing();
  clicks(h, TRIANGLE.slice(0, 2));
  h.hover(60, 90);
  h.press(60, 90), h.up(60, 90), h.press(61, 90), h.up(61, 90);
  h.point("dblclick", 61, 90);
  assert.deepEqual(rings(h), [[TRIANGLE]]);
});

test("a click on the first point finishes, for a finger from farther off", () => {
  for (const [off, pointerType] of [
    [5, "mouse"],
    [15, "touch"],
  ]) {
    const h = drawing();
    clicks(h, TRIANGLE);
    h.click(10 + off, 10, { pointerType });
    assert.deepEqual(rings(h), [[TRIANGLE]]);
    assert.equal(h.editor.busy, false);
  }
});

test("a double click on the first point begins no second polygon", () => {
  const h = drawing();
  clicks(h, TRIANGLE);
  h.click(10, 10);
  h.press(10, 10), h.up(10, 10);
  h.point("dblclick", 10, 10);
  assert.equal(rings(h).length, 1);
  assert.equal(h.editor.busy, false);
});

test("Backspace and Ctrl+Z take the last point back", () => {
  const h = drawing();
  clicks(h, [...TRIANGLE, [300, 300], [400, 300]]);
  assert.equal(h.tap("Backspace"), true);
  assert.equal(h.tap("z", { ctrl: true }), true);
  h.tap("Enter");
  assert.deepEqual(rings(h), [[TRIANGLE]]);
});

test("two points, or three on one line, are not a polygon yet", () => {
  const h = drawing();
  clicks(h, [
    [10, 10],
    [50, 50],
  ]);
  h.tap("Enter");
  h.click(90, 90);
  h.tap("Enter");
  assert.deepEqual(h.sent, []);
  assert.equal(h.editor.busy, true);
  h.click(10, 90);
  h.tap("Enter");
  assert.equal(rings(h).length, 1);
});

test("points beyond the image are set on its border", () => {
  const h = drawing({ view: { ...STAGE, x: 50, y: 50 } });
  clicks(h, [
    [20, 20],
    [200, 70],
    [70, 200],
  ]);
  h.tap("Enter");
  assert.deepEqual(rings(h), [
    [
      [
        [0, 0],
        [150, 20],
        [20, 150],
      ],
    ],
  ]);
});

function circle(n = 120, r = 80) {
  return Array.from({ length: n + 1 }, (_, i) => [
    300 + r * Math.cos((2 * Math.PI * i) / n),
    200 + r * Math.sin((2 * Math.PI * i) / n),
  ]);
}

test("a path held down is a polygon, simplified", () => {
  const h = drawing();
  h.drag(circle().slice(0, -2));
  const [[ring]] = rings(h);
  assert.ok(ring.length > 8 && ring.length < 40, `${ring.length} points`);
  for (const [x, y] of ring) assert.ok(Math.abs(Math.hypot(x - 300, y - 200) - 80) < 1.5);
});

test("clicks and a held path mix", () => {
  const h = drawing();
  h.click(100, 100);
  h.click(200, 100);
  h.drag([
    [200, 110],
    [200, 150],
    [200, 200],
    [150, 200],
  ]);
  assert.deepEqual(h.sent, []);
  h.tap("Enter");
  assert.deepEqual(rings(h), [
    [
      [
        [100, 100],
        [200, 100],
        [200, 110],
        [200, 200],
        [150, 200],
      ],
    ],
  ]);
});

test("an unsteady click is a click", () => {
  const h = drawing();
  h.drag([
    [10, 10],
    [16, 12],
  ]);
  clicks(h, TRIANGLE.slice(1));
  h.tap("Enter");
  assert.deepEqual(rings(h), [[TRIANGLE]]);
});

const BOW = [
  [100, 100],
  [200, 200],
  [200, 100],
  [100, 200],
];

test("an outline that crosses itself is marked, not sent; moved points mend it", () => {
  const h = drawing();
  clicks(h, BOW);
  h.tap("Enter");
  assert.deepEqual(h.sent, []);
  assert.deepEqual(h.status.at(-1), { fault: [150, 150] });
  assert.ok(h.paint().some(([name, x, y, r]) => name === "arc" && x === 150 && y === 150 && r === 12));
  h.drag([
    [200, 200],
    [190, 190],
    [180, 190],
  ]);
  assert.deepEqual(h.sent, []);
  h.drag([
    [180, 190],
    [150, 100],
    [120, 60],
  ]);
  assert.deepEqual(rings(h), [[[BOW[0], [120, 60], ...BOW.slice(2)]]]);
});

test("an outline that crosses itself is repaired on request only", () => {
  const h = drawing();
  clicks(h, BOW);
  h.tap("Enter");
  assert.equal(h.tap("f"), true);
  assert.deepEqual(h.sent, [{ kind: "draw", uid: "n1", class_id: 1, shape: { rings: [BOW] }, repair: true }]);
  assert.deepEqual(h.status.at(-1), { fault: null });
});

test("Backspace opens a crossing outline again, a dragged point closes it well", () => {
  const h = drawing();
  clicks(h, BOW);
  h.tap("Enter");
  h.tap("Backspace");
  h.tap("Backspace");
  h.tap("Enter");
  assert.deepEqual(rings(h), [[BOW.slice(0, 3)]]);
  const k = drawing();
  clicks(k, BOW);
  k.tap("Enter");
  k.drag([
    [100, 200],
    [200, 50],
    [130, 60],
  ]);
  assert.deepEqual(rings(k), [[[...BOW.slice(0, 3), [130, 60]]]]);
});

const states = {
  "points clicked": (h) => clicks(h, TRIANGLE),
  pressed: (h) => (clicks(h, TRIANGLE), h.press(200, 200)),
  freehand: (h) => (
    h.press(300, 300),
    circle()
      .slice(0, 60)
      .forEach(([x, y]) => h.move(x, y))
  ),
  crossing: (h) => (clicks(h, BOW), h.tap("Enter")),
  vertex: (h) => (h.key("u"), h.editor.setSelection(["p"]), h.press(100, 100), h.move(120, 130)),
  inserted: (h) => (h.key("u"), h.editor.setSelection(["p"]), h.press(150, 100), h.move(150, 60)),
  whole: (h) => (h.key("m"), h.press(150, 150), h.move(170, 160)),
  "vertex by key": (h) => (h.key("u"), h.editor.setSelection(["p"]), h.tap("."), h.key("ArrowRight")),
};
for (const [state, enter] of Object.entries(states)) {
  for (const [end, leave] of Object.entries({
    Esc: (h) => assert.equal(h.key("Escape"), true),
    "cancel()": (h) => h.editor.cancel(),
    pointercancel: (h) => h.point("cancel", 0, 0),
    blur: (h) => h.editor.blur(),
    "lost pointerup": (h) => state !== "vertex by key" && h.hover(300, 300),
  })) {
    test(`${end} in the state ${state} changes no shape`, () => {
      const h = drawing({ shapes: [SQUARE] });
      enter(h);
      assert.equal(h.editor.busy, true);
      leave(h);
      if (!(end === "lost pointerup" && state === "vertex by key")) h.keyup("ArrowRight");
      h.up(310, 300);
      assert.deepEqual(
        h.sent.filter(({ kind }) => kind !== "select"),
        [],
      );
      assert.deepEqual(
        h.editor.shapes.map(({ shape }) => shape),
        [SQUARE.shape],
      );
    });
  }
}

test("blur keeps the points that were clicked", () => {
  const h = drawing();
  clicks(h, TRIANGLE);
  h.press(200, 200), h.move(250, 260);
  h.editor.blur();
  h.tap("Enter");
  assert.deepEqual(rings(h), [[TRIANGLE]]);
});

test("Shift snaps to a neighbour's corner, then to its edge; setSnap makes that the rule", () => {
  const h = drawing({ shapes: [SQUARE] });
  h.click(205, 105, { shift: true });
  h.click(204, 150, { shift: true });
  h.click(300, 150);
  h.tap("Enter");
  assert.deepEqual(rings(h), [
    [
      [
        [200, 100],
        [200, 150],
        [300, 150],
      ],
    ],
  ]);
  h.editor.setSnap(true);
  clicks(h, [
    [205, 205],
    [260, 300],
  ]);
  h.click(204, 250, { shift: true });
  h.tap("Enter");
  assert.deepEqual(rings(h)[1][0][0], [200, 200]);
});

test("keyboard alone draws a polygon", () => {
  const h = drawing();
  h.tap("k"), h.tap("k");
  h.tap("ArrowRight", { shift: true }), h.tap("k");
  h.tap("ArrowDown", { shift: true }), h.tap("k");
  h.tap("Enter");
  assert.deepEqual(rings(h), [
    [
      [
        [320, 240],
        [330, 240],
        [330, 250],
      ],
    ],
  ]);
});

test("a box drawn in a polygon project is a polygon of four points", () => {
  const h = drawing();
  h.key("r");
  h.drag([
    [10, 20],
    [60, 50],
  ]);
  assert.deepEqual(rings(h), [
    [
      [
        [10, 20],
        [60, 20],
        [60, 50],
        [10, 50],
      ],
    ],
  ]);
});

function editing(tool = "u", shapes = [SQUARE, RING]) {
  const h = drawing({ shapes });
  h.key(tool);
  return h;
}

test("U: a drag on a vertex moves it, in the image", () => {
  const h = editing();
  h.editor.setSelection(["p"]);
  h.drag([
    [100, 100],
    [90, 80],
    [-50, 80],
  ]);
  assert.deepEqual(h.sent, [
    {
      kind: "change",
      uid: "p",
      shape: {
        rings: [
          [
            [0, 80],
            [200, 100],
            [200, 200],
            [100, 200],
          ],
        ],
      },
    },
  ]);
});

test("U: a click on an edge adds a point, a drag takes it along", () => {
  const h = editing();
  h.editor.setSelection(["p"]);
  h.click(150, 102);
  assert.deepEqual(h.of("change")[0].shape.rings[0], [
    [100, 100],
    [150, 100],
    [200, 100],
    [200, 200],
    [100, 200],
  ]);
  h.drag([
    [100, 150],
    [80, 150],
    [60, 150],
  ]);
  assert.deepEqual(h.of("change")[1].shape.rings[0].at(-1), [60, 150]);
});

test("Alt+click removes a point; a triangle keeps its three, a hole of three goes whole", () => {
  const h = editing();
  h.editor.setSelection(["p"]);
  h.click(100, 100, { alt: true });
  assert.deepEqual(h.of("change")[0].shape.rings, [
    [
      [200, 100],
      [200, 200],
      [100, 200],
    ],
  ]);
  h.click(200, 100, { alt: true });
  assert.equal(h.of("change").length, 1);
  h.click(340, 140, { alt: true });
  assert.deepEqual(h.of("change")[1], { kind: "change", uid: "q", shape: { rings: RING.shape.rings } });
});

test("U by keyboard: full stop walks, arrows move, I adds, Delete removes", () => {
  const h = editing();
  h.key("Tab");
  h.tap("."), h.tap("ArrowLeft", { shift: true });
  h.tap("."), h.tap("i");
  h.tap(",");
  h.tap("Delete");
  assert.deepEqual(
    h.of("change").map(({ shape }) => shape.rings[0]),
    [
      [
        [90, 100],
        [200, 100],
        [200, 200],
        [100, 200],
      ],
      [
        [90, 100],
        [200, 100],
        [200, 150],
        [200, 200],
        [100, 200],
      ],
      [
        [90, 100],
        [200, 150],
        [200, 200],
        [100, 200],
      ],
    ],
  );
});

test("M moves a polygon with its holes, and drags its points", () => {
  const h = editing("m");
  h.drag([
    [310, 110],
    [320, 120],
  ]);
  assert.deepEqual(h.of("change")[0].shape, {
    rings: [
      [
        [310, 110],
        [410, 110],
        [410, 210],
        [310, 210],
      ],
    ],
    holes: [
      [
        [350, 150],
        [370, 150],
        [360, 170],
      ],
    ],
  });
  h.drag([
    [310, 110],
    [305, 105],
  ]);
  assert.deepEqual(h.of("change")[1].shape.rings[0][0], [305, 105]);
});

test("a click in a hole is beside the shape", () => {
  const h = editing("m");
  assert.equal(h.editor.hitTest(350, 148, "mouse"), "q");
  assert.equal(h.editor.hitTest(320, 120), "q");
  const wide = {
    ...RING,
    shape: {
      ...RING.shape,
      holes: [
        [
          [320, 120],
          [380, 120],
          [380, 180],
          [320, 180],
        ],
      ],
    },
  };
  h.ack(1, [wide]);
  assert.equal(h.editor.hitTest(350, 150), null);
});

test("a change that crosses itself stays unsaved until it is mended, repaired or left", () => {
  const cross = (h) => (
    h.editor.setSelection(["p"]),
    h.drag([
      [100, 100],
      [150, 100],
      [250, 150],
    ])
  );
  const h = editing("u", [SQUARE]);
  cross(h);
  assert.deepEqual(h.sent, []);
  assert.ok(h.status.at(-1).fault);
  assert.ok(h.paint().some(([name, , , r]) => name === "arc" && r === 12));
  h.ack(0, [SQUARE]);
  h.drag([
    [250, 150],
    [120, 120],
  ]);
  assert.deepEqual(h.sent.at(-1).shape.rings[0][0], [120, 120]);
  assert.deepEqual(h.status.at(-1), { fault: null });
  const k = editing("u", [SQUARE]);
  cross(k);
  k.tap("f");
  assert.equal(k.sent[0].repair, true);
  const l = editing("u", [SQUARE]);
  cross(l);
  l.key("Escape");
  assert.deepEqual(l.sent, []);
  assert.deepEqual(l.editor.shapes[0].shape, SQUARE.shape);
});

test("cut and add work on the one selected polygon", () => {
  const h = drawing({ shapes: [SQUARE] });
  h.editor.setSelection(["p"]);
  h.editor.setOperation("cut");
  clicks(h, [
    [120, 120],
    [150, 120],
    [150, 150],
  ]);
  h.tap("Enter");
  assert.deepEqual(h.sent, [
    {
      kind: "command",
      name: "cut",
      uid: "p",
      shape: {
        rings: [
          [
            [120, 120],
            [150, 120],
            [150, 150],
          ],
        ],
      },
    },
  ]);
});
