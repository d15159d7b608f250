// The frame of a labeler around a toy body: pages on canvases, submission, skip, time, and the way back from an error.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { createLabelingFrame } from "../../jlabel/widgets/frame/labeling_frame.js";
import { createElement, createModel, createPainter } from "./dom.mjs";

let timers = [];
globalThis.setInterval = (work, milliseconds) => timers.push({ work, milliseconds });
globalThis.clearInterval = (id) => {
  timers[id - 1] = null;
};
afterEach(() => {
  timers = [];
});
const pass = (milliseconds) => {
  for (const timer of timers) if (timer?.milliseconds === milliseconds) timer.work();
};

const cell = (item, labels = []) => ({
  item,
  name: `${item}.jpg`,
  labels,
  empty: false,
  skipped: null,
  standing: false,
});
const page = (token, canvas, frame, ...cells) => ({
  token,
  canvas,
  frame,
  queue: "manual",
  own: null,
  seconds: 7,
  cells,
});
const state = (ack, current, ahead, pages, more = {}) => ({
  ack,
  current,
  ahead,
  pages: Object.fromEntries(pages.map((one) => [one.token, one])),
  counts: { remaining: 4, total: 9 },
  has_previous: true,
  suggestion_version: 3,
  end: null,
  message: null,
  ...more,
});

// A body with nothing of its own but one element on the stage; it labels every image of the page.
function createToy(frame) {
  const log = { opened: [], updated: 0, painted: 0, changed: [], closed: 0, reclassed: 0 };
  return {
    log,
    label: "Toy",
    shortcuts: [["x", "Nothing"]],
    above: [],
    stage: [createElement("output"), frame.notice.element],
    side: createElement("aside"),
    reclassed: () => {
      log.reclassed += 1;
    },
    targets: () => frame.cells().map((one) => one.item),
    obstacle: (shown) => (shown.cells.some((one) => !one.labels.length && one.skipped === null) ? "Not yet." : ""),
    open: (shown) => log.opened.push(shown?.token ?? null),
    update: () => log.updated++,
    painted: () => log.painted++,
    changed: (action, before) => log.changed.push([action, before.token]),
    close: () => log.closed++,
  };
}

const QUEUES = {
  manual: { name: "By hand", hint: "In any order" },
  clustered: { name: "Alike", hint: "Together" },
  prelabeled: { name: "Proposed", hint: "Correct them" },
};

async function open(first, { many_classes = false } = {}) {
  const painter = createPainter();
  const model = createModel({
    setup: { project: "p", classes: [], many_classes, instructions: "", queues: QUEUES },
    state: first,
    assist: {},
    manager: "manager",
    canvases: painter.references,
  });
  model.widget_manager = painter.manager;
  const el = createElement();
  const it = { model, el, painter };
  it.close = createLabelingFrame({
    model,
    el,
    body(frame) {
      Object.assign(it, { frame, body: createToy(frame) });
      return it.body;
    },
  });
  await new Promise((done) => setImmediate(done)); // the canvases are attached
  it.stage = el.querySelector(".jl-stage");
  it.submit = el.querySelector(".jl-submit");
  it.reason = () => el.querySelector(".jl-reason").textContent;
  it.label = (id = 1) => it.frame.cell("apply", it.body.targets(), { class_id: id });
  return it;
}
const two = () => [page("a", 0, 5, cell(1), cell(2)), page("b", 1, 8, cell(3))];

test("a page is shown once it is painted, and opened once", async () => {
  const { model, painter, stage, body } = await open(state(0, "a", "b", two()));
  assert.deepEqual(body.log.opened, ["a"]);
  assert.equal(stage.hasAttribute("data-loading"), true);
  painter.paint(0, 5);
  assert.equal(stage.hasAttribute("data-loading"), false);
  assert.equal(stage.hasAttribute("data-ahead"), false);
  painter.paint(1, 8);
  assert.equal(stage.hasAttribute("data-ahead"), true);
  model.set("state", state(0, "a", "b", two()));
  assert.deepEqual(body.log.opened, ["a"]);
});

test("the header shows the name of the queue as the kernel has it, and of an own page its position", async () => {
  const [first] = two();
  const { model, el } = await open(state(0, "a", null, [{ ...first, queue: "clustered" }]));
  const badge = el.querySelector(".jl-badge");
  assert.deepEqual([badge.textContent, badge.title, badge.dataset.queue], ["Alike", "Together", "clustered"]);
  model.set("state", state(1, "a", null, [{ ...first, own: { position: 2, count: 3 } }]));
  assert.deepEqual([badge.textContent, badge.title, badge.dataset.queue], ["Your page 2 of 3", "", ""]);
});

test("the footer names what is missing, and Submit waits for it", async () => {
  const { model, submit, frame, reason, label } = await open(state(0, "a", "b", two()));
  assert.equal(reason(), "2 of 2 images have no label yet");
  assert.equal(submit.disabled, true);
  frame.submit();
  assert.equal(model.sent.length, 0);
  assert.equal(frame.notice.element.dataset.text, "Not yet.");
  label();
  assert.equal(submit.disabled, false);
  assert.equal(frame.notice.element.hidden, true);
  const [sent] = model.sent;
  assert.deepEqual(sent, {
    kind: "cell",
    seq: 1,
    view: frame.view,
    page: "a",
    action: "apply",
    items: [1, 2],
    class_id: 1,
    seen_version: 3,
  });
});

