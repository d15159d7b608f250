// One view of a labeler at a time is the active one. All views share one painting, which fits the stage of the active view
// alone: the others hide it, show a sentence and a button, and send no gestures. The kernel's end is active_view.py.

import { button, h, setFlag } from "./dom.js";

const SILENCE = 10_000; // milliseconds after which an active view that gives no answer is taken for gone
const ENDED = ""; // in place of an id: the kernel takes no more messages
const SENTENCE = "This labeler is open in another view.";

/**
 * `parts()`: the elements that take no clicks while the view is not the active one; `claim(take)` sends the size of the
 * stage, with `take` to become the active view also where another is; `present()` tells the kernel that this view is there;
 * `conceal()` drops whatever is unfinished.
 *
 * @param {{view: string, root: HTMLElement, focus: () => void}} view
 * @param {{parts: () => Element[], claim: (take: boolean) => void, present: () => void, conceal: () => void}} act
 * @returns {import("./types").ActiveView}
 */
export function createActiveView({ view: id, root, focus }, act) {
  const use = button("Use it here", "Use this labeler here", "Enter", take, { class: "jl-button jl-use" });
  const element = h("div", { class: "jl-elsewhere", role: "status", hidden: true }, h("p", {}, SENTENCE), use);
  /** @type {"new" | "own" | "other"} */
  let phase = "new"; // "new" until the kernel has named this view, or another one in answer to it, as the active one
  let concealed = false; // the painting is another view's, or nobody's any more
  /** @type {string | null | undefined} */
  let answered; // the view that asked, to which `present` was sent
  let claimed = false; // since there is no active view
  let asked = false; // the size of the stage was sent beside an active view: once more would take over from a busy one
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  function take() {
    act.claim(true);
    focus();
  }

  /** @param {import("./types").LabelingState<any>} state */
  function follow(state) {
    const active = state.view ?? null;
    if (active === ENDED) {
      concealed = false;
      return;
    }
    if (active === id) phase = "own";
    else if (active !== null && (phase === "own" || state.asking === id)) phase = "other";
    const conceals = active !== null ? active !== id : concealed || phase !== "new";
    if (conceals && !concealed) act.conceal();
    concealed = conceals;
  }
  /** @param {import("./types").LabelingState<any>} state */
  function answer(state) {
    const active = state.view ?? null;
    if (active === id && state.asking && state.asking !== answered) act.present();
    answered = active === id ? state.asking : null;
    if (active !== null) claimed = false;
    else if (concealed && !claimed) {
      claimed = true;
      act.claim(false);
    }
    if (!concealed || state.asking !== id) {
      clearTimeout(waiting);
      waiting = undefined;
    } else waiting ??= setTimeout(() => act.claim(false), SILENCE);
  }
  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!concealed || event.key === "Tab") return;
    event.stopPropagation();
    if (event.target === root && event.type === "keydown" && ["Enter", " "].includes(event.key) && !element.hidden) {
      event.preventDefault();
      take();
    }
  }
  for (const name of ["keydown", "keyup"]) root.addEventListener(name, /** @type {any} */ (onKey), { capture: true });

  return {
    element,
    get concealed() {
      return concealed;
    },
    /** Whether to send the size of the stage, which has changed: beside an active view once, which asks for an answer. */
    measures() {
      const sends = !concealed || (phase !== "other" && !asked);
      asked ||= concealed;
      return sends;
    },
    see(state) {
      follow(state);
      if (!concealed) return state;
      // nothing is pending here, and no page is on screen
      const nothing = { current: null, ahead: null, pages: {}, zoom: null, message: null, new_suggestions: null };
      return { ...state, ack: Number.POSITIVE_INFINITY, ...nothing };
    },
    update(state) {
      const elsewhere = concealed && phase === "other" && (state.view ?? null) !== null;
      const focused = elsewhere && element.hidden && root.contains(document.activeElement);
      setFlag(element, "hidden", !elsewhere);
      setFlag(root, "data-elsewhere", elsewhere);
      for (const part of act.parts()) setFlag(part, "inert", elsewhere);
      if (focused) use.focus({ preventScroll: true });
      answer(state);
    },
    close: () => clearTimeout(waiting),
  };
}
