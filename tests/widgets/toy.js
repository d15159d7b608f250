// A screen of a new kind, for tests: the frame with a counter in it.

import { button, h, setText } from "../../jlabel/widgets/frame/dom.js";
import { createFrame } from "../../jlabel/widgets/frame/frame.js";
import { createOptimistic } from "../../jlabel/widgets/frame/optimistic.js";

function createCounter(frame) {
  const number = h("output");
  const remaining = h("span");
  const count = (value) => {
    frame.sent(frame.say.command("count", null, { value }));
    frame.update();
  };
  frame.root.addEventListener("keydown", (event) => event.key === "+" && count(1));
  return {
    label: `Counter of ${frame.setup.project}`,
    className: "toy",
    elements: [
      number,
      remaining,
      button("Add", "Add one", "+", () => count(1)),
      button("Leap", "Add ten", "", () => count(10)),
      frame.notice.element,
    ],
    update(state) {
      setText(number, String(state.count));
      setText(remaining, `${state.remaining} left`);
    },
  };
}
const step = (state, message) => (message.name === "count" ? { ...state, count: state.count + message.value } : state);

export default {
  render: ({ model, el }) => createFrame({ model, el, body: createCounter, optimistic: createOptimistic({ step }) }),
};