test("a submission flips to the painted page ahead at once", async () => {
  const { model, painter, frame, body, label } = await open(state(0, "a", "b", two()));
  painter.paint(0, 5);
  painter.paint(1, 8);
  label();
  frame.submit();
  assert.deepEqual(body.log.opened, ["a", "b"]);
  const { name, page: token, seconds } = model.sent.at(-1);
  assert.deepEqual([name, token, seconds], ["submit", "a", 7]);
  assert.equal(frame.queue.waiting, false, "keys belong to the page that is on screen");
});

test("where the page ahead is not painted keys wait for the kernel", async () => {
  const { model, painter, frame, body, label } = await open(state(0, "a", "b", two()));
  painter.paint(0, 5);
  label();
  frame.submit();
  assert.deepEqual(body.log.opened, ["a"]);
  const done = [];
  frame.queue.run(() => done.push("key"));
  assert.deepEqual(done, []);
  model.set("state", state(2, "b", null, [two()[1]]));
  assert.deepEqual(body.log.opened, ["a", "b"]);
  assert.deepEqual(done, ["key"]);
});

test("a submission while another is on its way waits for the picture of the page ahead", async () => {
  const pages = [...two(), page("c", 0, 9, cell(4))];
  const { model, painter, frame, label } = await open(state(0, "a", "b", two()));
  painter.paint(0, 5);
  painter.paint(1, 8);
  label();
  frame.submit();
  label(2);
  frame.submit();
  const submitted = () => model.sent.filter((message) => message.name === "submit").map((message) => message.page);
  assert.deepEqual(submitted(), ["a"]);
  model.set("state", state(1, "a", "b", two()));
  assert.deepEqual(submitted(), ["a"], "not answered yet");
  model.set("state", state(2, "b", "c", pages.slice(1)));
  assert.deepEqual(submitted(), ["a", "b"]);
});

test("only commands that may bring another page hold keys back", async () => {
  const { model, frame } = await open(state(0, "a", "b", two()));
  for (const name of ["auto_submit", "redo", "fill"]) {
    frame.command(name);
    assert.equal(frame.queue.waiting, false, name);
  }
  for (const name of ["grid", "next", "previous", "resume", "undo", "zoom", "unzoom"]) {
    frame.command(name);
    assert.equal(frame.queue.waiting, true, name);
    model.set("state", state(model.sent.at(-1).seq, "a", "b", two()));
    assert.equal(frame.queue.waiting, false, name);
  }
});

test("a refused submission brings its page back, and drops the keys that were meant for the next", async () => {
  const { model, painter, frame, body, label } = await open(state(0, "a", "b", two()));
  painter.paint(0, 5);
  label();
  frame.submit();
  const done = [];
  frame.queue.run(() => done.push("key"));
  model.set("state", state(2, "a", "b", two(), { message: { kind: "error", text: "no", id: 1 } }));
  assert.deepEqual(done, []);
  assert.deepEqual(body.log.opened, ["a"]);
  assert.equal(frame.notice.element.dataset.text, "no");
});

test("a skip asks for its reason, and on images that are all skipped it is taken back", async () => {
  const { model, el, frame, body } = await open(state(0, "a", "b", two()));
  frame.actions.skip();
  assert.equal(frame.dialogs.isOpen, true);
  el.querySelector("[data-first]").dispatch("click");
  assert.deepEqual(model.sent.at(-1).reason, "None of the classes fits");
  assert.deepEqual(body.log.changed, [["skip", "a"]]);
  frame.actions.skip();
  assert.equal(frame.dialogs.isOpen, false);
  assert.equal(model.sent.at(-1).action, "clear");
});

test("the time on a page goes on from the kernel's and is sent with commands and signs of life", async () => {
  const { model, el, frame } = await open(state(0, "a", "b", two()));
  const clock = () => el.querySelectorAll(".jl-fact")[0].textContent;
  assert.equal(clock(), "Labeling time 0:00:07");
  pass(1000);
  pass(1000);
  assert.equal(clock(), "Labeling time 0:00:09");
  document.visibilityState = "hidden";
  pass(1000);
  document.visibilityState = "visible";
  assert.equal(clock(), "Labeling time 0:00:09");
  pass(45_000);
  const { name, seconds, page: token } = model.sent.at(-1);
  assert.deepEqual([name, seconds, token], ["alive", 9, "a"]);
  frame.command("previous");
  assert.equal(model.sent.at(-1).seconds, 9);
});

