// A small document for tests of what builds a page without a browser: elements with attributes, children and listeners;
// no layout, and of selectors only ".class", "tag" and "[attribute]".

class FakeElement {
  constructor(tag) {
    this.tagName = tag.toUpperCase();
    this.parentElement = null;
    this.childNodes = [];
    this.attributes = new Map();
    this.listeners = new Map();
    this.dataset = {};
    this.style = { setProperty: (name, value) => (this.style[name] = value) };
    this.clientWidth = this.clientHeight = 0;
  }
  setAttribute = (name, value) => void this.attributes.set(name, String(value));
  getAttribute = (name) => this.attributes.get(name) ?? null;
  hasAttribute = (name) => this.attributes.has(name);
  removeAttribute = (name) => void this.attributes.delete(name);
  toggleAttribute(name, on = !this.hasAttribute(name)) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }
  get className() {
    return this.getAttribute("class") ?? "";
  }
  set className(value) {
    this.setAttribute("class", value);
  }
  get hidden() {
    return this.hasAttribute("hidden");
  }
  set hidden(on) {
    this.toggleAttribute("hidden", Boolean(on));
  }
  get classList() {
    return { add: (name) => this.setAttribute("class", `${this.className} ${name}`.trim()) };
  }
  get children() {
    return this.childNodes.filter((child) => child instanceof FakeElement);
  }
  get childElementCount() {
    return this.children.length;
  }
  append(...nodes) {
    for (const node of nodes) {
      node.remove?.();
      if (node instanceof FakeElement) node.parentElement = this;
      this.childNodes.push(node);
    }
  }
  replaceChildren(...nodes) {
    for (const child of this.children) child.parentElement = null;
    this.childNodes = [];
    this.append(...nodes);
  }
  remove() {
    const parent = this.parentElement;
    if (parent) parent.childNodes = parent.childNodes.filter((child) => child !== this);
    this.parentElement = null;
  }
  get textContent() {
    return this.childNodes.map((child) => (child instanceof FakeElement ? child.textContent : child)).join("");
  }
  set textContent(text) {
    this.replaceChildren(text);
  }
  closest = (selector) => (this.matches(selector) ? this : (this.parentElement?.closest(selector) ?? null));
  scrollIntoView() {}
  contains = (other) => other === this || this.children.some((child) => child.contains(other));
  matches = (selector) => selector.split(/,\s*/).some((one) => this.#is(one));
  #is(selector) {
    const [tag, name] = selector.split(/[.[]/);
    const named = !tag || tag.toUpperCase() === this.tagName;
    if (selector.includes("[")) return named && this.hasAttribute(name.slice(0, -1));
    if (selector.startsWith(".")) return this.className.split(" ").includes(name);
    return named;
  }
  querySelector = (selector) => this.querySelectorAll(selector)[0] ?? null;
  querySelectorAll = (selector) =>
    this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  addEventListener(type, work) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), work]);
  }
  removeEventListener(type, work) {
    this.listeners.set(
      type,
      (this.listeners.get(type) ?? []).filter((one) => one !== work),
    );
  }
  /** Hands an event to the listeners of this element and of those around it. */
  dispatch(type, more = {}) {
    let stopped = false;
    const event = { type, target: this, key: "", defaultPrevented: false, ...more };
    event.preventDefault = () => {
      event.defaultPrevented = true;
    };
    event.stopPropagation = () => {
      stopped = true;
    };
    for (let at = this; at && !stopped; at = at.parentElement)
      for (const work of at.listeners.get(type) ?? []) work(event);
    return event;
  }
  focus() {
    document.activeElement = this;
    this.dispatch("focus");
  }
}

globalThis.document = {
  activeElement: null,
  visibilityState: "visible",
  documentElement: null,
  createElement: (tag) => new FakeElement(tag),
  createElementNS: (_namespace, tag) => new FakeElement(tag),
};
globalThis.window = globalThis;
const onWindow = new Map(); // listeners by name
globalThis.addEventListener = (name, work) => onWindow.set(name, [...(onWindow.get(name) ?? []), work]);
globalThis.removeEventListener = (name, work) =>
  onWindow.set(
    name,
    (onWindow.get(name) ?? []).filter((one) => one !== work),
  );
/** What the window tells its listeners. */
export const tellWindow = (name) => {
  for (const work of onWindow.get(name) ?? []) work({ type: name });
};
globalThis.requestAnimationFrame = (work) => setImmediate(work);
const observers = new Set();
globalThis.ResizeObserver = class {
  constructor(work) {
    this.work = work;
  }
  observe() {
    observers.add(this);
  }
  disconnect() {
    observers.delete(this);
  }
};
/** Tells all that observe sizes that these have changed. */
export const tellSizes = () => {
  for (const { work } of observers) work();
};

/** A widget's model: `model.set(name, value)` and `model.receive(content)` are what the kernel does; `model.sent` is what it got. */
export function createModel(traits) {
  const listeners = new Map();
  const emit = (name, ...args) => {
    for (const work of [...(listeners.get(name) ?? [])]) work(...args);
  };
  return {
    sent: [],
    get listening() {
      return [...listeners.values()].flat().length;
    },
    get: (name) => traits[name],
    on: (name, work) => void listeners.set(name, [...(listeners.get(name) ?? []), work]),
    off: (name, work) =>
      void listeners.set(
        name,
        (listeners.get(name) ?? []).filter((one) => one !== work),
      ),
    send(message) {
      this.sent.push(message);
    },
    set(name, value) {
      traits[name] = value;
      emit(`change:${name}`);
    },
    receive: (content) => emit("msg:custom", content),
  };
}

/** What ipycanvas and the widget manager are to a labeler: canvases whose frame the test sets with `paint`. */
export function createPainter() {
  const layers = [0, 1, 2].map(() => {
    const layer = { ctx: { lineDashOffset: 0 }, listeners: [], on: (_name, work) => layer.listeners.push(work) };
    layer.off = (_name, work) => {
      layer.listeners = layer.listeners.filter((one) => one !== work);
    };
    return layer;
  });
  return {
    layers,
    references: layers.map((_, index) => `IPY_MODEL_${index}`),
    manager: {
      get_model: async (id) => ({ get: () => [layers[Number(id)]] }),
      create_view: async () => ({ el: new FakeElement("div"), remove() {} }),
    },
    paint(index, frame) {
      layers[index].ctx.lineDashOffset = frame;
      for (const work of layers[index].listeners) work();
    },
  };
}

export const createElement = (tag = "div") => new FakeElement(tag);
