// A prompt over the stage for the class of shapes that were drawn before a class was picked.

/** @import { LabelClass } from "../frame/types" */

import { button, h, setFlag, setText } from "../frame/dom.js";

const MARGIN = 8; // CSS pixels to the shape and to the edges of the stage
const MAX_CLASSES = 9; // offered here; the palette has all

/**
 * `act`: `pick(id)`, `search()` moves to the search of the palette, `discard()` drops the shapes.
 *
 * @param {{pick: (id: number) => void, search: () => void, discard: () => void}} act
 */
export function createClassPrompt(act) {
  const title = h("span", { role: "status" });
  const choices = h("div", { class: "jl-prompt-choices" });
  const element = h(
    "div",
    { class: "jl-class-prompt", role: "group", "aria-label": "Class of the new shape", hidden: true },
    title,
    choices,
  );
  let listed = "";

  /** @type {(label: LabelClass, last: boolean) => HTMLElement} */
  const choice = (label, last) =>
    h(
      "button",
      {
        type: "button",
        class: "jl-class",
        style: `--jl-color:${label.color};--jl-level:0`,
        title: label.path,
        onclick: () => act.pick(label.id),
      },
      label.key ? h("kbd", {}, label.key) : null,
      h("span", { class: "jl-swatch" }),
      h("span", { class: "jl-class-name" }, label.name),
      last ? h("kbd", {}, "Enter") : null,
    );

  return {
    element,
    /**
     * @param {number} count shapes without a class; 0 hides the prompt
     * @param {LabelClass[]} classes
     * @param {number | null} last id of the class that was used last, which Enter picks
     */
    update(count, classes, last) {
      setFlag(element, "hidden", count === 0);
      setText(
        title,
        count === 0 ? "" : count === 1 ? "Which class is this?" : `Which class are these ${count} shapes?`,
      );
      if (!count) return;
      const offered = classes.filter((label) => label.id === last);
      const others = classes.filter((label) => label.id !== last);
      others.sort((one, two) => Number(two.key !== null) - Number(one.key !== null));
      const shown = [...offered, ...others].slice(0, MAX_CLASSES);
      const list = JSON.stringify([shown, last, classes.length]);
      if (list === listed) return;
      listed = list;
      choices.replaceChildren(
        ...shown.map((label) => choice(label, label.id === last)),
        ...(classes.length > shown.length ? [button("Search…", "Search all classes", "/", act.search)] : []),
        button(h("span", {}, "Discard ", h("kbd", {}, "Esc")), "Discard what was drawn", "Esc", act.discard),
      );
    },
    /**
     * Moves the prompt beside a shape: below it, above it where there is more room, always on the stage.
     *
     * @param {[number, number, number, number]} bounds of the shape, CSS pixels on the stage
     * @param {{width: number, height: number}} stage CSS pixels
     */
    place([x0, y0, , y1], stage) {
      const [width, height] = [element.offsetWidth, element.offsetHeight];
      const below = y1 + MARGIN + height + MARGIN <= stage.height;
      const top = below ? y1 + MARGIN : y0 - MARGIN - height;
      /** @type {(value: number, room: number) => number} */
      const inside = (value, room) => Math.max(MARGIN, Math.min(value, room - MARGIN));
      element.style.left = `${inside(x0, stage.width - width)}px`;
      element.style.top = `${inside(top, stage.height - height)}px`;
    },
  };
}
