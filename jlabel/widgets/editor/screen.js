// The editor in the browser: the labeler's frame around one picture; the hand draws, the kernel keeps.

import { createDialogs } from "../labeler/dialogs.js";
import { h, setFlag, setText } from "../labeler/dom.js";
import { createMessenger } from "../labeler/messages.js";
import { createPalette } from "../labeler/palette.js";
import { createPrediction } from "../labeler/prediction.js";
import { answered } from "../labeler/rules.js";
import { createSides } from "../labeler/sides.js";
import { createFooter, createHeader } from "../labeler/toolbar.js";
import { createEditor } from "./editor.js";
import { createObjects } from "./objects.js";
import { createEditorToolbar, EDITOR_SHORTCUTS } from "./tools.js";
import { toStage } from "./viewport.js";

const ALIVE = 45_000;
const IDLE = 60_000;
const PATIENCE = 5; // seconds that a painting may be overdue before the page asks for it again
const SHAPE_KINDS = ["draw", "change", "remove"];
const QUIET = ["lock", "hide", "fill"];

// The CSS transform that lays a picture painted under one view where another view wants it.
function between(painted, wanted) {
  const matrix = (view) => {
    const [o, x, y] = [[0, 0], [1, 0], [0, 1]].map((point) => toStage(view, point));
    return new DOMMatrix([x[0] - o[0], x[1] - o[1], y[0] - o[0], y[1] - o[1], o[0], o[1]]);
  };
  const m = matrix(wanted).multiply(matrix(painted).inverse());
  const same = Math.abs(m.a - 1) + Math.abs(m.b) + Math.abs(m.c) + Math.abs(m.d - 1) < 1e-7 && Math.abs(m.e) + Math.abs(m.f) < 0.01;
  return same ? "" : `matrix(${[m.a, m.b, m.c, m.d, m.e, m.f].map((v) => v.toFixed(8)).join(",")})`;
}

