// Keys wait for what may bring another page, and keep their queue.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createKeyQueue } from "../../jlabel/widgets/frame/key_queue.js";

test("keys are handled at once, unless a message that may bring another page is pending", () => {
  const queue = createKeyQueue();
  const done = [];
  queue.run(() => done.push("a"));
  queue.awaitPage(5);
  assert.ok(queue.waiting);
  queue.run(() => done.push("b"));
  queue.receive(4);
  queue.run(() => done.push("c"));
  assert.deepEqual(done, ["a"]);
  queue.receive(5);
  assert.deepEqual(done, ["a", "b", "c"]);
  assert.equal(queue.waiting, false);
});

test("a key that asks for another page holds back those after it", () => {
  const queue = createKeyQueue();
  const done = [];
  queue.awaitPage(1);
  queue.run(() => {
    done.push("submit");
    queue.awaitPage(2);
  });
  queue.run(() => done.push("next"));
  queue.receive(1);
  assert.deepEqual(done, ["submit"]);
  queue.receive(2);
  assert.deepEqual(done, ["submit", "next"]);
});

test("keys wait for what only the kernel can compute, but undos may follow each other", () => {
  const queue = createKeyQueue();
  const done = [];
  queue.awaitUndo(1, 5);
  queue.awaitResult(1);
  assert.ok(queue.waiting);
  assert.equal(queue.waitingForPage, false);
  queue.run(() => done.push("arrow"));
  assert.ok(queue.waitingForPage); // what is queued comes first
  assert.deepEqual(done, []);
  queue.receive(1);
  assert.deepEqual(done, ["arrow"]);
  assert.equal(queue.waiting, false);
});

test("what must come first stays first while it cannot be done yet", () => {
  const queue = createKeyQueue();
  const done = [];
  let ready = false;
  const submit = () => (ready ? done.push("submit") : queue.first(submit));
  submit();
  queue.run(() => done.push("key"));
  queue.receive(1);
  assert.deepEqual(done, []);
  ready = true;
  queue.receive(2);
  assert.deepEqual(done, ["submit", "key"]);
});

test("what was meant for another page can be dropped, and no more than sixty keys wait", () => {
  const queue = createKeyQueue();
  let done = 0;
  queue.awaitPage(1);
  for (let i = 0; i < 100; i++) queue.run(() => done++);
  queue.receive(1);
  assert.equal(done, 60);
  queue.awaitPage(2);
  queue.run(() => done++);
  queue.clear();
  queue.receive(2);
  assert.equal(done, 60);
});

test("keys wait for an undo only where it may bring back the page before", () => {
  const queue = createKeyQueue();
  queue.awaitUndo(1, 2);
  queue.awaitUndo(2, 2);
  assert.equal(queue.waiting, false, "both are of this page");
  queue.awaitUndo(3, 2);
  assert.ok(queue.waiting);
  queue.receive(3);
  assert.equal(queue.waiting, false);
  queue.awaitUndo(4, 1);
  assert.equal(queue.waiting, false);
});
