// The editor in the browser: one picture on the labeling frame, and the shape editor on it.

/**
 * @import { EditorPage, LabelingBody, LabelingFrame, LabelingState, Model, Traits } from "../frame/types"
 * @import { Entry, View } from "./types"
 */

import { answered } from "../frame/answers.js";
import { h, setFlag, setText } from "../frame/dom.js";
import { createLabelingFrame } from "../frame/labeling_frame.js";
import { createPalette } from "../frame/palette.js";
import { createClassPrompt } from "./class_prompt.js";
import { changesShapes } from "./commands.js";
import { createEditor } from "./editor.js";
import { listen } from "./input.js";
import { createLevel } from "./level.js";
import { createObjects } from "./objects.js";
import { createOutlines } from "./outlines.js";
import { between } from "./preview.js";
import { advice, createProposals } from "./proposals.js";
import { createShapeSync } from "./shape_sync.js";
import { boundsOf } from "./shapes/shapes.js";
import { createEditorToolbar, shortcuts } from "./tools.js";
import { toStage } from "./viewport.js";

const PREDICTABLE = ["accept", "lock", "hide", "fill", "paste", "reclass", "remove_all"]; // commands whose result the page knows
/** @type {Entry[]} */
const NONE = [];

/**
 * @param {LabelingFrame<EditorPage>} frame
 * @returns {LabelingBody<EditorPage>}
 */