function render({ model, el }) {
  const setup = model.get("setup");
  const classes = new Map(setup.classes.map((label) => [label.id, label]));
  const say = createMessenger((message) => model.send(message), model.get("state").ack ?? 0);
  const sides = createSides(model, () => painted());
  const prediction = createPrediction(setup.task, (page) => page.view && sides.frame(page.side) >= page.frame);
  const shown = new Map(); // token -> the view that its picture on the canvas was painted under

  let token;
  let spent = 0;
  let moved = Date.now();
  let notice = null;
  let dismissed = -1;
  let levels = [1, 1];
  let paintAsked = 0;
  let hurried = null; // token of the page to submit as soon as the kernel has answered what was done before
  let stage = { width: 0, height: 0, ratio: 1 };

  const page = () => prediction.state.pages[prediction.state.current] ?? null;
  const cell = () => page()?.cells[0] ?? null;
  const tell = (text, kind = "info") => { notice = text ? { text, kind } : null; update(); };
  const labelsNow = () => editor.shapes.map((shape) => shape.class_id);

  const editor = createEditor({
    task: setup.task,
    send(message) {
      const current = page();
      if (!current) return undefined;
      notice = hurried = null;
      if (message.kind === "view") return say.viewport(current.token, stage, message.view).seq;
      const sent = say.shape(current.token, message);
      // what the gesture leaves on the image is known only once the editor has applied it
      if (SHAPE_KINDS.includes(message.kind) || (message.kind === "command" && !["undo", "redo", ...QUIET].includes(message.name))) {
        queueMicrotask(() => { prediction.sent({ ...sent, labels: labelsNow() }); update(); });
      } else prediction.sent(sent);
      return sent.seq;
    },
    requestPaint() { if (!paintAsked) paintAsked = requestAnimationFrame(paintHand); },
    onView: () => preview(),
    onClass: () => update(),
    onTool: () => update(),
    onSelect: () => update(),
    onStatus(status) {
      if (status.need === "class") tell("Pick a class first: press its key, or click it.");
      else if (status.fault) tell("This outline crosses itself where it is marked. Move a point, or press F to repair it.", "error");
    },
  });

  const act = {
    tools: editor.tools,
    tool(name) { editor.setTool(name); focus(); update(); },
    command(name, fields) { if (name) editor.command(name, fields); focus(); update(); },
    pick(id) {
      if (editor.selection.length && !editor.command("reclass", { class_id: id })) { /* locked shapes keep their class */ }
      editor.setClass(id);
      focus();
      update();
    },
    operation(name) { editor.setOperation(name); focus(); update(); },
    snap(on) { editor.setSnap(on); focus(); update(); },
    level(brightness, contrast, final) {
      const [b, c] = model.get("state").levels ?? [1, 1];
      levels = [brightness, contrast];
      sides.filter(`brightness(${brightness / b}) contrast(${contrast / c})`);
      if (final) say.level(brightness, contrast);
    },
    empty() { if (cell()) prediction.sent(say.cell(page().token, "empty", [cell().item])); focus(); update(); },
    skip() {
      if (!cell()) return;
      const send = (action, more) => { prediction.sent(say.cell(page().token, action, [cell().item], more)); update(); };
      if (cell().skipped !== null) return send("clear");
      dialogs.skip(1, (reason) => send("skip", { reason }));
    },
    previous: () => command("previous"),
    next: () => command("next"),
    resume: () => command("resume"),
    hide(id) { say.command("hide", page()?.token, id === undefined ? {} : { class_id: id }); },
    submit() {
      const current = page();
      if (!current) return;
      if (editor.busy) return tell("Finish the shape in your hand first, or press Esc.", "error");
      if (!answered(cell())) return tell("Nothing is drawn yet. Draw a shape, press N for No objects, or S to skip.", "error");
      hurried = prediction.waiting && !prediction.canTurn() ? current.token : null;
      if (hurried) return;
      const turned = prediction.canTurn();
      notice = null;
      prediction.sent(say.command("submit", current.token, { seconds: Math.round(spent * 10) / 10 }), turned);
      focus();
      update();
    },
    instructions: () => dialogs.instructions(setup.instructions),
    shortcuts: () => dialogs.shortcuts(EDITOR_SHORTCUTS),
  };
  const command = (name) => { prediction.sent(say.command(name, page()?.token)); update(); };

  const root = h("div", {
    class: "jl-labeler jl-editor", tabindex: "0", role: "application", "data-lm-suppress-shortcuts": "true",
    "aria-label": `Editor of ${setup.project}. Press ? for the shortcut keys.`,
  });
  const focus = () => root.focus({ preventScroll: true });
  const header = createHeader(setup, act);
  const toolbar = createEditorToolbar(setup, act);
  const footer = createFooter(act);
  const palette = createPalette({ apply: act.pick, focus, hide: act.hide });
  const objects = createObjects({
    select(uid, add) {
      const chosen = editor.selection;
      editor.setSelection(add ? (chosen.includes(uid) ? chosen.filter((one) => one !== uid) : [...chosen, uid]) : [uid]);
      focus();
      update();
    },
    remove(uid) { editor.setSelection([uid]); act.command("remove"); },
    locked: (uid) => editor.isLocked(uid),
    lock(uid) { editor.setSelection([uid]); act.command("lock"); },
  });
  const dialogs = createDialogs(focus);
  const hand = h("canvas", { class: "jl-hand" });
  const said = h("div", { class: "jl-said" });
  const veil = h("div", { class: "jl-empty" });
  const message = h("div", { class: "jl-message", role: "alert", hidden: true });
  const slot = h("div", { class: "jl-stage" }, ...sides.hosts, hand, said, veil);
  const right = h("div", { class: "jl-right" }, palette.element, objects.element);
  root.append(header.element, toolbar.element, message, h("div", { class: "jl-middle" }, slot, right), footer.element, dialogs.element);
  el.append(root);
  palette.setClasses(setup.classes);
  if (setup.classes.length === 1) editor.setClass(setup.classes[0].id);

  // Pointer
  const forward = (type) => (event) => {
    const box = hand.getBoundingClientRect();
    const used = editor.pointer({
      type, x: event.clientX - box.left, y: event.clientY - box.top, button: event.button, buttons: event.buttons, id: event.pointerId ?? 0,
      pointerType: event.pointerType ?? "mouse", ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey,
      deltaX: event.deltaX, deltaY: event.deltaY, deltaMode: event.deltaMode,
    });
    if (type === "down") { hand.setPointerCapture(event.pointerId); focus(); }
    if (used && type === "wheel") event.preventDefault();
    hand.style.cursor = editor.cursor;
    if (type !== "move") update();
    else if (paintAsked) { // the browser sends one move a frame: what it does is painted in that frame
      cancelAnimationFrame(paintAsked);
      paintHand();
    }
  };
  for (const [name, type] of [["pointerdown", "down"], ["pointermove", "move"], ["pointerup", "up"], ["pointercancel", "cancel"], ["pointerleave", "leave"], ["dblclick", "dblclick"]]) {
    hand.addEventListener(name, forward(type));
  }
  hand.addEventListener("wheel", forward("wheel"), { passive: false });
  hand.addEventListener("contextmenu", (event) => event.preventDefault());

  // Keyboard: the shapes first, then the frame.
  const frameKeys = { Enter: act.submit, "[": act.previous, "]": act.next, "\\": act.resume, n: act.empty, s: act.skip, "/": () => palette.focus(), "?": act.shortcuts };
  const onKey = (event) => {
    if (dialogs.isOpen || event.defaultPrevented || event.target.matches("input, select, textarea")) return;
    const onButton = event.target.matches("button, a[href]");
    if (onButton && ["Enter", " ", "Tab"].includes(event.key)) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const used = editor.key({ key: event.key, code: event.code, ctrl, shift: event.shiftKey, alt: event.altKey, repeat: event.repeat, type: event.type });
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = !used && event.type === "keydown" && !ctrl && !event.altKey && !event.repeat ? frameKeys[key] : undefined;
    if (action) action();
    if (used || action) event.preventDefault();
    if (event.key !== "Tab" || used) event.stopPropagation();
    hand.style.cursor = editor.cursor;
    update();
  };
  root.addEventListener("keydown", onKey);
  root.addEventListener("keyup", onKey);
  const onBlur = () => editor.blur();
  window.addEventListener("blur", onBlur);
  for (const name of ["pointerdown", "keydown", "wheel"]) root.addEventListener(name, () => { moved = Date.now(); }, { capture: true, passive: true });

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
      editor.setPage({
        item: current.cells[0].item, width: view?.width ?? 0, height: view?.height ?? 0, shapes: current.cells[0].shapes ?? [],
        classes: setup.classes, locked: !view, ack: model.get("state").ack,
      });
    }
    const loading = Boolean(current && (!current.view || (sides.frame(current.side) < current.frame && !shown.has(current.token))));
    setFlag(slot, "data-loading", loading);
    const one = cell();
    const counted = current ? { ...current, cells: labelsNow().map((id) => ({ item: 0, labels: [id] })) } : null;
    palette.update(counted, new Set(), { chosen: editor.classId, hidden: current?.hidden ?? [] });
    objects.update(editor.shapes, classes, editor.selection);
    const open = one && !answered(one) ? 1 : 0;
    header.update(state, current, spent);
    toolbar.update(state, current, editor);
    footer.update(state, current, open, Boolean(current && prediction.waiting && !open), "Nothing is drawn yet");
    const note = one?.empty ? "No objects" : one && one.skipped !== null ? `Skipped${one.skipped ? `: ${one.skipped}` : ""}` : "";
    setText(said, note);
    setFlag(said, "hidden", !note);
    setFlag(veil, "hidden", Boolean(current));
    if (!current) setText(veil, state.end ?? "Loading…");
    const text = notice ?? (state.message && state.message.id !== dismissed ? state.message : null);
    setFlag(message, "hidden", !text);
    message.dataset.kind = text?.kind ?? "";
    if (text && message.dataset.text !== text.text) {
      message.dataset.text = text.text;
      message.replaceChildren(text.text, h("button", { type: "button", class: "jl-x", title: "Dismiss", "aria-label": "Dismiss",
        onclick: () => { dismissed = state.message?.id ?? -1; tell(null); focus(); } }, "×"));
    }
    if (!text) delete message.dataset.text;
    if (!paintAsked) paintAsked = requestAnimationFrame(paintHand);
  }

  function painted() {
    const state = model.get("state");
    for (const one of Object.values(state.pages ?? {})) {
      if (one.view && sides.frame(one.side) >= one.frame) {
        shown.set(one.token, one.view);
        if (one.token !== prediction.state.current) sides.hosts[one.side].style.transform = "";
      }
    }
    for (const known of [...shown.keys()]) if (!state.pages?.[known]) shown.delete(known);
    if (levels.every((value, index) => value === (state.levels ?? [1, 1])[index])) sides.filter("");
    update();
    preview();
  }
  function receive() {
    prediction.receive(model.get("state"));
    painted();
    if (hurried && hurried !== page()?.token) hurried = null;
    if (hurried && !prediction.waiting) act.submit();
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
  const observer = new ResizeObserver(() => { clearTimeout(settle); settle = setTimeout(sendView, measured ? 200 : 0); });

  model.on("change:state", receive);
  receive();
  sides.ready.then(() => { observer.observe(slot); sendView(); });
  let overdue = 0;
  const ticking = setInterval(() => {
    overdue = Object.values(model.get("state").pages ?? {}).some((one) => sides.isOverdue(one)) ? overdue + 1 : 0;
    if (overdue === PATIENCE) sides.revive().then(() => { measured = ""; sendView(); });
    if (document.visibilityState === "visible" && Date.now() - moved < IDLE && page()) spent += 1;
    header.update(prediction.state, page(), spent);
  }, 1000);
  const living = setInterval(() => say.command("alive"), ALIVE);

  return () => {
    clearInterval(ticking);
    clearInterval(living);
    clearTimeout(settle);
    cancelAnimationFrame(paintAsked);
    observer.disconnect();
    window.removeEventListener("blur", onBlur);
    model.off("change:state", receive);
    sides.close();
  };
}

export default { render };
