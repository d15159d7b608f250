// What stays of a labeler that moved to another cell: one line.

import { h } from "./dom.js";

/** @param {{model: import("./types").Model, el: Element}} view */
function render({ model, el }) {
  el.replaceChildren(h("div", { class: "jl-retired" }, model.get("state").end ?? ""));
}

export default { render };
