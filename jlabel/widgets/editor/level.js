// Brightness, contrast, gamma and inversion: shown at once by a filter of the browser, then painted by the kernel.
// The same table as media/display.py; tests/vectors/level.json tests both.

import { h, setText } from "../frame/dom.js";

export const PLAIN = { brightness: 1, contrast: 1, gamma: 1, invert: false };
const REST = 150; // ms after the last move of a slider until the kernel is asked
/** @type {["brightness" | "contrast" | "gamma", string, number][]} */
const SLIDERS = [
  ["brightness", "Brightness", 2],
  ["contrast", "Contrast", 2],
  ["gamma", "Gamma", 2.3],
]; // octaves either way

const within = (value) => Math.min(1, Math.max(0, value));

/** What each grey level from 0 to 255 is shown as, 0 to 255. */
export function tableOf({ brightness, contrast, gamma, invert }) {
  return Array.from({ length: 256 }, (_, level) => {
    const lit = within((invert ? 1 - level / 255 : level / 255) ** (1 / gamma) * brightness);
    return Math.floor(255 * within((lit - 0.5) * contrast + 0.5) + 0.5);
  });
}

/** The table that makes of a picture painted under one level the picture under another, as near as what is left allows. */
export function tableBetween(painted, wanted) {
  const [from, to] = [tableOf(painted), tableOf(wanted)];
  const sums = Array.from({ length: 256 }, () => [0, 0]);
  from.forEach((level, index) => {
    sums[level][0] += to[index];
    sums[level][1] += 1;
  });
  const known = [];
  sums.forEach(([sum, count], level) => {
    if (count) known.push([level, sum / count]);
  });
  const table = [];
  for (let level = 0, next = 0; level < 256; level++) {
    // levels that nothing was painted in: between their neighbours
    while (next < known.length - 1 && known[next][0] < level) next++;
    const [high, low] = [known[next], known[Math.max(0, next - 1)]];
    const share = high[0] > low[0] ? within((level - low[0]) / (high[0] - low[0])) : 1;
    table.push(low[1] + (high[1] - low[1]) * share);
  }
  return table;
}

export const sameLevel = (one, other) => Object.keys(PLAIN).every((name) => one[name] === other[name]);
export const levelOf = ([brightness = 1, contrast = 1, gamma = 1, invert = 0] = []) => ({
  brightness,
  contrast,
  gamma,
  invert: Boolean(invert),
});

let filters = 0; // a page may show several editors

/** `hosts`: the elements that hold the canvases; `send(level)` tells the kernel and returns the message's number. */
export function createLevel(hosts, send) {
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const sides = hosts.map((host) => {
    const functions = ["R", "G", "B"].map((channel) => svg(`feFunc${channel}`, { type: "table" }));
    const id = `jl-level-${filters++}`;
    return { host, id, functions, painted: null }; // nothing yet
  });
  const defs = svg(
    "svg",
    { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" },
    ...sides.map(({ id, functions }) =>
      svg("filter", { id, "color-interpolation-filters": "sRGB" }, svg("feComponentTransfer", {}, ...functions)),
    ),
  );

  let wanted = PLAIN;
  let timer = 0;
  let asked = 0; // number of the last message about it
  const preview = () => {
    for (const { host, id, functions, painted } of sides) {
      const same = !painted || sameLevel(painted, wanted);
      if (!same) {
        const values = tableBetween(painted, wanted)
          .map((level) => (level / 255).toFixed(4))
          .join(" ");
        for (const one of functions) one.setAttribute("tableValues", values);
      }
      const filter = same ? "" : `url("#${id}")`;
      if (host.style.filter !== filter) host.style.filter = filter;
    }
  };
  const change = (part) => {
    wanted = { ...wanted, ...part };
    preview();
    show();
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      asked = send(wanted);
    }, REST);
  };

  const rows = SLIDERS.map(([name, text, octaves]) => {
    const input = h("input", {
      type: "range",
      min: -octaves,
      max: octaves,
      step: "0.05",
      "aria-label": text,
      title: `${text}; double click resets`,
      oninput: () => change({ [name]: Math.round(2 ** +input.value * 1000) / 1000 }),
      ondblclick: () => change({ [name]: 1 }),
    });
    return { name, input, value: h("span", { class: "jl-fact" }), text };
  });
  const invert = h("input", { type: "checkbox", onchange: () => change({ invert: invert.checked }) });
  const reset = h("button", { type: "button", class: "jl-button", onclick: () => change(PLAIN) }, "Reset");
  const panel = h(
    "div",
    { class: "jl-levels", role: "dialog", "aria-label": "Brightness, contrast, gamma" },
    ...rows.flatMap(({ text, input, value }) => [h("span", {}, text), input, value]),
    h("label", { class: "jl-caption" }, invert, "Invert"),
    h("span", {}),
    reset,
  );

  function show() {
    for (const { name, input, value } of rows) {
      const place = String(Math.log2(wanted[name]));
      if (Math.abs(Number(input.value) - Number(place)) > 0.03) input.value = place;
      const text = wanted[name].toFixed(2);
      setText(value, text);
      input.setAttribute("aria-valuetext", text);
    }
    invert.checked = wanted.invert;
  }
  show();

  return {
    panel,
    defs,
    /** The kernel's level, as of its last word; what is still on its way to it stays. */
    receive(levels, ack) {
      if (!timer && ack >= asked) wanted = levelOf(levels);
      show();
      preview();
    },
    /** A canvas now shows a picture painted under this level. */
    painted(index, levels) {
      sides[index].painted = levelOf(levels);
    },
    get changed() {
      return !sameLevel(wanted, PLAIN);
    },
    close: () => clearTimeout(timer),
  };
}
