// Brightness, contrast, gamma and inversion: the browser's table is the kernel's, and the preview is near the painting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { levelOf, PLAIN, sameLevel, tableBetween, tableOf } from "../../jlabel/widgets/editor/level.js";

const { levels, tables } = JSON.parse(readFileSync(new URL("../vectors/level.json", import.meta.url)));

for (const { level, shown } of tables) {
  test(`the table of ${JSON.stringify(level)} is the kernel's`, () => {
    const table = tableOf(level);
    assert.deepEqual(
      levels.map((one) => table[one]),
      shown,
    );
  });
}

test("from a plain painting the preview is the level itself", () => {
  for (const { level } of tables) assert.deepEqual(tableBetween(PLAIN, level), tableOf(level));
});

test("from another level the preview is near, where nothing was clipped", () => {
  const painted = { brightness: 1, contrast: 0.8, gamma: 1.4, invert: true };
  const wanted = { ...PLAIN, gamma: 1.8 };
  const [from, to, table] = [tableOf(painted), tableOf(wanted), tableBetween(painted, wanted)];
  for (let level = 0; level < 256; level++) assert.ok(Math.abs(table[from[level]] - to[level]) < 6, `${level}`);
});

test("a painting without any difference left previews without fault", () => {
  const table = tableBetween({ ...PLAIN, contrast: 0 }, PLAIN);
  assert.equal(table.length, 256);
  assert.ok(table.every((value) => value >= 0 && value <= 255));
});

test("the kernel's list of numbers is a level", () => {
  assert.ok(sameLevel(levelOf([1, 1]), PLAIN), "the grid's labeler knows two");
  assert.deepEqual(levelOf([1.2, 0.8, 2, 1]), { brightness: 1.2, contrast: 0.8, gamma: 2, invert: true });
});