test("the page fits the stage once it is painted for the stage's size", async () => {
  const { model, frame, painter, stage } = await open(state(0, "a", "b", two()));
  const size = (width, height) => Object.assign(stage, { clientWidth: width, clientHeight: height });
  const later = () => two().map((one) => ({ ...one, frame: one.frame + 1 }));
  size(800, 500);
  frame.sendView({});
  assert.equal(frame.fits(), false, "nothing is painted yet");
  model.set("state", state(model.sent.at(-1).seq, "a", "b", two()));
  painter.paint(0, 5);
  assert.equal(frame.fits(), true);
  size(600, 500);
  assert.equal(frame.fits(), false, "the pictures are stretched");
  frame.sendView({});
  assert.equal(model.sent.at(-1).kind, "view");
  assert.equal(frame.fits(), false, "the kernel has not painted for this size");
  model.set("state", state(model.sent.at(-1).seq, "a", "b", later()));
  assert.equal(frame.fits(), false, "the new painting has not arrived");
  painter.paint(0, 6);
  assert.equal(frame.fits(), true);
});

test("after an hour without a gesture the lease is not renewed any more, until the next gesture", async (t) => {
  const { model, el, frame } = await open(state(0, "a", "b", two()));
  const start = Date.now();
  const now = t.mock.method(Date, "now", () => start + 3_599_000);
  pass(45_000);
  assert.equal(model.sent.at(-1).name, "alive");
  const sent = model.sent.length;
  now.mock.mockImplementation(() => start + 3_601_000);
  pass(45_000);
  pass(45_000);
  assert.equal(model.sent.length, sent);
  assert.match(frame.notice.element.dataset.text, /Nobody has labeled here for an hour/);
  el.querySelector(".jl-frame").dispatch("pointerdown");
  assert.equal(model.sent.at(-1).name, "alive");
  assert.equal(frame.notice.element.hidden, true);
  pass(45_000);
  assert.equal(model.sent.length, sent + 2);
});

test("while the kernel does not answer the time on the page stands still", async (t) => {
  const { model, el, label } = await open(state(0, "a", "b", two()));
  const clock = () => el.querySelectorAll(".jl-fact")[0].textContent;
  const start = Date.now();
  label();
  t.mock.method(Date, "now", () => start + 2500);
  pass(500);
  assert.match(el.querySelector(".jl-link").textContent, /^Not connected: \d+ changes? waits?$/);
  const before = clock();
  pass(1000);
  assert.equal(clock(), before);
  model.set("state", state(model.sent.at(-1).seq, "a", "b", two()));
  assert.equal(el.querySelector(".jl-link").hidden, true);
  pass(1000);
  assert.notEqual(clock(), before);
});

test("once the kernel ended a message that is sent is no error", async () => {
  const { model, el, painter, label } = await open(state(0, "a", "b", two()));
  painter.manager.kernel = { status: "dead", connectionStatus: "connected", isDisposed: false };
  model.send = () => {
    throw new Error("Canceled");
  };
  label();
  pass(500);
  assert.match(
    el.querySelector(".jl-ended").textContent,
    /The kernel ended\. Your work is saved.*: run the cell again\./,
  );
  assert.equal(el.querySelector(".jl-link").hidden, true);
});

test("classes that are added while the labeler is open are offered, and named where they are used", async () => {
  const { model, frame, body } = await open(state(0, "a", "b", two()));
  const added = { id: 77, path: "new", name: "new", color: "#000000", key: "9" };
  const gone = { id: 78, path: "old", name: "old", color: "#000000", key: null };
  model.set("setup", { ...model.get("setup"), classes: [added], retired: [gone] });
  assert.deepEqual(frame.setup.classes, [added]);
  assert.deepEqual([...frame.classes.values()], [added, { ...gone, retired: true }]);
  assert.equal(body.log.reclassed, 1);
});

test("without a page the reason stands on the stage", async () => {
  const { el, frame, body } = await open(state(0, null, null, [], { end: "Nothing left." }));
  const end = el.querySelector(".jl-empty");
  assert.deepEqual([end.hidden, end.textContent], [false, "Nothing left."]);
  assert.deepEqual(body.targets(), []);
  frame.actions.skip();
  frame.submit();
  assert.equal(frame.dialogs.isOpen, false);
});

test("a painting that is overdue for five seconds is asked for again, once", async () => {
  const { model, painter } = await open(state(0, "a", "b", two()));
  let revived = 0;
  painter.manager.get_model = async (id) => {
    if (id === "manager") revived++;
    return {};
  };
  for (let second = 0; second < 9; second++) pass(1000);
  assert.equal(revived, 1);
  painter.paint(0, 5);
  painter.paint(1, 8);
  pass(1000);
  model.set("state", state(0, "a", "b", [page("a", 0, 6, cell(1)), two()[1]]));
  for (let second = 0; second < 5; second++) pass(1000);
  assert.equal(revived, 2);
});

test("a closed labeler leaves no timer, no listener and no canvas behind", async () => {
  const { model, painter, body, close } = await open(state(0, "a", "b", two()));
  close();
  assert.deepEqual(timers.filter(Boolean), []);
  assert.equal(model.listening, 0);
  assert.deepEqual(
    painter.layers.map((layer) => layer.listeners.length),
    [0, 0, 0],
  );
  assert.equal(body.log.closed, 1);
});
