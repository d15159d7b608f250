// The browser's rules, messages and optimistic state, compared with the same vectors as the kernel's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applyAction, complete } from "../../jlabel/widgets/frame/answers.js";
import { createOptimisticPages } from "../../jlabel/widgets/frame/optimistic_pages.js";
import { createMessenger, createViewId } from "../../jlabel/widgets/frame/protocol.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));
const whole = (cell) => ({ empty: false, skipped: null, ...cell });
const PAGE = "0123456789abcdef0123456789abcdef";

for (const { task, says, cells, message, after } of read("answers")) {
  test(`${task}: ${says}`, () => {
    const before = cells.map(whole);
    const kept = structuredClone(before);
    assert.deepEqual(applyAction(before, message, task === "multi-label"), after.map(whole));
    assert.deepEqual(before, kept, "the cells before are not touched");
  });
}

test("the messenger sends what the kernel's vectors call valid", () => {
  const sent = [];
  const say = createMessenger((message) => sent.push(message), "0a1b2c3d4e5f6071");
  const sayAgain = {
    cell: ({ page, action, items, ...more }) => say.cell(page, action, items, more),
    command: ({ page, name, ...more }) => say.command(name, page, more),
    level: ({ page: _, brightness, contrast, ...more }) => say.level(brightness, contrast, more),
    view({ page, viewport, ...size }) {
      if (viewport) say.viewport(page, size, viewport);
      else say.view(size);
    },
  };
  const { valid } = read("messages");
  for (const { kind, seq: _, view: __, ...fields } of valid) {
    const { page, ...shape } = fields;
    if (sayAgain[kind]) sayAgain[kind](fields);
    else say.shape(page, { kind, ...shape });
  }
  assert.deepEqual(sent, valid);
});

const types = readFileSync(new URL("../../jlabel/widgets/frame/types.d.ts", import.meta.url), "utf8");
/** The fields of an interface in types.d.ts, by name whether they must be there; those that it inherits are included. */
function fieldsOf(name) {
  const [, above, body] = types.match(
    new RegExp(`export interface ${name}(?:<[^{]*?>)?(?: extends ([^{]+?))? \\{\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\n\\}`),
  );
  const own = [...body.matchAll(/^ {2}(\w+)(\??):/gm)].map(([, field, optional]) => [field, !optional]);
  const inherited = (above ?? "").split(", ").filter(Boolean);
  return Object.assign({}, ...inherited.map((one) => fieldsOf(one.replace(/<.*/, ""))), Object.fromEntries(own));
}
for (const [name, { type, data }] of Object.entries(read("state")))
  test(`the kernel's ${name} has the fields of ${type}`, () => {
    const fields = fieldsOf(type);
    assert.deepEqual(
      Object.keys(data).filter((field) => !(field in fields)),
      [],
      "none is unknown",
    );
    assert.deepEqual(
      Object.keys(fields).filter((field) => fields[field] && !(field in data)),
      [],
      "none is missing",
    );
  });

const page = (token, items, labels = []) => ({
  token,
  canvas: 0,
  frame: 1,
  own: null,
  cells: items.map((item) => whole({ item, labels })),
});
const cell = (seq, token, items, id) => ({ kind: "cell", seq, page: token, action: "apply", items, class_id: id });
const start = (ready = true) => {
  const optimistic = createOptimisticPages(false, () => ready);
  optimistic.receive({ ack: 0, current: "a", ahead: "b", pages: { a: page("a", [1, 2]), b: page("b", [3]) } });
  return optimistic;
};
const labels = (optimistic, token) => optimistic.state.pages[token].cells.map((one) => one.labels);

test("a key is seen before the kernel has answered, and once afterwards", () => {
  const optimistic = start();
  optimistic.sent(cell(1, "a", [1], 5));
  assert.deepEqual(labels(optimistic, "a"), [[5], []]);
  optimistic.receive({ ack: 1, current: "a", ahead: "b", pages: { a: page("a", [1, 2], [5]), b: page("b", [3]) } });
  assert.deepEqual(labels(optimistic, "a"), [[5], [5]], "the kernel's state counts");
});

test("a late state of the kernel does not undo what was pressed since", () => {
  const optimistic = start();
  optimistic.sent(cell(1, "a", [1], 5));
  optimistic.sent(cell(2, "a", [2], 6));
  optimistic.receive({ ack: 1, current: "a", ahead: "b", pages: { a: page("a", [1, 2]), b: page("b", [3]) } });
  assert.deepEqual(labels(optimistic, "a"), [[], [6]]);
});

