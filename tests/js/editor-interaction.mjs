// An editor on a 640 x 480 image at 100 %, with a recorder for what it sends and a context for what it paints.
import { createEditor } from "../../jlabel/widgets/editor/editor.js";

export const CLASSES = [
  { id: 1, name: "cell", key: "1", color: "#ee6677" },
  { id: 2, name: "nucleus", key: "2", color: "#4477aa" },
];
export const STAGE = {
  width: 640,
  height: 480,
  stage_width: 640,
  stage_height: 480,
  scale: 1,
  x: 0,
  y: 0,
  rotation: 0,
};

export function context() {
  const calls = [];
  const target = { calls };
  return new Proxy(target, {
    get: (_, name) => (name === "calls" ? calls : (...rest) => void calls.push([name, ...rest])),
    set: () => true,
  });
}

export function openEditor({ shape = "box", shapes = [], view = STAGE, classId = 1, ...rest } = {}) {
  const sent = [];
  const later = [];
  const status = [];
  let time = 0;
  let count = 0;
  const editor = createEditor({
    shape,
    send: (message) => sent.push(JSON.parse(JSON.stringify(message))),
    schedule: (run) => later.push(run),
    now: () => time,
    newUid: () => `n${++count}`,
    onStatus: (one) => status.push(one),
    ...rest,
  });
  const page = { item: 7, width: view.width, height: view.height, classes: CLASSES, locked: false };
  editor.setPage({ ...page, shapes });
  editor.setView(view);
  if (classId) editor.setClass(classId);
  const self = {
    editor,
    sent,
    status,
    page,
    of: (kind) => sent.filter((message) => message.kind === kind),
    pass: (ms) => (time += ms),
    settle: () => later.splice(0).forEach((run) => run()),
    point: (type, x, y, more = {}) =>
      editor.pointer({
        type,
        x,
        y,
        button: 0,
        buttons: type === "up" || more.hover ? 0 : 1,
        pointerType: "mouse",
        id: 1,
        ...more,
      }),
    hover: (x, y, more) => self.point("move", x, y, { hover: true, ...more }),
    press: (x, y, more) => self.point("down", x, y, more),
    move: (x, y, more) => self.point("move", x, y, more),
    up: (x, y, more) => self.point("up", x, y, more),
    click(x, y, more) {
      self.pass(1000);
      self.hover(x, y, more);
      self.press(x, y, more);
      self.up(x, y, more);
    },
    drag(path, more) {
      self.pass(1000);
      self.press(...path[0], more);
      for (const point of path.slice(1)) self.move(...point, more);
      self.up(...path.at(-1), more);
    },
    key: (key, more = {}) =>
      editor.key({ type: "down", key, code: "", ctrl: false, shift: false, alt: false, repeat: false, ...more }),
    keyup: (key) => editor.key({ type: "up", key, code: "", ctrl: false, shift: false, alt: false }),
    tap(key, more) {
      const taken = self.key(key, more);
      self.keyup(key);
      return taken;
    },
    ack: (seq, next) => editor.setPage({ ...page, shapes: next, ack: seq }),
    paint(ratio = 1) {
      const ctx = context();
      editor.paint(ctx, ratio);
      return ctx.calls;
    },
  };
  return self;
}

export const BOX = { uid: "a", class_id: 1, shape: { box: [100, 100, 200, 180] } };
export const OTHER = { uid: "b", class_id: 2, shape: { box: [300, 200, 400, 300] } };
export const SQUARE = {
  uid: "p",
  class_id: 1,
  shape: {
    rings: [
      [
        [100, 100],
        [200, 100],
        [200, 200],
        [100, 200],
      ],
    ],
  },
};
export const RING = {
  uid: "q",
  class_id: 2,
  shape: {
    rings: [
      [
        [300, 100],
        [400, 100],
        [400, 200],
        [300, 200],
      ],
    ],
    holes: [
      [
        [340, 140],
        [360, 140],
        [350, 160],
      ],
    ],
  },
};
