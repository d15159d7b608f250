// The slider that shows more or fewer of the proposed shapes, and what there is to do with them in words.

/** @import { Proposals } from "../frame/types" */

import { h, setFlag, setText } from "../frame/dom.js";
import { count } from "../frame/summary.js";

/**
 * The confidences that the slider steps through, the highest first: without `unproven` none that would break a promise.
 *
 * @param {Proposals} proposals
 */
export const stepsOf = ({ above, below, proven, unproven }) =>
  proven && !unproven ? above : [...above, ...below].sort((a, b) => b - a);

/**
 * The position of the slider: how many of the steps are shown.
 *
 * @param {Proposals} proposals
 */
export function positionOf(proposals) {
  const { above, least } = proposals;
  return least === null ? above.length : stepsOf(proposals).filter((sure) => sure >= least).length;
}

/**
 * What to send for a position of the slider; without `least` what is shown by default.
 *
 * @param {Proposals} proposals
 * @param {number} position
 * @returns {{least?: number, unproven?: boolean}}
 */
export function levelAt(proposals, position) {
  const { above, below, unproven } = proposals;
  const steps = stepsOf(proposals);
  const least = position ? steps[position - 1] : 1;
  const plain = position === above.length && (above.at(-1) ?? 0) >= (below[0] ?? 0);
  if (plain && !unproven) return {};
  return { least, ...(unproven ? { unproven } : {}) };
}

/**
 * What the header says on a page with proposals, in short and in full; "" where none is left to look at.
 *
 * @param {Proposals | null | undefined} proposals
 */
export function advice(proposals) {
  if (!proposals?.untouched) return { text: "", title: "" };
  const what = count(proposals.untouched, "proposal");
  const full =
    "Tab goes to the least sure one. Enter accepts the selected one, Delete rejects it; what is moved or given another " +
    "class is yours. Submit accepts all that are left.";
  return proposals.proven
    ? { text: `${what}: Tab to one, Enter accepts, Delete rejects`, title: `${what}. ${full}` }
    : {
        text: "Not proven, look at each: Enter accepts, Delete rejects",
        title: `${what}, and the model promises nothing: look at each. ${full}`,
      };
}

/**
 * `show(level)` sends a level and returns the number of the message; `focus()` gives the keys back to the stage.
 *
 * @param {(level: {least?: number, unproven?: boolean}) => number | undefined} show
 * @param {() => void} focus
 */
export function createProposals(show, focus) {
  /** @type {Proposals | null} */
  let now = null;
  let sent = 0; // number of the last message
  let answered = 0;
  /** @type {(() => {least?: number, unproven?: boolean}) | null} */
  let wanted = null; // what the slider came to while a message was under way

  /** @param {() => {least?: number, unproven?: boolean}} level */
  const ask = (level) => {
    if (sent > answered) wanted = level;
    else sent = show(level()) ?? sent;
  };
  const say = (/** @type {number} */ shown) => {
    const all = now ? now.above.length + now.below.length : 0;
    setText(numbers, `${shown} of ${all}`);
    range.setAttribute("aria-valuetext", `${shown} of ${all} shown`);
  };
  const range = h("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "Proposals shown, the surest first",
    title: "Show more or fewer proposals, the surest first (← →, Home, End)",
    oninput() {
      const position = Number(range.value);
      ask(() => (now ? levelAt(now, position) : {}));
    },
    onpointerup: () => focus(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key !== "Tab" && event.stopPropagation(),
  });
  const numbers = h("span", {});
  const text = h(
    "span",
    { class: "jl-fact jl-shown", title: "How many of the proposals are on the image" },
    numbers,
    h("span", { class: "jl-spare" }, " shown"),
  );
  const box = h("input", {
    type: "checkbox",
    onchange() {
      const on = box.checked;
      ask(() => {
        const below = now?.below ?? [];
        return on && below.length ? { least: below[below.length - 1], unproven: true } : {};
      });
    },
    onclick: (/** @type {MouseEvent} */ event) => event.detail && focus(), // by the pointer
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === " " && event.stopPropagation(),
  });
  const unproven = h(
    "label",
    { class: "jl-unproven", title: "Also show proposals below the threshold, for which nothing is promised" },
    box,
    h("span", {}, "unproven", h("span", { class: "jl-spare" }, " too")),
  );
  const element = h(
    "span",
    { class: "jl-group jl-proposals", role: "group", "aria-label": "Proposals", hidden: true },
    h("span", { class: "jl-caption jl-spare" }, "Proposals"),
    range,
    text,
    unproven,
  );
  return {
    element,
    /**
     * @param {Proposals | null} proposals
     * @param {number} ack number of the last message that the kernel has answered
     */
    update(proposals, ack) {
      [now, answered] = [proposals, ack];
      setFlag(element, "hidden", !proposals);
      if (sent <= ack && wanted) {
        const level = wanted;
        wanted = null;
        ask(level);
      }
      if (!proposals) return;
      say(proposals.shown);
      if (sent > ack) return; // the hand is ahead of the kernel
      range.max = String(stepsOf(proposals).length);
      range.value = String(positionOf(proposals));
      box.checked = proposals.unproven;
      setFlag(unproven, "hidden", !proposals.proven || !proposals.below.length);
    },
  };
}
