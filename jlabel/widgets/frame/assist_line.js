// The state of assist in one line under the header: what runs, its progress, or why nothing is pre-labeled.

import { h, setFlag, setText } from "./dom.js";

/** @param {import("./types").Model} model */
export function createAssistLine(model) {
  const bar = h("progress", { class: "jl-progress", "aria-label": "Progress of assist" });
  const line = h("span", { class: "jl-assist-line" });
  const element = h("div", { class: "jl-assist", hidden: true }, bar, line);
  const update = () => {
    const { state, summary: text, detail, done, total } = model.get("assist") ?? {};
    setFlag(element, "hidden", !state); // a line without words keeps its height: the stage below stays as it is
    setFlag(element, "data-trouble", state === "failed");
    setText(line, text ?? "");
    element.title = detail ?? "";
    setFlag(bar, "hidden", state !== "working");
    if (total) [bar.max, bar.value] = [total, done ?? 0];
    else bar.removeAttribute("value"); // at work, without a known length
  };
  model.on("change:assist", update);
  update();
  return { element, close: () => model.off("change:assist", update) };
}
