// Keys wait for what may bring another page, and keep their order.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createOrder } from "../../jlabel/widgets/editor/order.js";

test("keys are taken at once, unless something that may turn the page is on its way", () => {
  const order = createOrder();
  const done = [];
  order.run(() => done.push("a"));
  order.await(5);
  assert.ok(order.waiting);
  order.run(() => done.push("b"));
  order.receive(4);
  order.run(() => done.push("c"));
  assert.deepEqual(done, ["a"]);
  order.receive(5);
  assert.deepEqual(done, ["a", "b", "c"]);
  assert.equal(order.waiting, false);
});

test("a key that sends for another page holds back those after it", () => {
  const order = createOrder();
  const done = [];
  order.await(1);
  order.run(() => {
    done.push("submit");
    order.await(2);
  });
  order.run(() => done.push("next"));
  order.receive(1);
  assert.deepEqual(done, ["submit"]);
  order.receive(2);
  assert.deepEqual(done, ["submit", "next"]);
});

test("keys wait for what only the kernel can compute, but undos may follow each other", () => {
  const order = createOrder();
  const done = [];
  order.undo(1, 5);
  order.compute(1);
  assert.ok(order.waiting);
  assert.equal(order.turning, false);
  order.run(() => done.push("arrow"));
  assert.ok(order.turning); // what is held comes first
  assert.deepEqual(done, []);
  order.receive(1);
  assert.deepEqual(done, ["arrow"]);
  assert.equal(order.waiting, false);
});

test("what must come first stays first while it cannot be done yet", () => {
  const order = createOrder();
  const done = [];
  let ready = false;
  const submit = () => (ready ? done.push("submit") : order.first(submit));
  submit();
  order.run(() => done.push("key"));
  order.receive(1);
  assert.deepEqual(done, []);
  ready = true;
  order.receive(2);
  assert.deepEqual(done, ["submit", "key"]);
});

test("what was meant for another page can be dropped, and no more than sixty keys wait", () => {
  const order = createOrder();
  let done = 0;
  order.await(1);
  for (let i = 0; i < 100; i++) order.run(() => done++);
  order.receive(1);
  assert.equal(done, 60);
  order.await(2);
  order.run(() => done++);
  order.clear();
  order.receive(2);
  assert.equal(done, 60);
});

test("keys wait for an undo only where it may bring back the page before", () => {
  const order = createOrder();
  order.undo(1, 2);
  order.undo(2, 2);
  assert.equal(order.waiting, false, "both are of this page");
  order.undo(3, 2);
  assert.ok(order.waiting);
  order.receive(3);
  assert.equal(order.waiting, false);
  order.undo(4, 1);
  assert.equal(order.waiting, false);
});
