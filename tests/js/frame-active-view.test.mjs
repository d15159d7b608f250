// Several views of a labeler: what the one that is not active shows, sends and forgets.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { createLabelingFrame } from "../../jlabel/widgets/frame/labeling_frame.js";
import { createElement, createModel, createPainter, tellSizes, tellWindow } from "./dom.mjs";

let timers = [];
globalThis.setInterval = (work, milliseconds) => timers.push({ work, milliseconds });
globalThis.clearInterval = (id) => {
  timers[id - 1] = null;
};
globalThis.setTimeout = (work, milliseconds) => timers.push({ work, milliseconds, once: true });
globalThis.clearTimeout = (id) => {
  if (id) timers[id - 1] = null;
};
afterEach(() => {
  timers = [];
});
const pass = (milliseconds) => {
  for (const [at, timer] of timers.entries())
    if (timer?.milliseconds === milliseconds) {
      if (timer.once) timers[at] = null;
      timer.work();
    }
};

const page = (token, item) => ({
  token,
  canvas: 0,
  frame: 1,
  queue: "manual",
  own: null,
  seconds: 7,
  cells: [{ item, name: `${item}.jpg`, labels: [], empty: false, skipped: null, standing: false }],
});
const state = (ack, view, more = {}) => ({
  ack,
  view,
  asking: null,
  current: "a",
  ahead: null,
  pages: { a: page("a", 1) },
  counts: { remaining: 4, total: 9 },
  has_previous: true,
  suggestion_version: 0,
  end: null,
  message: null,
  zoom: null,
  ...more,
});

async function open(first) {
  const painter = createPainter();
  const model = createModel({
    setup: {
      project: "p",
      classes: [],
      many_classes: false,
      instructions: "",
      queues: { manual: { name: "Manual", hint: "" } },
    },
    state: first,
    assist: {},
    manager: "manager",
    canvases: painter.references,
  });
  model.widget_manager = painter.manager;
  const el = createElement();
  const it = { model, el, painter, log: { opened: [], states: [] } };
  it.close = createLabelingFrame({
    model,
    el,
    body(frame) {
      it.frame = frame;
      return {
        label: "Toy",
        shortcuts: [["x", "Nothing"]],
        above: [],
        stage: [createElement("output"), frame.notice.element],
        side: createElement("aside"),
        targets: () => frame.cells().map((one) => one.item),
        obstacle: () => "",
        open: (shown) => it.log.opened.push(shown?.token ?? null),
        update: () => {},
        receive: (received) => it.log.states.push(received),
      };
    },
  });
  it.id = it.frame.view;
  it.stage = el.querySelector(".jl-stage");
  [it.stage.clientWidth, it.stage.clientHeight] = [800, 600];
  await new Promise((done) => setImmediate(done)); // the canvases are attached, the size is sent
  it.sign = el.querySelector(".jl-elsewhere");
  it.sent = () => model.sent.map((message) => message.name ?? message.kind);
  it.label = () => it.frame.cell("apply", [1], { class_id: 1 });
  it.labels = () => it.frame.cells().map((one) => one.labels);
  return it;
}
const OTHER = "f".repeat(16);

test("a single view is never concealed, and sends nothing more than its size", async () => {
  const { model, id, sign, sent, log, label, labels } = await open(state(0, null));
  assert.equal(sign.hidden, true);
  assert.deepEqual(sent(), ["view"]);
  assert.deepEqual([model.sent[0].view, model.sent[0].width, model.sent[0].height], [id, 800, 600]);
  label();
  assert.deepEqual(labels(), [[1]], "also before the kernel has answered");
  model.set("state", state(2, id));
  assert.deepEqual(labels(), [[]], "what the kernel says counts");
  assert.deepEqual([sign.hidden, log.opened, sent()], [true, ["a"], ["view", "cell"]]);
});

test("a view that opens beside an active one shows a sentence, and takes over by its button", async () => {
  const { model, el, id, sign, log, frame } = await open(state(5, OTHER));
  assert.equal(sign.hidden, true, "it may be a reload: the kernel has not answered yet");
  assert.deepEqual(log.opened, [], "but nothing of the other's painting is shown");
  model.set("state", state(5, OTHER, { asking: id }));
  assert.equal(sign.hidden, false);
  assert.match(sign.textContent, /^This labeler is open in another view\./);
  assert.equal(el.querySelector(".jl-footer").hasAttribute("inert"), true);
  el.querySelector(".jl-use").dispatch("click");
  assert.deepEqual(
    model.sent.map(({ kind, name, take }) => [name ?? kind, take]),
    [
      ["view", undefined],
      ["view", true],
      ["alive", undefined],
    ],
  );
  assert.equal(document.activeElement, frame.root);
  model.set("state", state(model.sent.at(-1).seq, id));
  assert.deepEqual([sign.hidden, log.opened], [true, ["a"]]);
  assert.equal(el.querySelector(".jl-footer").hasAttribute("inert"), false);
});

