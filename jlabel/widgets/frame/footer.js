// The footer: the way through one's own pages, what the page still needs, and Submit.

import { button, h, setText, word } from "./dom.js";
import { count, summary } from "./summary.js";

/** @param {Pick<import("./types").LabelingActions, "previous" | "next" | "resume" | "submit">} act */
export function createFooter(act) {
  const previous = button("‹ Previous", "Previous page that you submitted", "[", act.previous);
  const next = button("Next ›", "Next page that you submitted", "]", act.next);
  const resume = button(h("span", {}, "Resume", word(" labeling")), "Back to the task queue", "\\", act.resume);
  const reason = h("span", { class: "jl-reason", role: "status" });
  const arrivals = h("span", { class: "jl-new-suggestions", role: "status" });
  const submit = button("Submit", "Submit the page", "Enter", act.submit, { class: "jl-button jl-submit" });
  const element = h(
    "div",
    { class: "jl-footer" },
    previous,
    next,
    resume,
    h("span", { class: "jl-fill" }),
    arrivals,
    reason,
    submit,
  );
  return {
    element,
    /**
     * @param {import("./types").LabelingState<any>} state
     * @param {import("./types").Page | null} page
     * @param {number} open images without an answer
     * @param {boolean} waiting Submit was pressed
     * @param {string} [gap] text for an open image where the page has one only
     */
    update(state, page, open, waiting, gap) {
      const arrived = page && !page.own ? state.new_suggestions : null;
      const what = page?.proposals ? count(page.proposals.shown, "proposal") : count(arrived?.count ?? 0, "pre-label");
      setText(arrivals, arrived ? `${what} arrived. Undo with Ctrl+Z` : "");
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
      reason.title = text;
      submit.disabled = !page || open > 0 || waiting;
      submit.title = open ? text : "Submit the page (Enter)";
      setText(submit, page?.own ? "Save changes" : "Submit");
    },
  };
}
