// A shape that only tests know: a circle, {circle: [x, y, r]}, drawn by a drag from its middle.
const rings = ({ circle: [x, y, r] }) => [
  Array.from({ length: 64 }, (_, i) => [x + r * Math.cos((i * Math.PI) / 32), y + r * Math.sin((i * Math.PI) / 32)]),
];
const handles = ({ circle: [x, y, r] }) => ({ e: [x + r, y], s: [x, y + r], w: [x - r, y], n: [x, y - r] });
const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

function createCircleTool(interaction) {
  let middle = null;
  let edge = null;
  const reset = () => {
    [middle, edge] = [null, null];
    interaction.repaint();
  };
  const shape = () => ({ circle: [...middle, distance(middle, edge)] });
  return {
    name: "circle",
    icon: "extreme",
    title: "Draw a circle from its middle",
    letter: "O",
    crosshair: true,
    get busy() {
      return middle !== null;
    },
    down(_, point) {
      [middle, edge] = [point, point];
    },
    move(_, point) {
      if (middle) edge = point;
    },
    up(_, point) {
      edge = point;
      const drawn = shape();
      reset();
      if (drawn.circle[2] > 1) interaction.draw(drawn);
    },
    click: () => {},
    key: () => false,
    abort: reset,
    cancel() {
      const was = middle !== null;
      reset();
      return was;
    },
    paint(pen) {
      if (middle) pen.shape(shape(), interaction.classId, { dashed: true });
    },
  };
}

export const circle = {
  key: "circle",
  field: "circle",
  rectangular: false,
  freeform: false,
  firstTool: "circle",
  bounds: ({ circle: [x, y, r] }) => [x - r, y - r, x + r, y + r],
  rings,
  contains: ({ circle: [x, y, r] }, point) => distance([x, y], point) <= r,
  translate: ({ circle: [x, y, r] }, dx, dy) => ({ circle: [x + dx, y + dy, r] }),
  resize: ({ circle: [x, y, r] }, [dx]) => ({ circle: [x, y, Math.max(1, r + dx)] }),
  fault: () => null,
  grips: (shape) => Object.values(handles(shape)).map((point) => ({ point })),
  grip(shape, point, reach) {
    const found = Object.entries(handles(shape)).find(([, at]) => distance(at, point) <= reach);
    return found ? { part: "handle", handle: found[0] } : null;
  },
  pull({ circle: [x, y] }, { to, least }) {
    const r = distance([x, y], to);
    return r >= least ? { circle: [x, y, r] } : null;
  },
  tools: (interaction) => ({ circle: createCircleTool(interaction) }),
};
