// The editor in the browser: the labeler's frame around one picture; the hand draws, the kernel keeps.

import { answered } from "../frame/answers.js";
import { createSides } from "../frame/canvases.js";
import { createDialogs } from "../frame/dialogs.js";
import { h, setFlag, setText } from "../frame/dom.js";
import { createNotice } from "../frame/notice.js";
import { createPrediction } from "../frame/optimistic.js";
import { createPalette } from "../frame/palette.js";
import { createMessenger } from "../frame/protocol.js";
import { createFooter, createHeader } from "../frame/toolbar.js";
import { changesShapes } from "./commands.js";
import { createEditor } from "./editor.js";
import { listen } from "./input.js";
import { createLevel } from "./level.js";
import { createObjects } from "./objects.js";
import { createOrder } from "./order.js";
import { between } from "./preview.js";
import { createReceived } from "./shape_sync.js";
import { createEditorToolbar, EDITOR_SHORTCUTS } from "./tools.js";

const ALIVE = 45_000;
const IDLE = 60_000;
const PATIENCE = 5; // seconds that a painting may be overdue before the page asks for it again
const FORESEEN = ["lock", "hide", "fill", "paste", "reclass", "remove_all"]; // commands whose outcome the page knows
const NONE = [];

function render({ model, el }) {
  const setup = model.get("setup");
  const every = [...setup.classes, ...(setup.retired ?? []).map((label) => ({ ...label, retired: true }))]; // shapes may still have those
  const classes = new Map(every.map((label) => [label.id, label]));
  const say = createMessenger((message) => model.send(message), model.get("state").ack ?? 0);
  const sides = createSides(model, () => painted());
  const prediction = createPrediction(setup.task, (page) => page.view && sides.frame(page.side) >= page.frame);
  const received = createReceived(() => say.command("shapes").seq);
  const order = createOrder();
  const shown = new Map(); // token -> the view that its picture on the canvas was painted under

  let token;
  let spent = 0;
  let moved = Date.now();
  let paintAsked = 0;
  let failures = model.get("state").message?.id ?? 0; // number of the kernel's last error
  let stage = { width: 0, height: 0, ratio: 1 };

  const page = () => prediction.state.pages[prediction.state.current] ?? null;
  const cell = () => page()?.cells[0] ?? null;
  const seconds = () => (page() ? { seconds: Math.round(spent * 10) / 10 } : {});
  const classesNow = () => [...new Set(editor.entries.map((shape) => shape.class_id))];

  const editor = createEditor({
    task: setup.task,
    send(message) {
      const current = page();
      if (!current) return undefined;
      notice.tell(null);
      if (message.kind === "view") return say.viewport(current.token, stage, message.view).seq;
      const sent = say.shape(current.token, message);
      // what the gesture leaves on the image is known only once the editor has applied it
      if (changesShapes(message))
        queueMicrotask(() => {
          prediction.sent({ ...sent, labels: classesNow() });
          update();
        });
      else prediction.sent(sent);
      if (message.name === "undo") order.undo(sent.seq, current.steps);
      if (message.kind === "command" && !FORESEEN.includes(message.name)) order.compute(sent.seq);
      return sent.seq;
    },
    requestPaint() {
      if (!paintAsked) paintAsked = requestAnimationFrame(paintHand);
    },
    onView: () => preview(),
    onClass: () => update(),
    onTool: () => update(),
    onSelect: () => update(),
    onStatus(status) {
      if (status.need === "class") notice.tell("Pick a class first: press its key, or click it.");
      else if (status.fault)
        notice.tell("This outline crosses itself where it is marked. Move a point, or press F to repair it.", "error");
    },
  });

  const act = {
    tools: editor.tools,
    tool(name) {
      editor.setTool(name);
      focus();
      update();
    },
    command(name, fields) {
      if (name) editor.command(name, fields);
      focus();
      update();
    },
    pick(id) {
      if (editor.selection.length && !editor.command("reclass", { class_id: id })) {
        /* locked shapes keep their class */
      }
      editor.setClass(id);
      focus();
      update();
    },
    operation(name) {
      editor.setOperation(name);
      focus();
      update();
    },
    snap(on) {
      editor.setSnap(on);
      focus();
      update();
    },
    home: () => focus(),
    empty() {
      if (cell()) prediction.sent(say.cell(page().token, "empty", [cell().item]));
      focus();
      update();
    },
    skip() {
      if (!cell()) return;
      const send = (action, more) => {
        prediction.sent(say.cell(page().token, action, [cell().item], more));
        update();
      };
      if (cell().skipped !== null) return send("clear");
      dialogs.skip(1, (reason) => send("skip", { reason }));
    },
    previous: () => command("previous"),
    next: () => command("next"),
    resume: () => command("resume"),
    hide(what) {
      say.command("hide", page()?.token, what);
      focus();
    },
    submit() {
      const current = page();
      if (!current) return;
      if (editor.busy) return notice.tell("Finish the shape in your hand first, or press Esc.", "error");
      if (!answered(cell()))
        return notice.tell("Nothing is drawn yet. Draw a shape, press N for No objects, or S to skip.", "error");
      const turned = prediction.canTurn();
      if (prediction.waiting && !turned) return order.first(() => page()?.token === current.token && act.submit());
      notice.tell(null);
      const sent = say.command("submit", current.token, seconds());
      prediction.sent(sent, turned);
      if (!turned) order.await(sent.seq);
      focus();
      update();
    },
    instructions: () => dialogs.instructions(setup.instructions),
    shortcuts: () => dialogs.shortcuts(EDITOR_SHORTCUTS),
  };
  const command = (name) => {
    notice.tell(null);
    const sent = say.command(name, page()?.token, seconds());
    prediction.sent(sent);
    order.await(sent.seq);
    update();
  };

  const focus = () => root.focus({ preventScroll: true });
  const notice = createNotice(focus);
  const root = h("div", {
    class: "jl-labeler jl-editor",
    tabindex: "0",
    role: "application",
    "data-lm-suppress-shortcuts": "true",
    "aria-label": `Editor of ${setup.project}. Press ? for the shortcut keys.`,
  });
  const header = createHeader(setup, act, model);
  const level = createLevel(
    sides.hosts.slice(0, 2),
    ({ brightness, contrast, ...more }) => say.level(brightness, contrast, more).seq,
  );
  const toolbar = createEditorToolbar(setup, act, level);
  const footer = createFooter(act);
  const palette = createPalette({ apply: act.pick, focus, hide: (id) => act.hide({ class_id: id }) });
  const objects = createObjects({
    select(uid, add) {
      const chosen = editor.selection;
      editor.setSelection(
        add ? (chosen.includes(uid) ? chosen.filter((one) => one !== uid) : [...chosen, uid]) : [uid],
      );
      focus();
      update();
    },
    remove(uid) {
      editor.setSelection([uid]);
      act.command("remove");
    },
    locked: (uid) => editor.isLocked(uid),
    lock(uid) {
      editor.setSelection([uid]);
      act.command("lock");
    },
    hide: (uid) => act.hide({ uids: [uid] }),
  });
  const dialogs = createDialogs(focus);
  const hand = h("canvas", { class: "jl-hand" });
  const said = h("div", { class: "jl-said" });
  const veil = h("div", { class: "jl-empty" });
  const slot = h("div", { class: "jl-stage" }, ...sides.hosts, hand, said, veil);
  const right = h("div", { class: "jl-right" }, palette.element, objects.element);
  root.append(
    header.element,
    toolbar.element,
    notice.element,
    h("div", { class: "jl-middle" }, slot, right),
    footer.element,
    dialogs.element,
    level.defs,
  );
  el.append(root);
  palette.setClasses(setup.classes);
  if (setup.classes.length === 1) editor.setClass(setup.classes[0].id);

  // Pointer and keys
  const frameKeys = {
    Enter: act.submit,
    "[": act.previous,
    "]": act.next,
    "\\": act.resume,
    n: act.empty,
    s: act.skip,
    "/": () => palette.focus(),
    "?": act.shortcuts,
    g: () => toolbar.openLevel(),
  };
  const stopListening = listen({
    hand,
    root,
    editor,
    order,
    frameKeys,
    dialogs,
    focus,
    onInput: update,
    onMove() {
      if (!paintAsked) return;
      cancelAnimationFrame(paintAsked); // the browser sends one move a frame: what it does is painted in that frame
      paintHand();
    },
  });
  for (const name of ["pointerdown", "keydown", "wheel"])
    root.addEventListener(
      name,
      () => {
        moved = Date.now();
      },
      { capture: true, passive: true },
    );

  function paintHand() {
    paintAsked = 0;
    editor.paint(hand.getContext("2d"), stage.ratio);
    hand.frames = (hand.frames ?? 0) + 1; // for the benchmarks: that something was painted
  }
  function preview() {
    const current = page();
    const under = current && shown.get(current.token);
    if (under) sides.hosts[current.side].style.transform = between(under, editor.view);
    toolbar.update(prediction.state, current, editor);
  }

  function update() {
    const state = prediction.state;
    const current = page();
    if (current?.token !== token) {
      token = current?.token;
      spent = current?.seconds ?? 0;
      editor.cancel();
      if (current?.view) editor.setView(current.view);
      else token = undefined; // its picture is still being decoded: look again with the next word of the kernel
    }
    if (current) {
      sides.show(current.side);
      const { view } = current;
      const shapes = received.list(current.token);
      editor.setPage({
        item: current.cells[0].item,
        width: view?.width ?? 0,
        height: view?.height ?? 0,
        shapes: shapes ?? NONE,
        classes: every,
        locked: !view || !shapes,
        hidden: current.hidden,
        hiddenShapes: current.hidden_shapes,
        ack: model.get("state").ack,
        refused: current.refused,
      });
    }
    const loading = Boolean(
      current &&
        (!current.view ||
          !received.list(current.token) ||
          (sides.frame(current.side) < current.frame && !shown.has(current.token))),
    );
    setFlag(slot, "data-loading", loading);
    const ahead = state.pages[state.ahead];
    setFlag(slot, "data-ahead", Boolean(ahead?.view && sides.frame(ahead.side) >= ahead.frame));
    const one = cell();
    objects.update(current ? editor.entries : NONE, classes, editor.selection);
    palette.update(current && { ...current, cells: objects.cells }, new Set(), {
      chosen: editor.classId,
      hidden: current?.hidden ?? [],
    });
    const open = one && !answered(one) ? 1 : 0;
    header.update(state, current, spent);
    toolbar.update(state, current, editor);
    footer.update(state, current, open, Boolean(current && prediction.waiting && !open), "Nothing is drawn yet");
    const note = one?.empty
      ? "No objects"
      : one && one.skipped !== null
        ? `Skipped${one.skipped ? `: ${one.skipped}` : ""}`
        : "";
    setText(said, note);
    setFlag(said, "hidden", !note);
    setFlag(veil, "hidden", Boolean(current));
    if (!current) setText(veil, state.end ?? "Loading…");
    notice.receive(state.message);
    if (!paintAsked) paintAsked = requestAnimationFrame(paintHand);
  }

  function painted() {
    const state = model.get("state");
    for (const one of Object.values(state.pages ?? {})) {
      if (one.view && sides.frame(one.side) >= one.frame) {
        shown.set(one.token, one.view);
        level.painted(one.side, state.levels);
        if (one.token !== prediction.state.current) sides.hosts[one.side].style.transform = "";
      }
    }
    for (const known of [...shown.keys()]) if (!state.pages?.[known]) shown.delete(known);
    level.receive(state.levels, state.ack);
    update();
    preview();
  }
  function receive() {
    const state = model.get("state");
    prediction.receive(state);
    received.check(state.pages, state.ack);
    const failed = state.message?.kind === "error" ? state.message.id : failures;
    if (failed !== failures) order.clear(); // what was typed after it was meant for something else
    failures = failed;
    painted();
    order.receive(state.ack);
  }

  let measured = "";
  function sendView() {
    const width = Math.floor(slot.clientWidth);
    const height = Math.floor(slot.clientHeight);
    if (width < 50 || height < 50) return;
    const ratio = Math.min(4, window.devicePixelRatio || 1);
    if (measured === `${width} ${height} ${ratio}`) return;
    measured = `${width} ${height} ${ratio}`;
    stage = { width, height, ratio };
    [hand.width, hand.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    shown.clear();
    token = undefined;
    say.view(stage);
  }
  let settle = 0;
  const observer = new ResizeObserver(() => {
    clearTimeout(settle);
    settle = setTimeout(sendView, measured ? 200 : 0);
  });

  const onMessage = (content) => received.take(content);
  model.on("msg:custom", onMessage);
  model.on("change:state", receive);
  received.check(model.get("state").pages); // it has told them before somebody listened
  receive();
  sides.ready.then(() => {
    observer.observe(slot);
    sendView();
  });
  let overdue = 0;
  const ticking = setInterval(() => {
    overdue = Object.values(model.get("state").pages ?? {}).some((one) => sides.isOverdue(one)) ? overdue + 1 : 0;
    if (overdue === PATIENCE)
      sides.revive().then(() => {
        measured = "";
        sendView();
      });
    if (document.visibilityState === "visible" && Date.now() - moved < IDLE && page()) spent += 1;
    header.update(prediction.state, page(), spent);
  }, 1000);
  const living = setInterval(() => say.command("alive", page()?.token, seconds()), ALIVE);

  return () => {
    clearInterval(ticking);
    clearInterval(living);
    clearTimeout(settle);
    level.close();
    cancelAnimationFrame(paintAsked);
    observer.disconnect();
    stopListening();
    model.off("change:state", receive);
    model.off("msg:custom", onMessage);
    header.close();
    sides.close();
  };
}

export default { render };
