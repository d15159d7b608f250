// A toy body proves the frame: a counter that the kernel keeps, without session, pages or canvases.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { button, h, setText } from "../../jlabel/widgets/frame/dom.js";

import { createFrame } from "../../jlabel/widgets/frame/frame.js";
import { createOptimistic } from "../../jlabel/widgets/frame/optimistic.js";
import { createElement, createModel } from "./dom.mjs";

// What a new screen brings: its elements, what a state looks like, and what is expected of a message.
function createCounter(frame) {
  const number = h("output");
  const add = () => {
    const message = frame.say.send("add", null, { value: 1 });
    frame.sent(message);
    frame.queue.awaitResult(message.seq);
    frame.update();
  };
  const log = { received: [], messages: [], closed: 0, ticks: 0 };
  frame.every(1000, () => log.ticks++);
  frame.root.addEventListener("keydown", (event) => event.key === "+" && frame.queue.run(add));
  return {
    log,
    label: `Counter of ${frame.setup.project}`,
    className: "toy",
    elements: [h("div", {}, number, button("Add", "Add one", "+", add)), frame.notice.element],
    update: (state) => setText(number, String(state.count)),
    receive: (state) => log.received.push(state.count),
    message: (content) => log.messages.push(content),
    close: () => log.closed++,
  };
}
const step = (state, message) => (message.kind === "add" ? { ...state, count: state.count + message.value } : state);

let timers = [];
globalThis.setInterval = (work) => timers.push(work);
globalThis.clearInterval = (id) => {
  timers[id - 1] = null;
};
afterEach(() => {
  timers = [];
});

function open(state = { ack: 0, count: 3, message: null }) {
  const model = createModel({ setup: { project: "p" }, state });
  const el = createElement();
  const screen = { model, el };
  screen.close = createFrame({
    model,
    el,
    optimistic: createOptimistic({ step }),
    body(frame) {
      Object.assign(screen, { frame, body: createCounter(frame) });
      return screen.body;
    },
  });
  screen.root = el.children[0];
  screen.shown = () => el.querySelector("output").textContent;
  return screen;
}

test("a body is shown in the frame's root, under its name, and gets the kernel's states", () => {
  const { model, root, body, shown } = open();
  assert.equal(shown(), "3");
  assert.equal(root.className, "jl-frame toy");
  assert.equal(root.getAttribute("aria-label"), "Counter of p");
  assert.equal(root.getAttribute("data-lm-suppress-shortcuts"), "true");
  model.set("state", { ack: 0, count: 8, message: null });
  assert.equal(shown(), "8");
  assert.deepEqual(body.log.received, [3, 8]);
});

test("a message carries a number that goes on from the kernel's, and its effect is shown until it is answered", () => {
  const { model, el, shown, frame } = open({ ack: 41, count: 3, message: null });
  el.querySelector("button").dispatch("click");
  assert.deepEqual(model.sent, [{ kind: "add", seq: 42, view: frame.view, page: null, value: 1 }]);
  assert.equal(shown(), "4");
  model.set("state", { ack: 41, count: 3, message: null });
  assert.equal(shown(), "4", "not answered yet");
  model.set("state", { ack: 42, count: 4, message: null });
  assert.equal(shown(), "4");
});

test("the answers to another view of the screen are none to this one", () => {
  const { model, root, frame, shown } = open();
  root.dispatch("keydown", { key: "+" });
  root.dispatch("keydown", { key: "+" });
  model.set("state", { ack: 9, view: "another", count: 5, message: null });
  assert.equal(shown(), "6", "its own message is still pending");
  assert.equal(model.sent.length, 1, "and the key after it waits");
  model.set("state", { ack: 1, view: frame.view, count: 6, message: null });
  assert.equal(model.sent.length, 2);
  assert.equal(shown(), "7");
});

test("keys wait for the message before them, and are dropped when it is refused", () => {
  const { model, root } = open();
  root.dispatch("keydown", { key: "+" });
  root.dispatch("keydown", { key: "+" });
  assert.equal(model.sent.length, 1);
  model.set("state", { ack: 1, count: 4, message: null });
  assert.equal(model.sent.length, 2);
  root.dispatch("keydown", { key: "+" });
  model.set("state", { ack: 2, count: 4, message: { kind: "error", text: "no more", id: 1 } });
  assert.equal(model.sent.length, 2);
  root.dispatch("keydown", { key: "+" });
  assert.equal(model.sent.length, 3, "what comes later is heard again");
});

test("the kernel's message is shown until it is dismissed, the screen's own before it", () => {
  const { model, el, frame } = open();
  const line = () => {
    const notice = el.querySelector(".jl-message");
    return notice.hidden ? null : [notice.dataset.kind, notice.dataset.text];
  };
  assert.equal(line(), null);
  model.set("state", { ack: 0, count: 3, message: { kind: "error", text: "no", id: 1 } });
  assert.deepEqual(line(), ["error", "no"]);
  frame.notice.show("own");
  assert.deepEqual(line(), ["info", "own"]);
  frame.notice.clear();
  assert.deepEqual(line(), ["error", "no"]);
  el.querySelector(".jl-x").dispatch("click");
  assert.equal(line(), null);
  assert.equal(document.activeElement, frame.root);
  model.set("state", { ack: 0, count: 4, message: { kind: "error", text: "no", id: 1 } });
  assert.equal(line(), null, "it stays dismissed");
  model.set("state", { ack: 0, count: 4, message: { kind: "info", text: "yes", id: 2 } });
  assert.deepEqual(line(), ["info", "yes"]);
});

test("custom messages and the clock reach the body", () => {
  const { model, body } = open();
  model.receive({ kind: "news" });
  assert.deepEqual(body.log.messages, [{ kind: "news" }]);
  for (const work of timers) work();
  assert.equal(body.log.ticks, 1);
});

test("dialogs open over any body and give the focus back", () => {
  const { el, frame } = open();
  frame.dialogs.shortcuts([["+", "Add one"]]);
  assert.equal(frame.dialogs.isOpen, true);
  assert.equal(el.querySelector("kbd").textContent, "+");
  el.querySelector(".jl-dialog").dispatch("keydown", { key: "Escape" });
  assert.equal(frame.dialogs.isOpen, false);
  assert.equal(document.activeElement, frame.root);
});

test("a closed screen has no timer and no listener left, and what the kernel does later is nothing to it", () => {
  const { model, body, close, shown } = open();
  close();
  assert.deepEqual(timers.filter(Boolean), []);
  assert.equal(model.listening, 0);
  assert.equal(body.log.closed, 1);
  model.set("state", { ack: 0, count: 99, message: null });
  model.receive({ kind: "news" });
  assert.equal(shown(), "3");
  assert.deepEqual(body.log.messages, []);
});
