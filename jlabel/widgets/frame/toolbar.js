// The buttons above and below the stage, and the header with what one wants to know while labeling.

import { count, summary } from "../grid/prelabel.js";
import { createAssist } from "./assist_line.js";
import { button, clock, h, setFlag, setText } from "./dom.js";

const BADGES = {
  manual: ["Manual", "One image after the other"],
  clustered: ["Clustered", "Images that look alike come together"],
  prelabeled: ["Pre-labeled", "The model has labeled these: correct what is wrong, then submit"],
};

export function createHeader(setup, act, model) {
  const badge = h("span", { class: "jl-badge" });
  const group = h("span", {
    class: "jl-together",
    hidden: true,
    title: "Odd ones first: click one and press its class; the others are selected again. Esc: one by one",
  });
  const remaining = h("span", { class: "jl-fact" });
  const time = h("span", { class: "jl-fact", title: "Time on this page" });
  const assist = createAssist(model);
  const row = h(
    "div",
    { class: "jl-header" },
    h("strong", { class: "jl-project", title: setup.project }, setup.project),
    badge,
    group,
    h("span", { class: "jl-fill" }),
    time,
    remaining,
    button("Instructions", "Instructions", "", act.instructions),
    button("Shortcut keys", "Shortcut keys", "?", act.shortcuts),
  );
  return {
    element: h("div", { class: "jl-head" }, row, assist.element),
    close: () => assist.close(),
    update(state, page, seconds, together = "") {
      setFlag(group, "hidden", !together);
      setText(group, together);
      const [text, title] = !page
        ? ["", ""]
        : page.own
          ? [`Your page ${page.own.place} of ${page.own.count}`, ""]
          : BADGES[page.queue];
      setText(badge, text);
      if (badge.title !== title) badge.title = title;
      badge.dataset.queue = page && !page.own ? page.queue : "";
      setFlag(badge, "hidden", !page);
      setText(remaining, `Tasks remaining ${state.counts.remaining} / ${state.counts.total}`);
      setText(time, page ? `Labeling time ${clock(seconds)}` : "");
    },
  };
}

export function createToolbar(setup, act) {
  const grids = setup.grids.map((size) =>
    button(`${size}`, `${size} ${size === 1 ? "image" : "images"} on a page`, "", () => act.grid(size), {
      class: "jl-button jl-grid",
    }),
  );
  const all = button("Select all", "Select all images", "Ctrl+A", act.selectAll);
  const none = button("No objects", "No objects: nothing to label on the selected images", "N", act.empty, {
    hidden: setup.task === "multi-class",
  });
  const skip = button("Skip…", "Skip the selected images, with a reason", "S", act.skip);
  const accept = button(
    "Accept",
    "Confirm the pre-labels of the selected images, or of all; Submit confirms those left",
    "A",
    () => act.accept(),
    { hidden: true },
  );
  const turn = button(
    "Turn by itself",
    "Turn the page by itself when its last image has got a label; Ctrl+Z brings it back",
    "T",
    act.turn,
    { hidden: setup.task !== "multi-class" },
  );
  const undo = button("Undo", "Undo", "Ctrl+Z", act.undo);
  const redo = button("Redo", "Redo", "Ctrl+Y", act.redo);
  const zoom = button("Zoom", "Enlarge one image", "Z", act.zoom);
  const slider = (text) => {
    const input = h("input", {
      type: "range",
      min: "0.4",
      max: "2.5",
      step: "0.05",
      value: "1",
      "aria-label": text,
      title: `${text}; double click resets`,
      oninput: () => act.level(+bright.value, +contrast.value, false),
      onchange: () => act.level(+bright.value, +contrast.value, true),
      onkeydown: (event) => event.key !== "Tab" && event.stopPropagation(),
      ondblclick: () => {
        input.value = "1";
        act.level(+bright.value, +contrast.value, true);
      },
    });
    return input;
  };
  const bright = slider("Brightness");
  const contrast = slider("Contrast");
  const element = h(
    "div",
    { class: "jl-toolbar", role: "toolbar", "aria-label": "Labeling tools" },
    h(
      "span",
      { class: "jl-group", role: "group", "aria-label": "Images on a page" },
      h("span", { class: "jl-caption" }, "Grid"),
      ...grids,
    ),
    h("span", { class: "jl-group" }, all, none, skip, turn),
    h("span", { class: "jl-group" }, undo, redo),
    h(
      "span",
      { class: "jl-group" },
      zoom,
      h("label", { class: "jl-caption" }, "Brightness", bright),
      h("label", { class: "jl-caption" }, "Contrast", contrast),
    ),
    accept,
  ); // last: nothing moves under the hand when it comes
  return {
    element,
    update(state, page) {
      grids.forEach((grid, index) => grid.setAttribute("aria-pressed", String(setup.grids[index] === state.size)));
      for (const part of [all, none, skip, zoom]) part.disabled = !page;
      for (const grid of grids) grid.disabled = Boolean(page?.own);
      setFlag(accept, "hidden", !page?.cells.some((cell) => cell.prelabel));
      accept.disabled = !page?.cells.some((cell) => cell.standing);
      turn.setAttribute("aria-pressed", String(Boolean(state.turn)));
      undo.disabled = !state.can_undo;
      redo.disabled = !state.can_redo;
    },
  };
}

export function createFooter(act) {
  const previous = button("‹ Previous", "Previous page that you submitted", "[", act.previous);
  const next = button("Next ›", "Next page that you submitted", "]", act.next);
  const resume = button("Resume labeling", "Back to the task queue", "\\", act.resume);
  const reason = h("span", { class: "jl-reason", role: "status" });
  const arrived = h("span", { class: "jl-arrived", role: "status" });
  const submit = button("Submit", "Submit the page", "Enter", act.submit, { class: "jl-button jl-submit" });
  const element = h(
    "div",
    { class: "jl-footer" },
    previous,
    next,
    resume,
    h("span", { class: "jl-fill" }),
    arrived,
    reason,
    submit,
  );
  return {
    element,
    update(state, page, open, waiting, gap) {
      const came = page && !page.own ? state.arrived : null;
      setText(arrived, came ? `${count(came.count, "pre-label")} arrived. Undo with Ctrl+Z` : "");
      previous.disabled = !state.has_previous;
      next.disabled = resume.disabled = !page?.own;
      const all = page?.cells.length ?? 0;
      const text = !page
        ? ""
        : waiting
          ? "Sending…"
          : open && gap
            ? gap
            : open
              ? `${open} of ${all} ${all === 1 ? "image has" : "images have"} no label yet`
              : summary(page);
      setText(reason, text);
      submit.disabled = !page || open > 0 || waiting;
      submit.title = open ? text : "Submit the page (Enter)";
      setText(submit, page?.own ? "Save changes" : "Submit");
    },
  };
}
