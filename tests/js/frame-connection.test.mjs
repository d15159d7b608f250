// Whether the kernel hears the screen (widgets/frame/connection.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPending, sentence, signs } from "../../jlabel/widgets/frame/connection.js";

const WELL = { ended: false, connected: true, busy: false };

function pendingAt() {
  const clock = { now: 10_000 };
  return [createPending(() => clock.now), clock];
}
const cell = (seq) => ({ kind: "cell", seq, page: "p" });

test("a message without an answer is reported two seconds after it was sent", () => {
  const [pending, clock] = pendingAt();
  pending.sent(cell(1));
  clock.now += 1999;
  assert.equal(pending.status(WELL).state, "connected");
  clock.now += 1;
  assert.deepEqual(pending.status(WELL), { state: "lost", changes: 1, saved: 0 });
  pending.answered(1);
  assert.deepEqual(pending.status(WELL), { state: "connected", changes: 0, saved: 12_000 });
});

test("many answers on their way are no loss: the wait counts from the last of them", () => {
  const [pending, clock] = pendingAt();
  for (let seq = 1; seq <= 40; seq += 1) pending.sent(cell(seq));
  clock.now += 1900;
  pending.answered(10);
  clock.now += 1900;
  assert.equal(pending.status(WELL).state, "connected");
  clock.now += 100;
  assert.deepEqual(pending.status(WELL), { state: "lost", changes: 30, saved: 11_900 });
});

test("only what changes an answer is counted", () => {
  const [pending, clock] = pendingAt();
  for (const kind of ["view", "level", "select"]) pending.sent({ kind, seq: 1, page: null });
  for (const name of ["alive", "shapes"]) pending.sent({ kind: "command", name, seq: 2, page: "p" });
  pending.sent({ kind: "draw", seq: 3, page: "p" });
  pending.sent({ kind: "command", name: "submit", seq: 4, page: "p" });
  clock.now += 5000;
  assert.equal(pending.status(WELL).changes, 2);
});

test("a kernel that ended stays ended, also when its successor is there", () => {
  const [pending] = pendingAt();
  pending.answered(0);
  assert.equal(pending.status({ ...WELL, ended: true }).state, "ended");
  assert.equal(pending.status(WELL).state, "ended");
});

test("a busy kernel is not called lost, a lost network not busy", () => {
  const [pending, clock] = pendingAt();
  pending.sent(cell(1));
  clock.now += 2000;
  assert.equal(pending.status({ ...WELL, busy: true }).state, "busy");
  assert.equal(pending.status({ ended: false, connected: false, busy: true }).state, "lost");
});

test("the front end's signs", () => {
  const kernel = { connectionStatus: "connected", status: "idle", isDisposed: false };
  assert.deepEqual(signs({ kernel }, { comm_live: true }, true), WELL);
  assert.deepEqual(signs({ kernel: { ...kernel, status: "busy" } }, null, true), { ...WELL, busy: true });
  for (const status of ["dead", "restarting", "autorestarting", "terminating"])
    assert.equal(signs({ kernel: { ...kernel, status } }, null, true).ended, true, status);
  assert.equal(signs({ kernel: { ...kernel, isDisposed: true } }, null, true).ended, true);
  assert.equal(signs({ kernel }, { comm_live: false }, true).ended, true);
  assert.equal(signs({ kernel: null }, null, true).ended, true);
  assert.equal(signs({ kernel: { ...kernel, connectionStatus: "connecting" } }, null, true).connected, false);
});

test("a front end that is still starting, or that tells nothing, has lost nothing", () => {
  assert.deepEqual(signs({ kernel: null }, null, false), WELL);
  assert.deepEqual(signs({}, null, false), WELL);
  assert.deepEqual(signs(undefined, undefined, false), WELL);
});

test("the sentences", () => {
  const saved = new Date(2026, 10, 28, 9, 5, 7).getTime();
  const time = new Date(saved).toLocaleTimeString();
  const text = (state, changes, at = saved) => sentence({ state, changes, saved: at }, "run the cell");
  assert.equal(text("connected", 4), "");
  assert.equal(text("lost", 0), "Not connected");
  assert.equal(text("lost", 1), "Not connected: 1 change waits");
  assert.equal(text("lost", 3), "Not connected: 3 changes wait");
  assert.equal(text("busy", 2), "The kernel is busy: 2 changes wait");
  assert.equal(text("ended", 0), `The kernel ended. Your work is saved up to ${time}: run the cell again.`);
  assert.equal(
    text("ended", 2),
    `The kernel ended. Your work is saved up to ${time}, the last 2 changes are not: run the cell again.`,
  );
});
