// The header: project, task queue, time on the page, tasks remaining, and the line of assist.

import { createAssistLine } from "./assist_line.js";
import { button, clock, h, setFlag, setText } from "./dom.js";

/**
 * @param {import("./types").Setup} setup
 * @param {Pick<import("./types").LabelingActions, "instructions" | "shortcuts">} act
 * @param {import("./types").Model<any>} model
 */
export function createHeader(setup, act, model) {
  const badge = h("span", { class: "jl-badge" });
  const hint = h("span", {
    class: "jl-group-hint",
    hidden: true,
    title: "Odd ones first: click one and press its class; the others are selected again. Esc: one by one",
  });
  const remaining = h("span", { class: "jl-fact" });
  const time = h("span", { class: "jl-fact", title: "Time on this page" });
  const assist = createAssistLine(model);
  const row = h(
    "div",
    { class: "jl-header" },
    h("strong", { class: "jl-project", title: setup.project }, setup.project),
    badge,
    hint,
    h("span", { class: "jl-fill" }),
    time,
    remaining,
    button("Instructions", "Instructions", "", act.instructions),
    button("Shortcut keys", "Shortcut keys", "?", act.shortcuts),
  );
  return {
    element: h("div", { class: "jl-head" }, row, assist.element),
    close: () => assist.close(),
    /**
     * @param {import("./types").LabelingState<any>} state
     * @param {import("./types").Page | null} page
     * @param {number} seconds spent on the page
     * @param {string} [text] what one key will do now, where that is not plain
     */
    update(state, page, seconds, text = "") {
      setFlag(hint, "hidden", !text);
      setText(hint, text);
      const { name, hint: title } = !page
        ? { name: "", hint: "" }
        : page.own
          ? { name: `Your page ${page.own.position} of ${page.own.count}`, hint: "" }
          : setup.queues[page.queue];
      setText(badge, name);
      if (badge.title !== title) badge.title = title;
      badge.dataset.queue = page && !page.own ? page.queue : "";
      setFlag(badge, "hidden", !page);
      setText(remaining, `Tasks remaining ${state.counts.remaining} / ${state.counts.total}`);
      setText(time, page ? `Labeling time ${clock(seconds)}` : "");
    },
  };
}
