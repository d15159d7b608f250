// The frame of a labeler: pages of items on canvases, with header and footer, skip, submission and the time on a page.

import { createActiveView } from "./active_view.js";
import { answered, complete } from "./answers.js";
import { createCanvases } from "./canvases.js";
import { h, setFlag, setText } from "./dom.js";
import { createFooter } from "./footer.js";
import { createFrame } from "./frame.js";
import { createFrameHeight } from "./frame_height.js";
import { createHeader } from "./header.js";
import { createOptimisticPages } from "./optimistic_pages.js";
import { createPageClock } from "./page_clock.js";
import { createStageSize } from "./stage_size.js";

const RELEASE = 1500; // milliseconds after a painting until the kernel may drop its pictures
const OVERDUE = 5; // seconds that a painting may be overdue before the page asks for it again
const NO_CANVAS =
  "The pictures cannot be drawn: the ipycanvas of this page and that of the kernel do not fit together, or it is missing.\n" +
  "Install the kernel's version of ipycanvas also in the environment that runs JupyterLab, then reload the page.";
const PAGE_COMMANDS = ["grid", "large", "next", "previous", "resume", "undo", "zoom", "unzoom"]; // keys after them may mean another page

/**
 * Shows a labeler in `el` and returns the function that closes it.
 *
 * `body(frame)` returns what is its own:
 *   label, className, shortcuts    its name, its CSS classes, and its sheet of keys
 *   above, stage, side, extras     elements between header and stage, on the stage, right of it, and anywhere
 *   targets()                      the items that a skip or "No objects" is meant for
 *   obstacle(page)                 why the page cannot be submitted; "" where it can
 *   open(page), update(state, page)
 * and where wanted:
 *   gap                            what the footer says of a page whose only image has no answer
 *   hint()                         what the header says of the next key or click, with its tooltip
 *   ready(page), loading(page)     whether a page may be shown, beside that its picture is painted; whether it is incomplete
 *   submit()                       instead of the frame's, when Submit is pressed
 *   changed(action, before)        cells were changed; the page as it was
 *   reclassed()                    the label classes have changed
 *   receive(state), painted(state), message(content), resized(size), close()
 *
 * @template {import("./types").Page} P
 * @param {{
 *   model: import("./types").Model<import("./types").Traits<import("./types").LabelingState<P>>>,
 *   el: Element,
 *   body: (frame: import("./types").LabelingFrame<P>) => import("./types").LabelingBody<P>,
 * }} options
 */
