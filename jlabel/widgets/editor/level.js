// Brightness, contrast, gamma and inversion: shown at once by a filter of the browser, then painted by the kernel.
// The same table as media/display.py; tests/vectors/level.json tests both.

/** @import { Level } from "./types" */

import { h, setText } from "../frame/dom.js";

/** @type {Level} */
export const PLAIN = { brightness: 1, contrast: 1, gamma: 1, invert: false };
const REST = 150; // milliseconds after the last move of a slider until the kernel is asked for a picture
/** @type {["brightness" | "contrast" | "gamma", string, number][]} */
const SLIDERS = [
  ["brightness", "Brightness", 2],
  ["contrast", "Contrast", 2],
  ["gamma", "Gamma", 2.3],
]; // octaves either way

/** @param {number} value */
const within = (value) => Math.min(1, Math.max(0, value));

/**
 * The grey levels, 0 to 255, that those from 0 to 255 are shown as.
 *
 * @param {Level} level
 */
export function tableOf({ brightness, contrast, gamma, invert }) {
  return Array.from({ length: 256 }, (_, level) => {
    const lit = within((invert ? 1 - level / 255 : level / 255) ** (1 / gamma) * brightness);
    return Math.floor(255 * within((lit - 0.5) * contrast + 0.5) + 0.5);
  });
}

/**
 * The table that converts a picture painted under one level to another level, as closely as its grey levels allow.
 *
 * @param {Level} painted
 * @param {Level} wanted
 */
export function tableBetween(painted, wanted) {
  const [from, to] = [tableOf(painted), tableOf(wanted)];
  const sums = Array.from({ length: 256 }, () => [0, 0]);
  from.forEach((level, index) => {
    sums[level][0] += to[index];
    sums[level][1] += 1;
  });
  /** @type {[number, number][]} */
  const known = []; // grey levels that occur in the picture, and what they become
  sums.forEach(([sum, count], level) => {
    if (count) known.push([level, sum / count]);
  });
  const table = [];
  for (let level = 0, next = 0; level < 256; level++) {
    // a level that does not occur lies between its neighbours
    while (next < known.length - 1 && known[next][0] < level) next++;
    const [high, low] = [known[next], known[Math.max(0, next - 1)]];
    const share = high[0] > low[0] ? within((level - low[0]) / (high[0] - low[0])) : 1;
    table.push(low[1] + (high[1] - low[1]) * share);
  }
  return table;
}

const NAMES = /** @type {(keyof Level)[]} */ (Object.keys(PLAIN));
/** @type {(one: Level, other: Level) => boolean} */
export const sameLevel = (one, other) => NAMES.every((name) => one[name] === other[name]);
/**
 * The level of the kernel's state: [brightness, contrast, gamma, invert].
 *
 * @type {(levels?: number[]) => Level}
 */
export const levelOf = ([brightness = 1, contrast = 1, gamma = 1, invert = 0] = []) => ({
  brightness,
  contrast,
  gamma,
  invert: Boolean(invert),
});

let filters = 0; // a page may show several editors

/**
 * `send(level)` sends a level to the kernel and returns the number of the message.
 *
 * @param {HTMLElement[]} hosts the elements that hold the canvases
 * @param {(level: Level) => number} send
 */
export function createLevel(hosts, send) {
  /** @type {(tag: string, attributes: Record<string, any>, ...children: Element[]) => SVGElement} */
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const canvases = hosts.map((host) => {
    const functions = ["R", "G", "B"].map((channel) => svg(`feFunc${channel}`, { type: "table" }));
    const id = `jl-level-${filters++}`;
    const painted = /** @type {Level | null} */ (null); // the level that its picture was painted under
    return { host, id, functions, painted };
  });
  const defs = svg(
    "svg",
    { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" },
    ...canvases.map(({ id, functions }) =>
      svg("filter", { id, "color-interpolation-filters": "sRGB" }, svg("feComponentTransfer", {}, ...functions)),
    ),
  );

  let wanted = PLAIN;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0; // number of the last message about the level
  const preview = () => {
    for (const { host, id, functions, painted } of canvases) {
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
  /** @param {Partial<Level>} part */
  const change = (part) => {
    wanted = { ...wanted, ...part };
    preview();
    show();
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
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
      const octaves = Math.log2(wanted[name]);
      if (Math.abs(Number(input.value) - octaves) > 0.03) input.value = String(octaves);
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
    /**
     * Takes the kernel's level, unless a newer one is on its way to the kernel.
     *
     * @param {number[] | undefined} levels
     * @param {number} ack number of the last message that the kernel has handled
     */
    receive(levels, ack) {
      if (!timer && ack >= asked) wanted = levelOf(levels);
      show();
      preview();
    },
    /**
     * A canvas now shows a picture that was painted under this level.
     *
     * @param {number} index
     * @param {number[] | undefined} levels
     */
    painted(index, levels) {
      canvases[index].painted = levelOf(levels);
    },
    get changed() {
      return !sameLevel(wanted, PLAIN);
    },
    close: () => clearTimeout(timer),
  };
}
