// The kernel's shapes, kept up by differences: what is lost or doubled is noticed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createShapeSync } from "../../jlabel/widgets/editor/shape_sync.js";

const all = (number, put, page = "p") => ({
  kind: "shapes",
  page,
  number,
  since: null,
  splices: [{ at: 0, gone: 0, put }],
});
const next = (number, since, splices, page = "p") => ({ kind: "shapes", page, number, since, splices });

function make() {
  const self = { asked: 0 };
  self.received = createShapeSync(() => ++self.asked);
  return self;
}

test("differences are applied in the places of the list before", () => {
  const { received } = make();
  assert.equal(received.list("p"), null);
  assert.ok(received.take(all(1, ["a", "b", "c", "d"])));
  assert.ok(
    received.take(
      next(2, 1, [
        { at: 1, gone: 1, put: ["B", "B2"] },
        { at: 3, gone: 1, put: [] },
        { at: 4, gone: 0, put: ["e"] },
      ]),
    ),
  );
  assert.deepEqual(received.list("p"), ["a", "B", "B2", "c", "e"]);
  assert.equal(received.list("p"), received.list("p"), "the same array until it changes");
});

test("a doubled difference is not applied twice", () => {
  const self = make();
  const { received } = self;
  const twice = next(2, 1, [{ at: 1, gone: 0, put: ["b"] }]);
  received.take(all(1, ["a"]));
  received.take(twice);
  assert.equal(received.take(twice), false);
  assert.deepEqual(received.list("p"), ["a", "b"]);
  assert.equal(self.asked, 0);
});

test("after a lost difference everything is asked for, once, and taken", () => {
  const self = make();
  const { received } = self;
  received.take(all(1, ["a"]));
  received.take(next(3, 2, [{ at: 1, gone: 0, put: ["c"] }]));
  received.take(next(4, 3, [{ at: 2, gone: 0, put: ["d"] }]));
  assert.equal(self.asked, 1);
  assert.deepEqual(received.list("p"), ["a"]);
  received.take(all(5, ["a", "b", "c", "d"]));
  received.take(next(6, 5, [{ at: 0, gone: 1, put: [] }]));
  assert.deepEqual(received.list("p"), ["b", "c", "d"]);
  received.take(next(8, 7, []));
  assert.equal(self.asked, 2, "and again at the next loss");
});

test("that the last one was lost shows in the state", () => {
  const self = make();
  self.received.check({ p: { shapes: 1 } });
  assert.equal(self.asked, 1, "nothing is known of the page");
  self.received.take(all(1, []));
  self.received.check({ p: { shapes: 1 } });
  assert.equal(self.asked, 1);
  self.received.check({ p: { shapes: 2 } });
  assert.equal(self.asked, 2);
  self.received.check({ p: { shapes: 2 } }, 1);
  assert.equal(self.asked, 2, "the answer is on its way");
  self.received.check({ p: { shapes: 2 } }, 2);
  assert.equal(self.asked, 3, "it was lost, too");
});

test("pages that are gone are forgotten, not those that the state does not name yet", () => {
  const { received } = make();
  for (let i = 0; i < 9; i++) received.take(all(i + 1, [], `p${i}`));
  received.check({ p0: { shapes: 1 } });
  assert.deepEqual(
    [0, 1, 8].map((i) => received.list(`p${i}`) !== null),
    [true, false, true],
  );
});

test("other messages are not for it", () => {
  const { received } = make();
  for (const content of [undefined, null, {}, { kind: "other" }]) assert.equal(received.take(content), false);
});