export function createLabelingFrame({ model, el, body: createBody }) {
  const setup = model.get("setup");
  let seen = model.get("state"); // the kernel's state, as this view may show it
  const kernel = () => seen;
  const canvases = createCanvases(model, onPainted);
  /** @param {P} page */
  const ready = (page) => (body.ready?.(page) ?? true) && canvases.isPainted(page);
  const optimistic = createOptimisticPages(setup.many_classes, ready);
  /** @type {Map<number, import("./types").LabelClass>} */
  const classes = new Map();
  readClasses();
  /** @type {import("./types").Frame<import("./types").LabelingState<P>>} */
  let frame;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let release;
  /** @type {import("./types").LabelingBody<P>} */
  let body;
  /** @type {import("./types").ActiveView} */
  let view;

  model.on("change:setup", onSetup);
  const close = createFrame({
    model,
    el,
    optimistic,
    context: () => ({ seen_version: kernel().suggestion_version ?? 0 }),
    see(state) {
      seen = view.see(state);
      return seen;
    },
    body(core) {
      frame = core;
      return createLabelingBody();
    },
  });
  return () => {
    model.off("change:setup", onSetup);
    close();
  };

  /** Reads the classes; retired ones are still shown on what was labeled with them. */
  function readClasses() {
    classes.clear();
    for (const label of setup.classes) classes.set(label.id, label);
    for (const label of setup.retired ?? []) classes.set(label.id, { ...label, retired: true });
  }
  /** Classes were added, changed or retired: the kernel tells with the next page. */
  function onSetup() {
    Object.assign(setup, { classes: model.get("setup").classes, retired: model.get("setup").retired });
    readClasses();
    body.reclassed?.();
    frame.update();
  }
  function onPainted() {
    clearTimeout(release);
    release = setTimeout(
      () =>
        view.concealed ||
        frame.say.send("painted", null, { frames: canvases.hosts.map((_, at) => canvases.frame(at)) }),
      RELEASE,
    );
    body.painted?.(kernel());
    frame.update();
    frame.queue.resume();
  }

  /** @returns {import("./types").Body<import("./types").LabelingState<P>>} */
  function createLabelingBody() {
    const { say, notice, dialogs, queue, focus, root } = frame;
    /** @type {string | undefined} */
    let token; // of the page on screen
    let failure = ""; // why no picture can be shown
    // The size of the stage that was reported last, the number of that message, and whether the page is painted for it.
    let fitting = { width: 0, height: 0, seq: 0, painted: false };
    let closed = false;
    const fresh = !kernel().ack; // made by the cell that was just run; a page that is reloaded stays where it is scrolled to

    /** Whether the page is painted for the size that the stage has now. */
    const fits = () =>
      fitting.painted &&
      Math.floor(stage.clientWidth) === fitting.width &&
      Math.floor(stage.clientHeight) === fitting.height;

    const page = () => optimistic.state.pages[optimistic.state.current ?? ""] ?? null;
    const cells = () => page()?.cells ?? [];
    const seconds = () => (page() ? { seconds: pageClock.seconds } : {});

    /**
     * Sends an action on cells of the page and shows its effect.
     *
     * @param {import("./types").CellAction} action
     * @param {number[]} items
     * @param {object} [more]
     */
    function cell(action, items, more) {
      const before = page();
      if (!before || !items.length) return;
      notice.clear();
      optimistic.sent(say.cell(before.token, action, items, more));
      body.changed?.(action, before);
      frame.update();
    }
    /**
     * Sends a command about the page.
     *
     * @param {string} name
     * @param {object} [more]
     */
    function command(name, more) {
      notice.clear();
      const message = say.command(name, page()?.token, { ...seconds(), ...more });
      optimistic.sent(message);
      if (PAGE_COMMANDS.includes(name)) queue.awaitPage(message.seq);
      frame.update();
    }
    /** Submits the page on screen: the page ahead is shown at once if it is painted and nothing else is pending. */
    function submit() {
      const current = page();
      if (!current) return;
      const obstacle = body.obstacle(current);
      if (obstacle) return notice.show(obstacle, "error");
      const flips = optimistic.canFlip();
      if (optimistic.waiting && !flips) return queue.first(() => page()?.token === current.token && submit());
      notice.clear();
      const message = say.command("submit", current.token, seconds());
      optimistic.sent(message, flips);
      if (!flips) queue.awaitPage(message.seq);
      focus();
      frame.update();
    }
    const actions = {
      previous: () => command("previous"),
      next: () => command("next"),
      resume: () => command("resume"),
      submit: () => (body.submit ?? submit)(),
      empty() {
        focus();
        cell("empty", body.targets());
      },
      /** Asks for the reason and skips; takes the skip back where all images have one. */
      skip() {
        const items = body.targets();
        if (!items.length) return;
        const chosen = cells().filter((one) => items.includes(one.item));
        if (chosen.every((one) => one.skipped !== null)) return cell("clear", items);
        dialogs.skip(items.length, (reason) => cell("skip", items, { reason }));
      },
      instructions: () => dialogs.instructions(setup.instructions),
      shortcuts: () => dialogs.shortcuts(body.shortcuts),
    };

    body = createBody({
      ...frame,
      classes,
      canvases,
      actions,
      kernel,
      page,
      cells,
      cell,
      command,
      submit,
      /** Sends the size of the stage together with `more` about the view. */
      sendView: (more) => stageSize.measure(more),
      stage: () => stage,
      fits,
    });
    const header = createHeader(setup, actions, model);
    const footer = createFooter(actions);
    const end = h("div", { class: "jl-empty" });
    const stage = h("div", { class: "jl-stage" }, ...canvases.hosts, ...body.stage, end);
    view = createActiveView(frame, {
      parts: () => [header.element, ...body.above, ...body.stage, body.side, footer.element],
      claim(take) {
        // pictures that were released before this window had drawn them must not keep back what is drawn next
        canvases.revive().catch(() => {});
        stageSize.measure({ claim: take ? { take } : {} });
        if (take) height?.reveal();
        if (take) say.command("alive"); // the lease may have lapsed where nobody worked in the other view
      },
      present: () => say.command("present"),
      conceal() {
        dialogs.close();
        queue.clear();
        canvases.show(-1);
      },
    });
    const stageSize = createStageSize(stage, ({ claim, ...size }) => {
      if (!claim && !view.measures()) return;
      if (!size.zoom) body.resized?.(size);
      const message = say.view({ ...size, ...claim });
      if (size.zoom) return;
      fitting = { width: size.width, height: size.height, seq: message.seq, painted: false };
      setFlag(stage, "data-refitting", Boolean(page()));
    });
    const leave = () => say.command("leave");
    window.addEventListener("pagehide", leave);
    const updateHeader = () => header.update(optimistic.state, page(), pageClock.seconds, body.hint?.());

    /** @param {import("./types").LabelingState<P>} state */
    function update(state) {
      const shown = page();
      if (shown?.token !== token) {
        token = shown?.token;
        pageClock.open(shown?.seconds ?? 0);
        body.open(shown);
      }
      if (shown) canvases.show(shown.canvas);
      if (shown && kernel().ack >= fitting.seq && canvases.isPainted(shown)) fitting.painted = true;
      body.update(state, shown);
      const loads = shown ? (body.loading?.(shown) ?? !canvases.isPainted(shown)) : view.concealed && !state.end;
      setFlag(stage, "data-loading", loads);
      setFlag(stage, "data-refitting", Boolean(shown) && !fits());
      const ahead = state.pages[state.ahead ?? ""];
      setFlag(stage, "data-ahead", Boolean(ahead && ready(ahead)));
      const open = cells().filter((one) => !answered(one)).length;
      updateHeader();
      footer.update(state, shown, open, Boolean(shown && optimistic.waiting && complete(shown)), body.gap);
      setFlag(end, "hidden", (Boolean(shown) || loads) && !failure);
      setText(end, failure || (shown ? "" : (state.end ?? "Loading…")));
      view.update(kernel());
    }

    let overdue = 0; // seconds
    const pageClock = createPageClock(frame, {
      counts: () => Boolean(page()) && frame.connected,
      concealed: () => view.concealed,
      alive: () => say.command("alive", page()?.token, seconds()),
      tick() {
        const late = Object.values(kernel().pages ?? {}).some((one) => !canvases.isPainted(one));
        overdue = late ? overdue + 1 : 0;
        if (overdue === OVERDUE) canvases.revive().then(stageSize.again);
        updateHeader();
      },
    });
    /** @type {ReturnType<typeof createFrameHeight> | undefined} */
    let height;
    const laidOut = new Promise((resolve) => requestAnimationFrame(resolve)).then(() => {
      if (closed) return;
      height = createFrameHeight(root, setup.height ?? null);
      if (fresh) height.reveal();
    });
    stage.append(view.element);
    canvases.ready.then(
      // The stage is measured at its own height: another size, a moment later, would end a gesture that has begun.
      () => laidOut.then(() => closed || stageSize.start()),
      () => {
        failure = NO_CANVAS;
        frame.update();
      },
    );

    return {
      label: body.label,
      className: ["jl-labeler", body.className].filter(Boolean).join(" "),
      elements: [
        header.element,
        ...body.above,
        h("div", { class: "jl-middle" }, stage, body.side),
        footer.element,
        ...(body.extras ?? []),
      ],
      update,
      receive(state) {
        body.receive?.(state);
        body.painted?.(state);
      },
      message: (content) => body.message?.(content),
      close() {
        window.removeEventListener("pagehide", leave);
        leave();
        view.close();
        body.close?.();
        closed = true;
        clearTimeout(release);
        height?.close();
        stageSize.close();
        header.close();
        canvases.close();
      },
    };
  }
}