function createEditorBody(frame) {
  const { setup, classes, canvases, dialogs, focus, notice, page, queue, root, say } = frame;
  const sync = createShapeSync(() => say.command("shapes").seq);
  /** @type {Map<string, View>} */
  const paintedViews = new Map(); // token -> the view that its picture on the canvas was painted under

  let viewKnown = false; // the editor has the view of the page on screen, for the stage as it is
  let paintRequest = 0;
  let stage = { width: 0, height: 0, ratio: 1 };
  let previewDue = false;

  /** @returns {number[]} */
  const usedClasses = () => [...new Set(editor.entries.map((shape) => shape.class_id))];

  const editor = createEditor({
    shape: setup.shape ?? undefined,
    send(message) {
      const current = page();
      if (!current) return undefined;
      notice.clear();
      if (message.kind === "view") return say.viewport(current.token, stage, message.view).seq;
      const sent = say.shape(current.token, message);
      // the classes that the gesture leaves on the image are known only once the editor has applied it
      if (changesShapes(message))
        queueMicrotask(() => {
          frame.sent({ ...sent, labels: usedClasses() });
          frame.update();
        });
      else frame.sent(sent);
      if (message.name === "undo") queue.awaitUndo(sent.seq, current.steps);
      if (message.kind === "command" && !PREDICTABLE.includes(message.name ?? "")) queue.awaitResult(sent.seq);
      return sent.seq;
    },
    requestPaint() {
      if (!paintRequest) paintRequest = requestAnimationFrame(paint);
    },
    onView: () => preview(),
    onClass: () => frame.update(),
    onTool: () => frame.update(),
    onSelect: () => frame.update(),
    onStatus(status) {
      if (status.fault)
        notice.show("This outline crosses itself where it is marked. Move a point, or press F to repair it.", "error");
    },
  });

  /**
   * Returns `work` followed by the focus back on the screen and an update.
   *
   * @template {unknown[]} A
   * @param {(...args: A) => unknown} work
   * @returns {(...args: A) => void}
   */
  const then =
    (work) =>
    (...args) => {
      work(...args);
      focus();
      frame.update();
    };
  /** @param {{class_id?: number, uids?: string[]}} what */
  const hide = (what) => say.command("hide", page()?.token, what);
  // only where the model of a project may find outlines is there such a key
  const outline = (frame.kernel().outline ?? null) === null ? null : createOutlines(frame, editor);
  /** @type {import("./types").EditorActions} */
  const act = {
    ...frame.actions,
    toolbox: editor.toolbox,
    freeform: editor.freeform,
    tool: then((name) => editor.setTool(name)),
    command: then((name, fields) => name && editor.command(name, fields)),
    pick: then((id) => editor.pickClass(id)),
    operation: then((name) => editor.setOperation(name)),
    snap: then((on) => editor.setSnap(on)),
    focus,
    hide: then((what) => hide(what)),
    ...(outline && { outline: then(outline) }),
  };

  const level = createLevel(
    canvases.hosts.slice(0, 2),
    ({ brightness, contrast, ...more }) => say.level(brightness, contrast, more).seq,
  );
  const proposals = createProposals((level) => {
    const message = say.command("proposals", page()?.token, level);
    frame.sent(message);
    queue.awaitResult(message.seq);
    return message.seq;
  }, focus);
  const toolbar = createEditorToolbar(act, level, proposals);
  const palette = createPalette({ apply: act.pick, focus, hide: (id) => act.hide({ class_id: id }) });
  const objects = createObjects({
    select: then((uid, add) => {
      const chosen = editor.selection;
      const toggled = chosen.includes(uid) ? chosen.filter((one) => one !== uid) : [...chosen, uid];
      editor.setSelection(add ? toggled : [uid]);
    }),
    step(uid) {
      editor.setSelection([uid]);
      frame.update();
    },
    accept(uid) {
      editor.setSelection([uid]);
      act.command("accept");
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
  const canvas = Object.assign(h("canvas", { class: "jl-gesture-canvas" }), { frames: 0 }); // painted, for the benchmarks
  const answer = h("div", { class: "jl-answer" }); // that there are no objects, or that the image is skipped
  const prompt = createClassPrompt({
    pick: act.pick,
    search: () => palette.focus(),
    discard: then(() => editor.key({ type: "keydown", key: "Escape" })),
  });
  palette.setClasses(setup.classes);
  if (setup.classes.length === 1) editor.setClass(setup.classes[0].id);

  const stopListening = listen({
    canvas,
    root,
    editor,
    queue,
    keys: {
      Enter: act.submit,
      "[": act.previous,
      "]": act.next,
      "\\": act.resume,
      n: act.empty,
      s: act.skip,
      "/": palette.focus,
      "?": act.shortcuts,
      g: () => toolbar.openLevel(),
      h: () => editor.selection.length && hide({ uids: editor.selection }),
      ...(outline && { b: outline }),
    },
    dialogs,
    focus,
    onInput: frame.update,
    onMove() {
      if (!paintRequest) return;
      cancelAnimationFrame(paintRequest); // the browser sends one move a frame: it is painted in that frame
      paint();
    },
  });

  function paint() {
    paintRequest = 0;
    editor.paint(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), stage.ratio);
    canvas.frames += 1;
    placePrompt();
  }
  /** Keeps the prompt beside the newest shape without a class. */
  function placePrompt() {
    const drawn = editor.unclassed.at(-1);
    if (!drawn) return;
    const [x0, y0, x1, y1] = boundsOf(drawn.shape);
    const [ax, ay] = toStage(editor.view, [x0, y0]);
    const [bx, by] = toStage(editor.view, [x1, y1]);
    prompt.place([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)], stage);
  }
  function preview() {
    const current = page();
    const under = current && paintedViews.get(current.token);
    if (under) canvases.hosts[current.canvas].style.transform = between(under, editor.view);
    toolbar.update(frame.state(), current, editor);
  }
  /** @param {EditorPage} current */
  function showPage(current) {
    const { view } = current;
    // overwritten on disk since: what was known is of a picture of another size
    if (view?.width !== editor.view.width || view?.height !== editor.view.height) viewKnown = false;
    if (!viewKnown) {
      // without one its picture is still being decoded, or the kernel does not know the size of the stage yet
      const known = view?.stage_width === stage.width && view?.stage_height === stage.height ? view : null;
      editor.cancel();
      if (known) editor.setView(known);
      viewKnown = Boolean(known);
    }
    const shapes = sync.list(current.token);
    editor.setPage({
      item: current.cells[0].item,
      width: view?.width ?? 0,
      height: view?.height ?? 0,
      shapes: shapes ?? NONE,
      classes: [...classes.values()],
      locked: !viewKnown || !shapes,
      hidden: current.hidden,
      hiddenShapes: current.hidden_shapes,
      ack: frame.kernel().ack,
      refused: current.refused,
    });
  }

  return {
    className: "jl-editor",
    label: `Editor of ${setup.project}. Press ? for the shortcut keys.`,
    shortcuts: shortcuts(Boolean(outline)),
    above: [toolbar.element],
    stage: [canvas, answer, prompt.element, notice.element],
    side: h("div", { class: "jl-right" }, palette.element, objects.element),
    extras: [level.defs],
    get gap() {
      return editor.unclassed.length ? "A class is missing" : "Nothing is drawn yet";
    },
    hint: () => advice(page()?.proposals),
    targets: () => frame.cells().map((cell) => cell.item),
    ready: (current) => Boolean(current.view),
    loading: (current) =>
      !current.view || !sync.list(current.token) || !(canvases.isPainted(current) || paintedViews.has(current.token)),
    obstacle(current) {
      if (editor.unclassed.length)
        return "What you have drawn needs a class: press its key or click it. Esc discards the drawing.";
      if (editor.busy) return "Finish the shape that you are drawing first, or press Esc.";
      if (answered(current.cells[0])) return "";
      return "Nothing is drawn yet. Draw a shape, press N for No objects, or S to skip.";
    },
    open() {
      viewKnown = false;
      editor.cancel();
    },
    update(state, current) {
      if (current) showPage(current);
      objects.update(current ? editor.entries : NONE, classes, editor.selection);
      palette.update(current && { ...current, cells: objects.cells }, new Set(), {
        chosen: editor.classId,
        hidden: current?.hidden ?? [],
      });
      toolbar.update(state, current, editor);
      proposals.update(current?.proposals ?? null, state.ack);
      if (setup.classes.some((label) => label.id === state.last_class)) editor.setLastClass(state.last_class);
      prompt.update(current ? editor.unclassed.length : 0, setup.classes, editor.lastClass);
      const cell = current?.cells[0];
      const reason = cell?.skipped ?? null;
      const text = cell?.empty ? "No objects" : reason === null ? "" : `Skipped${reason ? `: ${reason}` : ""}`;
      setText(answer, text);
      setFlag(answer, "hidden", !text);
      if (!paintRequest) paintRequest = requestAnimationFrame(paint);
      if (previewDue) preview();
      previewDue = false;
    },
    reclassed: () => palette.setClasses(setup.classes),
    receive: (state) => sync.check(state.pages, state.ack),
    message: (content) => sync.take(content),
    painted(state) {
      for (const one of Object.values(state.pages ?? {})) {
        if (one.view && canvases.isPainted(one)) {
          paintedViews.set(one.token, one.view);
          level.painted(one.canvas, state.levels);
          if (one.token !== frame.state().current) canvases.hosts[one.canvas].style.transform = "";
        }
      }
      for (const known of [...paintedViews.keys()]) if (!state.pages?.[known]) paintedViews.delete(known);
      level.receive(state.levels, state.ack);
      previewDue = true;
    },
    resized(size) {
      stage = size;
      [canvas.width, canvas.height] = [Math.round(size.width * size.ratio), Math.round(size.height * size.ratio)];
      paintedViews.clear();
      viewKnown = false;
    },
    close() {
      level.close();
      cancelAnimationFrame(paintRequest);
      stopListening();
    },
  };
}

/** @param {{model: Model<Traits<LabelingState<EditorPage>>>, el: Element}} view */
const render = ({ model, el }) => createLabelingFrame({ model, el, body: createEditorBody });

export default { render };
