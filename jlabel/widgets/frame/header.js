// The header: project, task queue, time on the page, tasks remaining, and the line of assist.

import { createAssistLine } from "./assist_line.js";
import { button, clock, h, setFlag, setText, short, word } from "./dom.js";
import { isSuggested } from "./summary.js";

/**
 * @param {import("./types").Setup} setup
 * @param {Pick<import("./types").LabelingActions, "instructions" | "shortcuts">} act
 * @param {import("./types").Model<any>} model
 */
export function createHeader(setup, act, model) {
  const badge = h("span", { class: "jl-badge" });
  const hint = h("span", { class: "jl-group-hint", hidden: true });
  const remaining = h("span", {});
  const left = h("span", { class: "jl-fact", title: "Tasks remaining" }, word("Tasks remaining "), remaining);
  const seconds = h("span", {});
  const time = h("span", { class: "jl-fact", title: "Time on this page" }, word("Labeling time "), seconds);
  const assist = createAssistLine(model);
  const row = h(
    "div",
    { class: "jl-header" },
    h("strong", { class: "jl-project", title: setup.project }, setup.project),
    badge,
    hint,
    h("span", { class: "jl-fill" }),
    time,
    left,
    button("Instructions", "Instructions", "", act.instructions),
    button(h("span", {}, word("Shortcut keys"), short("?")), "Shortcut keys", "?", act.shortcuts),
  );
  return {
    element: h("div", { class: "jl-head" }, row, assist.element),
    close: () => assist.close(),
    /**
     * @param {import("./types").LabelingState<any>} state
     * @param {import("./types").Page | null} page
     * @param {number} spent seconds on the page
     * @param {{text: string, title: string}} [next] what a key or a click will do now, where that is not plain
     */
    update(state, page, spent, { text, title: more } = { text: "", title: "" }) {
      setFlag(hint, "hidden", !text);
      setText(hint, text);
      if (hint.title !== more) hint.title = more;
      const { name, hint: title } = !page
        ? { name: "", hint: "" }
        : page.own
          ? { name: `Your page ${page.own.position} of ${page.own.count}`, hint: "" }
          : isSuggested(page)
            ? setup.suggested
            : setup.queues[page.queue];
      setText(badge, name);
      if (badge.title !== title) badge.title = title;
      badge.dataset.queue = !page || page.own ? "" : isSuggested(page) ? "suggested" : page.queue;
      setFlag(badge, "hidden", !page);
      setText(remaining, `${state.counts.remaining} / ${state.counts.total}`);
      setFlag(time, "hidden", !page);
      setText(seconds, page ? clock(spent) : "");
    },
  };
}
