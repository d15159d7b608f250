// The labeler in the browser: owns pointer and keyboard, shows what is in the hand, tells the kernel each finished gesture.

import { answered, complete } from "../frame/answers.js";
import { createSides } from "../frame/canvases.js";
import { createDialogs, SHORTCUTS } from "../frame/dialogs.js";
import { h, setFlag, setText } from "../frame/dom.js";
import { createHeld } from "../frame/key_queue.js";
import { createPrediction } from "../frame/optimistic.js";
import { createPalette } from "../frame/palette.js";
import { createMessenger } from "../frame/protocol.js";
import { createMeasure } from "../frame/stage_size.js";
import { createFooter, createHeader, createToolbar } from "../frame/toolbar.js";
import { createTurning } from "./auto_advance.js";
import { createCells } from "./cells.js";
import { createKeys } from "./keys.js";
import { grouped, welcome } from "./prelabel.js";
import { createSelection } from "./selection.js";
import { createZoom } from "./zoom.js";

const ALIVE = 45_000;
const IDLE = 60_000;
const ONLY_HELD = ["Shift", "Control", "Alt", "Meta"];
const PATIENCE = 5; // seconds that a painting may be overdue before the page asks for it again

function render({ model, el }) {
  const setup = model.get("setup");
  const classes = new Map([...setup.classes, ...(setup.retired ?? [])].map((label) => [label.id, label]));
  const say = createMessenger(
    (message) => model.send(message),
    model.get("state").ack ?? 0,
    () => ({ seen: model.get("state").arrivals ?? 0 }),
  );
  const sides = createSides(model, () => painted());
  const prediction = createPrediction(setup.task, (page) => sides.frame(page.side) >= page.frame);

  let token;
  let spent = 0;
  let moved = Date.now();
  let notice = null;
  let dismissed = -1;
  let levels = [1, 1];
  let failures = 0;
  let told = ""; // what a screen reader last heard of images that wait together

  const page = () => prediction.state.pages[prediction.state.current] ?? null;
  const cells = () => page()?.cells ?? [];
  const targets = () => (zoom.item !== null ? [zoom.item] : selection.targets());
  const selection = createSelection(setup.task, cells);
  const together = () => grouped(selection.waiting, cells().length);
  const tell = (text, kind = "info") => {
    notice = text ? { text, kind } : null;
    update();
  };

  const cell = (action, items, more) => {
    const before = page();
    if (!before || !items.length) return;
    notice = null;
    prediction.sent(say.cell(before.token, action, items, more));
    if (["skip", "empty"].includes(action)) selection.said();
    turning.after(before);
    update();
  };
  const seconds = () => (page() ? { seconds: Math.round(spent * 10) / 10 } : {});
  const command = (name, more) => {
    notice = null;
    prediction.sent(say.command(name, page()?.token, { ...seconds(), ...more }));
    update();
  };
  const held = createHeld(() => prediction.unsettled);

  const act = {
    click(index, event) {
      focus();
      if (!cells()[index]) return;
      if (!event.shiftKey && (event.ctrlKey || event.metaKey)) return act.toggle(index);
      selection.click(index, event.shiftKey);
      update();
    },
    toggle(index) {
      if (!cells()[index]) return;
      selection.toggle(index);
      focus();
      update();
    },
    toggleCursor: () => act.toggle(selection.cursor),
    move(dx, dy) {
      selection.move(dx + dy * prediction.state.columns);
      update();
    },
    selectAll() {
      selection.all();
      focus();
      update();
    },
    deselect() {
      selection.none();
      notice = null;
      update();
    },
    apply(id) {
      const items = targets();
      if (!items.length) return tell("There is no image to label.");
      const single = !selection.items.size && zoom.item === null;
      cell("apply", items, { class_id: id });
      selection.applied(single);
      update();
    },
    applyKey(key) {
      const label = setup.classes.find((one) => one.key === key);
      if (label) act.apply(label.id);
      else tell(`No class has the key ${key}. Press / and type its name.`);
    },
    clear(index, id) {
      focus();
      cell("clear", [cells()[index].item], id === undefined ? {} : { class_id: id });
    },
    clearSelected: () => cell("clear", targets()),
    accept() {
      const standing = cells()
        .filter((one) => one.standing)
        .map((one) => one.item);
      const chosen = selection.byHand || zoom.item !== null ? targets() : standing;
      focus();
      cell(
        "accept",
        standing.filter((item) => chosen.includes(item)),
      );
    },
    empty() {
      focus();
      if (setup.task === "multi-class") return tell("A multi-class image takes a class. Skip it if none fits.");
      cell("empty", targets());
    },
    skip() {
      const items = targets();
      if (!items.length) return;
      if (
        cells()
          .filter((one) => items.includes(one.item))
          .every((one) => one.skipped !== null)
      )
        return cell("clear", items);
      dialogs.skip(items.length, (reason) => cell("skip", items, { reason }));
    },
    undo: () => command("undo"),
    redo: () => command("redo"),
    previous: () => command("previous"),
    next: () => command("next"),
    resume: () => command("resume"),
    grid(size) {
      focus();
      command("grid", { value: size });
    },
    zoom(index) {
      if (zoom.item !== null) return act.unzoom();
      const item =
        cells()[typeof index === "number" ? index : cells().findIndex((one) => targets().includes(one.item))]?.item;
      focus();
      if (item !== undefined) command("zoom", { value: item });
    },
    unzoom() {
      command("unzoom");
      focus();
    },
    zoomKey: (event) => zoom.item !== null && zoom.key(event),
    level(brightness, contrast, final) {
      const [b, c] = model.get("state").levels ?? [1, 1];
      levels = [brightness, contrast];
      sides.filter(`brightness(${brightness / b}) contrast(${contrast / c})`);
      if (final) say.level(brightness, contrast);
    },
    turn() {
      focus();
      if (setup.task === "multi-class") command("turn", { value: !prediction.state.turn });
    },
    submit() {
      if (!turning.tooSoon) send();
    },
    search: () => palette.focus(),
    instructions: () => dialogs.instructions(setup.instructions),
    shortcuts: () =>
      dialogs.shortcuts(setup.task === "multi-class" ? SHORTCUTS : SHORTCUTS.filter(([key]) => key !== "T")),
    escape() {
      dismissed = model.get("state").message?.id ?? dismissed;
      if (zoom.item !== null) act.unzoom();
      else act.deselect();
    },
    get zoomed() {
      return zoom.item !== null;
    },
    inOrder: held.run,
  };

  const send = () => {
    const current = page();
    if (!current) return;
    const open = current.cells.filter((one) => !answered(one)).length;
    if (open)
      return tell(
        `${open} of ${current.cells.length} images have no label yet. Label them, or skip them with S.`,
        "error",
      );
    const turned = prediction.canTurn();
    if (prediction.waiting && !turned) {
      held.first(() => send());
      return;
    }
    notice = null;
    prediction.sent(say.command("submit", current.token, seconds()), turned);
    focus();
    update();
  };

  const turning = createTurning({
    page,
    turn: send,
    wanted: () => setup.task === "multi-class" && prediction.state.turn,
    busy: () => dialogs.isOpen || zoom.item !== null || prediction.unsettled,
  });
  const root = h("div", {
    class: "jl-labeler",
    tabindex: "0",
    role: "application",
    "data-lm-suppress-shortcuts": "true",
    "aria-label": `Labeler of ${setup.project}. Press ? for the shortcut keys.`,
  });
  const focus = () => root.focus({ preventScroll: true });
  const header = createHeader(setup, act, model);
  const toolbar = createToolbar(setup, act);
  const footer = createFooter(act);
  const grid = createCells(act);
  const palette = createPalette({ apply: (id) => held.run(() => act.apply(id)), focus });
  const dialogs = createDialogs(focus);
  const veil = h("div", { class: "jl-empty" });
  const zoom = createZoom(sides.hosts[2], {
    view: (view) => measure.tell({ zoom: view }),
    close: () => act.unzoom(),
  });
  const message = h("div", { class: "jl-message", role: "alert", hidden: true });
  const spoken = h("div", { class: "jl-spoken", "aria-live": "polite" });
  const slot = h("div", { class: "jl-stage" }, ...sides.hosts, grid.element, zoom.element, veil, message);
  const measure = createMeasure(slot, say.view);
  root.append(
    header.element,
    toolbar.element,
    h("div", { class: "jl-middle" }, slot, palette.element),
    footer.element,
    dialogs.element,
    spoken,
  );
  root.addEventListener("keydown", createKeys(act, dialogs));
  root.addEventListener("pointerdown", turning.touched, { capture: true, passive: true });
  root.addEventListener(
    "keydown",
    (event) => {
      if (!event.repeat && !ONLY_HELD.includes(event.key)) turning.touched();
    },
    { capture: true, passive: true },
  );
  for (const name of ["pointerdown", "keydown", "wheel"])
    root.addEventListener(
      name,
      () => {
        moved = Date.now();
      },
      { capture: true, passive: true },
    );
  el.append(root);
  palette.setClasses(setup.classes);

  function update() {
    const state = prediction.state;
    const shown = page();
    if (shown?.token !== token) {
      token = shown?.token;
      selection.open(shown);
      turning.opened(shown);
      spent = shown?.seconds ?? 0;
      told = together();
      if (shown) setText(spoken, welcome(shown, told));
    }
    selection.follow();
    if (shown) sides.show(shown.side);
    setFlag(slot, "data-zoomed", zoom.item !== null);
    grid.update(
      shown,
      classes,
      selection.items,
      selection.items.size && document.activeElement !== root ? -1 : selection.cursor,
    );
    setFlag(slot, "data-loading", Boolean(shown && sides.frame(shown.side) < shown.frame));
    const ahead = state.pages[state.ahead];
    setFlag(slot, "data-ahead", Boolean(ahead && sides.frame(ahead.side) >= ahead.frame));
    palette.update(shown, new Set(targets()));
    const open = (shown?.cells ?? []).filter((one) => !answered(one)).length;
    const now = together();
    if (now && now !== told) setText(spoken, now);
    told = now;
    header.update(state, shown, spent, now);
    toolbar.update(state, shown);
    footer.update(state, shown, open, Boolean(shown && prediction.waiting && complete(shown)));
    const end = shown ? null : state.end;
    setFlag(veil, "hidden", Boolean(shown));
    if (!shown) setText(veil, end ?? "Loading…");
    const said = notice ?? (state.message && state.message.id !== dismissed ? state.message : null);
    setFlag(message, "hidden", !said);
    message.dataset.kind = said?.kind ?? "";
    if (said && message.dataset.text !== said.text) {
      message.dataset.text = said.text;
      message.replaceChildren(
        said.text,
        h(
          "button",
          {
            type: "button",
            class: "jl-x",
            title: "Dismiss",
            "aria-label": "Dismiss",
            onclick: () => {
              dismissed = state.message?.id ?? -1;
              tell(null);
              focus();
            },
          },
          "×",
        ),
      );
    }
    if (!said) delete message.dataset.text;
  }

  function painted() {
    const state = model.get("state");
    zoom.painted(sides.frame(2));
    if (levels.every((value, index) => value === (state.levels ?? [1, 1])[index])) sides.filter("");
    update();
    held.goOn();
  }

  function receive() {
    const state = model.get("state");
    prediction.receive(state);
    zoom.receive(state.zoom);
    const failed = state.message?.kind === "error" ? state.message.id : failures;
    if (failed !== failures) held.clear(); // a page came back: what was typed after it was meant for another
    failures = failed;
    painted();
  }

  model.on("change:state", receive);
  receive();
  sides.ready.then(measure.start);
  let overdue = 0;
  const ticking = setInterval(() => {
    overdue = Object.values(model.get("state").pages ?? {}).some((one) => sides.isOverdue(one)) ? overdue + 1 : 0;
    if (overdue === PATIENCE) sides.revive().then(measure.again);
    if (document.visibilityState === "visible" && Date.now() - moved < IDLE && page()) spent += 1;
    header.update(prediction.state, page(), spent, together());
  }, 1000);
  const living = setInterval(() => say.command("alive", page()?.token, seconds()), ALIVE);
  const focusing = () => update();
  root.addEventListener("focus", focusing);

  return () => {
    clearInterval(ticking);
    clearInterval(living);
    turning.close();
    measure.close();
    model.off("change:state", receive);
    header.close();
    sides.close();
  };
}

export default { render };