test("the page flips at once, and keys pressed meanwhile belong to the new page", () => {
  const optimistic = start();
  assert.equal(optimistic.canFlip(), false, "not while an image has no label");
  optimistic.sent(cell(1, "a", [1, 2], 5));
  assert.equal(optimistic.canFlip(), true);
  optimistic.sent({ kind: "command", seq: 2, page: "a", name: "submit" }, true);
  assert.equal(optimistic.state.current, "b");
  optimistic.sent(cell(3, "b", [3], 7));
  optimistic.receive({ ack: 2, current: "b", ahead: "c", pages: { b: page("b", [3]), c: page("c", [4]) } });
  assert.equal(optimistic.state.current, "b");
  assert.deepEqual(labels(optimistic, "b"), [[7]]);
});

test("a refused submission brings its page back, and the work on the new page is kept", () => {
  const optimistic = start();
  optimistic.sent(cell(1, "a", [1, 2], 5));
  optimistic.sent({ kind: "command", seq: 2, page: "a", name: "submit" }, true);
  optimistic.sent(cell(3, "b", [3], 7));
  optimistic.receive({
    ack: 2,
    current: "a",
    ahead: "b",
    message: { text: "no" },
    pages: { a: page("a", [1, 2], [5]), b: page("b", [3]) },
  });
  assert.equal(optimistic.state.current, "a");
  assert.equal(complete(optimistic.state.pages.a), true);
  assert.deepEqual(labels(optimistic, "b"), [[7]]);
});

test("the page does not flip to a canvas that is not painted, nor past a pending command", () => {
  const unpainted = start(false);
  unpainted.sent(cell(1, "a", [1, 2], 5));
  assert.equal(unpainted.canFlip(), false);
  const undone = start();
  undone.sent(cell(1, "a", [1, 2], 5));
  undone.sent({ kind: "command", seq: 2, page: "a", name: "undo" });
  assert.equal(undone.canFlip(), false);
});

test("auto-submit is shown as on before the kernel has answered", () => {
  const optimistic = start();
  optimistic.sent({ kind: "command", seq: 1, page: "a", name: "auto_submit", value: true });
  assert.equal(optimistic.state.auto_submit, true);
});

test("messages about cells and commands name the suggestions that were on screen", () => {
  const sent = [];
  const say = createMessenger(
    (message) => sent.push(message),
    createViewId(),
    10,
    () => ({ seen_version: 2 }),
  );
  say.cell(PAGE, "accept", [3]);
  say.command("undo", PAGE);
  say.level(1, 1);
  assert.deepEqual(
    sent.map(({ seq, seen_version }) => [seq, seen_version]),
    [
      [11, 2],
      [12, 2],
      [13, undefined],
    ],
  );
});

const prelabeled = (item, labels, version = 0) =>
  whole({
    item,
    labels,
    standing: true,
    prelabel: { run: 4, version, labels, sure: labels.map(() => 0.97), confidence: 0.97 },
  });

test("a gesture on a pre-label makes it the labeler's own", () => {
  const cells = [prelabeled(1, [5]), prelabeled(2, [5]), prelabeled(3, [5])];
  const accepted = applyAction(cells, { action: "accept", items: [1], seen_version: 0 }, false);
  assert.deepEqual(
    accepted.map((one) => [one.labels, one.standing]),
    [
      [[5], false],
      [[5], true],
      [[5], true],
    ],
  );
  const corrected = applyAction(cells, { action: "apply", items: [2], class_id: 6, seen_version: 0 }, false);
  assert.deepEqual(
    corrected.map((one) => [one.labels, one.standing]),
    [
      [[5], true],
      [[6], false],
      [[5], true],
    ],
  );
});

test("a key that was pressed before a pre-label came is not reversed by it", () => {
  const optimistic = createOptimisticPages(true, () => true);
  const stateWith = (ack, cells) => ({ ack, current: "a", ahead: null, pages: { a: { ...page("a", []), cells } } });
  optimistic.receive(stateWith(0, [whole({ item: 1, labels: [] }), whole({ item: 2, labels: [] })]));
  optimistic.sent({ ...cell(1, "a", [1], 5), seen_version: 0 });
  assert.deepEqual(labels(optimistic, "a"), [[5], []]);
  optimistic.receive(stateWith(0, [prelabeled(1, [5], 1), prelabeled(2, [5], 1)]));
  assert.deepEqual(labels(optimistic, "a"), [[5], [5]]);
  assert.deepEqual(
    optimistic.state.pages.a.cells.map((one) => one.standing),
    [false, true],
  );
});
