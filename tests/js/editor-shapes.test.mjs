// Plane geometry and hit testing.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as geometry from "../../jlabel/widgets/editor/geometry.js";
import { hitShape, hitSnap } from "../../jlabel/widgets/editor/hit.js";
import { boxHandle } from "../../jlabel/widgets/editor/shapes/box.js";
import * as shapes from "../../jlabel/widgets/editor/shapes/shapes.js";

const SQUARE = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

test("crossings are found where they are", () => {
  const cases = [
    [
      [
        [
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
        ],
      ],
      [5, 5],
    ],
    [[SQUARE], null],
    [
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [5, 0],
          [0, 10],
        ],
      ],
      [5, 0],
    ], // touches its own edge
    [
      [
        [
          [0, 0],
          [10, 0],
          [5, 5],
          [10, 10],
          [0, 10],
          [5, 5],
        ],
      ],
      [5, 5],
    ], // touches its own corner
    [
      [
        SQUARE,
        [
          [20, 0],
          [30, 0],
          [30, 10],
        ],
      ],
      null,
    ],
    [
      [
        SQUARE,
        [
          [10, 0],
          [30, 0],
          [30, 10],
        ],
      ],
      null,
    ], // two parts may touch
    [
      [
        SQUARE,
        [
          [5, 5],
          [15, 5],
          [15, 6],
        ],
      ],
      [10, 5],
    ],
  ];
  for (const [rings, wanted] of cases) assert.deepEqual(shapes.findFault({ rings }), wanted);
});

test("a star of a thousand points does not cross itself, until one point is moved through", () => {
  const star = Array.from({ length: 1000 }, (_, i) => {
    const [angle, r] = [(2 * Math.PI * i) / 1000, i % 2 ? 50 : 100];
    return [200 + r * Math.cos(angle), 200 + r * Math.sin(angle)];
  });
  assert.equal(shapes.findFault({ rings: [star] }), null);
  assert.ok(shapes.findFault({ rings: [star.with(10, [100, 200])] }));
});

test("cleanRing drops doubles and spikes", () => {
  assert.deepEqual(
    geometry.cleanRing([
      [0, 0],
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 0],
    ]),
    SQUARE.toSpliced(0, 1).concat([[0, 0]]),
  );
  assert.deepEqual(
    geometry.cleanRing([
      [0, 0],
      [20, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ]),
    SQUARE,
  );
  assert.ok(
    geometry.cleanRing([
      [0, 0],
      [5, 5],
      [9, 9],
    ]).length < 3,
  );
});

test("simplifyPath keeps the ends and stays within the tolerance", () => {
  const path = Array.from({ length: 2000 }, (_, i) => [i / 4, 40 * Math.sin(i / 150)]);
  const simple = geometry.simplifyPath(path, 0.5);
  assert.ok(simple.length < 100);
  assert.deepEqual([simple[0], simple.at(-1)], [path[0], path.at(-1)]);
  for (const point of path) {
    const off = Math.min(
      ...simple.slice(1).map((b, i) => geometry.distance(point, geometry.nearestOnSegment(point, simple[i], b))),
    );
    assert.ok(off <= 0.5 + 1e-9);
  }
});

test("a path of fifty thousand points is simplified without exhausting the stack", () => {
  const path = Array.from({ length: 50_000 }, (_, i) => [i, (i * 7919) % 13]);
  assert.ok(geometry.simplifyPath(path, 100).length < 50_000);
});

test("rectangleBetween clips, orders, and refuses what has no area", () => {
  assert.deepEqual(geometry.rectangleBetween([50, 60], [-5, 10], 40, 100), [0, 10, 40, 60]);
  for (const corner of [
    [10, 60],
    [60, 10],
    [10, 10],
    [NaN, 60],
  ])
    assert.equal(geometry.rectangleBetween([10, 10], corner, 100, 100), null);
  assert.equal(geometry.rectangleBetween([-20, 5], [-10, 9], 40, 100), null);
});

test("limitStep keeps a shape in the image, and never pushes one that is out farther", () => {
  assert.deepEqual(geometry.limitStep([10, 10, 20, 20], [-50, 500], 100, 100), [-10, 80]);
  assert.deepEqual(geometry.limitStep([-5, 90, 20, 110], [-3, 7], 100, 100), [0, 0]);
});

test("holes are no part of a shape", () => {
  const shape = {
    rings: [SQUARE],
    holes: [
      [
        [4, 4],
        [6, 4],
        [6, 6],
        [4, 6],
      ],
    ],
  };
  assert.equal(shapes.containsPoint(shape, [5, 5]), false);
  assert.equal(shapes.containsPoint(shape, [2, 2]), true);
  assert.equal(shapes.containsPoint({ box: [0, 0, 5, 5] }, [6, 2]), false);
});

test("a small box keeps a middle to be moved by", () => {
  assert.equal(boxHandle([100, 100, 112, 112], [106, 106], 6), "");
  assert.equal(boxHandle([100, 100, 112, 112], [101, 111], 6), "sw");
  assert.equal(boxHandle([100, 100, 112, 112], [130, 106], 6), "");
});

test("a thousand shapes: the smallest under the pointer, the nearest corner to snap to", () => {
  const entries = Array.from({ length: 1000 }, (_, i) => {
    const [cx, cy] = [(i % 40) * 25 + 12, Math.floor(i / 40) * 25 + 12];
    const ring = Array.from({ length: 20 }, (_, k) => [cx + 10 * Math.cos(k * 0.314), cy + 10 * Math.sin(k * 0.314)]);
    return { uid: `s${i}`, shape: { rings: [ring] }, bounds: shapes.boundsOf({ rings: [ring] }) };
  });
  const whole = { uid: "whole", shape: { box: [0, 0, 1000, 625] }, bounds: [0, 0, 1000, 625] };
  assert.equal(hitShape([...entries, whole], [12 + 25 * 7, 12 + 25 * 3], 6).uid, "s127");
  assert.equal(hitShape([...entries, whole], [25, 25], 0.5).uid, "whole");
  assert.equal(hitShape(entries, [2000, 25], 6), null);
  assert.deepEqual(hitSnap(entries, [23, 12], 5, "x"), [22, 12]);
  assert.equal(hitSnap(entries.slice(0, 1), [23, 12], 5, "s0"), null);
});

test("an island in a hole is in the polygon", () => {
  const square = (low, high) => [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ];
  const shape = { rings: [square(10, 60), square(25, 35)], holes: [square(20, 40), square(28, 32)] };
  const inside = [5, 15, 22, 26, 30, 50].map((at) => shapes.containsPoint(shape, [at, at]));
  assert.deepEqual(inside, [false, true, false, true, false, true]);
});
