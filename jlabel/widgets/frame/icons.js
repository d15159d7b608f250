// Icons as line drawings of 16 x 16, because fonts differ in the signs that they have.

const PATHS = {
  select: "M3.5 2.2 12.6 8 8.3 8.9 6.2 12.9Z M9 9.4l2.6 4",
  box: "M2.5 3.5h11v9h-11Z",
  extreme: "M3 4.5h10v7H3Z M8 2.2v2.3M8 11.5v2.3M.8 8H3M13 8h2.2",
  template: "M2.5 5.5h8v8h-8Z M6 2.5h7.5V10",
  polygon: "M8 2 14 6.5 11.6 13.4H4.4L2 6.5Z",
  points: "M4.5 12 11 4.5 M2.5 10.5h3.2v3.2H2.5Z M9.8 2.3H13v3.2H9.8Z",
  undo: "M6 3 2.8 6.2 6 9.4 M3 6.2h6.4a3.6 3.6 0 0 1 0 7.2H6.5",
  redo: "M10 3l3.2 3.2L10 9.4 M13 6.2H6.6a3.6 3.6 0 0 0 0 7.2h2.9",
  lock: "M4 7.5h8v6H4Z M5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
  unlock: "M4 7.5h8v6H4Z M5.5 7.5v-2a2.5 2.5 0 0 1 4.6-1.3",
  remove: "M2.5 4.2h11 M6 4.2V2.5h4v1.7 M4 4.2l.7 9.3h6.6l.7-9.3 M6.7 6.7v4.4M9.3 6.7v4.4",
  more: "M3 7.4h1.2v1.2H3Z M7.4 7.4h1.2v1.2H7.4Z M11.8 7.4H13v1.2h-1.2Z",
  fresh: "M3 3.5h10v9H3Z M8 5.7v4.6 M5.7 8h4.6",
  add: "M2.5 2.5h7v4h4v7h-7v-4h-4Z",
  cut: "M2.5 2.5h11v11h-5v-5.5h-6Z",
  snap: "M4.5 3v5a3.5 3.5 0 0 0 7 0V3 M4.5 5.6H2.2V3h2.3 M11.5 5.6h2.3V3h-2.3",
  fit: "M2.5 6V2.5H6 M10 2.5h3.5V6 M13.5 10v3.5H10 M6 13.5H2.5V10",
  rotate: "M12.8 5.5A5.4 5.4 0 1 0 13.4 9 M13.3 2.4v3.3H10",
  level: "M8 3.2a4.8 4.8 0 0 1 0 9.6Z M8 3.2a4.8 4.8 0 1 0 0 9.6 M8 .6v1M8 14.4v1M.6 8h1M14.4 8h1",
  eye: "M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8Z M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  shut: "M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8Z M2.5 13.5l11-11",
  pencil: "M11 2.2l2.8 2.8-8 8L2.4 13.6 3 10.2Z",
  copy: "M5.5 5.5h8v8h-8Z M10.5 5.5v-3h-8v8h3",
  proposed: "M8 1.8 14.2 8 8 14.2 1.8 8Z",
  accepted: "M8 1.8 14.2 8 8 14.2 1.8 8Z M5.4 8.2l1.9 1.9 3.3-3.8",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * A line drawing in the colour of the text.
 *
 * @param {keyof typeof PATHS} name
 * @param {number} [size] pixels
 * @param {"round" | "miter"} [corners]
 */
export function sign(name, size = 16, corners = "round") {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const box = { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" };
  const fill = name === "more" ? "currentColor" : "none";
  const drawn = { d: PATHS[name], fill, stroke: "currentColor", "stroke-width": 1.3, "stroke-linejoin": corners };
  for (const [key, value] of Object.entries(box)) svg.setAttribute(key, String(value));
  for (const [key, value] of Object.entries(drawn)) path.setAttribute(key, String(value));
  svg.append(path);
  return svg;
}