test("a view that another one replaces forgets what was pending, and gets no page", async () => {
  const { model, id, sign, log, frame, label, labels } = await open(state(0, null));
  model.set("state", state(1, id));
  label();
  frame.command("previous");
  const done = [];
  frame.queue.run(() => done.push("key"));
  frame.actions.skip();
  model.set("state", state(1, OTHER, { zoom: { item: 1 }, message: { kind: "error", text: "no", id: 1 } }));
  assert.equal(sign.hidden, false);
  assert.deepEqual([labels(), done, frame.dialogs.isOpen], [[], [], false]);
  assert.equal(frame.notice.element.hidden, true);
  const seen = log.states.at(-1);
  assert.deepEqual([seen.zoom, seen.pages, seen.current], [null, {}, null]);
  label();
  assert.equal(model.sent.at(-1).name, "previous", "no gesture is sent");
  pass(45_000);
  assert.equal(model.sent.at(-1).name, "previous", "nor a sign of life");
  model.set("state", state(9, id));
  assert.deepEqual(labels(), [[]]);
  assert.deepEqual(log.opened, ["a", null, "a"]);
});

test("the active view answers one that asks, once", async () => {
  const { model, id, sent } = await open(state(0, null));
  model.set("state", state(1, id, { asking: OTHER }));
  model.set("state", state(1, id, { asking: OTHER }));
  assert.deepEqual(sent(), ["view", "present"]);
  model.set("state", state(2, id));
  model.set("state", state(2, id, { asking: OTHER }));
  assert.deepEqual(sent(), ["view", "present", "present"]);
});

test("a view that asked takes over where the active one gives no answer", async () => {
  const { model, id, sent, sign } = await open(state(5, OTHER));
  model.set("state", state(5, OTHER, { asking: id }));
  pass(10_000);
  assert.deepEqual(sent(), ["view", "view"]);
  assert.equal(model.sent.at(-1).take, undefined, "the kernel decides: an answer may be on its way");
  model.set("state", state(7, id));
  assert.equal(sign.hidden, true);
});

test("a view that asked stays quiet where the active one answers", async () => {
  const { model, id, sent, sign } = await open(state(5, OTHER));
  model.set("state", state(5, OTHER, { asking: id }));
  model.set("state", state(6, OTHER));
  pass(10_000);
  assert.deepEqual(sent(), ["view"]);
  assert.equal(sign.hidden, false);
});

test("a view whose stage changes before the kernel answers asks no second time", async () => {
  const { model, id, stage, sent } = await open(state(5, OTHER));
  stage.clientHeight = 500;
  tellSizes();
  pass(200);
  assert.deepEqual(sent(), ["view"], "a second size would take over from a view that had no time to answer");
  model.set("state", state(5, null));
  assert.deepEqual([sent(), model.sent.at(-1).height], [["view", "view"], 500]);
  model.set("state", state(7, id));
  stage.clientHeight = 400;
  tellSizes();
  pass(200);
  assert.equal(model.sent.at(-1).height, 400, "the active view sends every size");
});

test("when the active view is gone the one beside it becomes active by itself, once", async () => {
  const { model, id, sent, sign, log } = await open(state(5, OTHER));
  model.set("state", state(5, OTHER, { asking: id }));
  model.set("state", state(0, null));
  model.set("state", state(0, null));
  assert.deepEqual(sent(), ["view", "view"]);
  assert.deepEqual([sign.hidden, log.opened], [true, []], "no sentence, and no page either");
  model.set("state", state(7, id));
  assert.deepEqual(log.opened, ["a"]);
});

test("a view that closes, or whose window goes, says so", async () => {
  const { model, id, sent, close } = await open(state(0, null));
  model.set("state", state(1, id));
  tellWindow("pagehide");
  assert.deepEqual(sent(), ["view", "leave"]);
  close();
  assert.deepEqual(sent(), ["view", "leave", "leave"]);
  tellWindow("pagehide");
  assert.deepEqual(sent(), ["view", "leave", "leave"]);
  assert.deepEqual(timers.filter(Boolean), []);
  assert.equal(model.listening, 0);
});

test("a labeler that has ended says that, in every view", async () => {
  const { model, id, sent, sign, el } = await open(state(0, null));
  model.set("state", state(1, id));
  model.set("state", state(1, "", { current: null, pages: {}, end: "Opened again." }));
  assert.equal(el.querySelector(".jl-empty").textContent, "Opened again.");
  assert.deepEqual([sign.hidden, sent()], [true, ["view"]]);
});
