// The canvases that ipycanvas paints: two for pages and one for the enlarged picture, each in an element of its own.

import { h } from "./dom.js";

/**
 * @param {import("./types").Model<any>} model
 * @param {() => void} onPainted called after a canvas was painted
 * @returns {import("./types").Canvases}
 */
export function createCanvases(model, onPainted) {
  // inert: ipycanvas's canvas would take the focus at Tab and keep every key from there on
  const hosts = [0, 1, 2].map(() => h("div", { class: "jl-canvas-host", inert: true }));
  /** @type {any[]} */
  const layers = [null, null, null]; // ipycanvas keeps its own types
  /** @type {any[]} */
  const views = [];
  let closed = false;
  /** @param {number} index */
  const frame = (index) => layers[index]?.ctx.lineDashOffset ?? 0;

  /** @type {(reference: string, index: number) => Promise<void>} */
  const attach = async (reference, index) => {
    const manager = model.widget_manager;
    const canvas = await manager.get_model(reference.replace("IPY_MODEL_", ""));
    const [layer] = canvas.get("_canvases") ?? [];
    // In the stead of a widget that the page cannot load the manager makes one that shows an error.
    if (!layer?.ctx) throw new Error("The page has no ipycanvas, or another one than the kernel.");
    const view = await manager.create_view(canvas, {});
    if (closed) return view.remove();
    views.push(view);
    hosts[index].append(view.el);
    layers[index] = layer;
    layer.on("new-frame", onPainted);
  };
  const attached = model.get("canvases").map(attach);
  for (const one of attached)
    one.then(
      () => !closed && onPainted(),
      () => {}, // `ready` tells
    );

  return {
    hosts,
    ready: Promise.all(attached),
    /** The number of the frame that a canvas shows; the kernel sends it as the context's lineDashOffset. */
    frame,
    /** Whether a page of the state is painted as that state describes it. */
    isPainted: (page) => frame(page.canvas) >= page.frame,
    /** ipycanvas runs its drawings one after the other and, once one has failed, no more of them: start a new chain. */
    async revive() {
      const manager = await model.widget_manager.get_model(model.get("manager"));
      manager.currentProcessing = Promise.resolve();
    },
    show(index) {
      hosts.slice(0, 2).forEach((host, at) => {
        host.style.visibility = at === index ? "visible" : "hidden";
      });
    },
    filter(css) {
      for (const host of hosts) host.style.filter = css;
    },
    close() {
      closed = true;
      for (const layer of layers) layer?.off("new-frame", onPainted);
      for (const view of views) view.remove();
    },
  };
}
