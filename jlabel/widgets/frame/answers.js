// The rules of session/class_tools.py again, so that the page on screen does not wait for the kernel.
// tests/vectors/answers.json tests both.

/**
 * @import { Answer, Cell, CellAction, Page } from "./types"
 * @typedef {{action: CellAction, items: number[], class_id?: number | null, reason?: string, seen_version?: number}} Action
 * @typedef {(cell: Cell) => Partial<Cell>} Change
 */

/** @type {Answer} */
const blank = { labels: [], empty: false, skipped: null };

/** @param {Answer} cell */
export const answered = (cell) => cell.labels.length > 0 || cell.empty || cell.skipped !== null;
/** @param {{cells: Answer[]}} page */
export const complete = (page) => page.cells.length > 0 && page.cells.every(answered);

/**
 * The class that a click gives a cell: the second likeliest where it shows its untouched pre-label, the class of the
 * pre-label where it shows the second likeliest; 0 where it is neither.
 *
 * @param {Cell} cell
 */
export function clickClass({ labels, prelabel, standing }) {
  if (!prelabel?.alternative) return 0;
  if (standing) return prelabel.alternative;
  return labels.length === 1 && labels[0] === prelabel.alternative ? prelabel.labels[0] : 0;
}

/**
 * Returns the cells of a page after an action on some of them.
 *
 * @param {Cell[]} cells
 * @param {Action} message
 * @param {boolean} manyClasses whether an image takes several classes
 */
export function applyAction(cells, message, manyClasses) {
  // an action that was sent before a pre-label was on screen is about the image without it
  /** @param {Cell} cell */
  const unseen = (cell) =>
    cell.standing &&
    cell.prelabel &&
    message.items.includes(cell.item) &&
    message.seen_version !== undefined &&
    cell.prelabel.version > message.seen_version;
  const known = cells.map((cell) => (unseen(cell) ? { ...cell, ...blank, prelabel: null, standing: false } : cell));
  const chosen = known.filter((cell) => message.items.includes(cell.item));
  const change = actions[message.action](chosen, message, manyClasses);
  return known.map((cell) => {
    if (!chosen.includes(cell)) return cell;
    return { ...cell, ...(cell.standing ? { standing: false } : {}), ...change(cell) };
  });
}

/** @type {Record<CellAction, (chosen: Cell[], message: Action, manyClasses: boolean) => Change>} */
const actions = {
  accept: () => () => ({}),
  alternative(chosen) {
    const forth = chosen.some((cell) => cell.standing && clickClass(cell));
    return (cell) => {
      const id = Boolean(cell.standing) === forth ? clickClass(cell) : 0;
      return id ? { ...blank, labels: [id], standing: !forth } : { standing: cell.standing };
    };
  },
  apply(chosen, { class_id }, manyClasses) {
    const id = Number(class_id);
    if (!manyClasses) return () => ({ ...blank, labels: [id] });
    if (chosen.every((cell) => cell.labels.includes(id))) return without(id);
    return (cell) => (cell.labels.includes(id) ? {} : { ...blank, labels: [...cell.labels, id] });
  },
  clear: (_chosen, { class_id: id }) => (id === null || id === undefined ? () => blank : without(id)),
  skip(chosen, { reason = "" }) {
    const all = chosen.every((cell) => cell.skipped === reason);
    return () => (all ? blank : { ...blank, skipped: reason });
  },
  empty(chosen) {
    const all = chosen.every((cell) => cell.empty);
    return () => (all ? blank : { ...blank, empty: true });
  },
};

/** @type {(id: number) => Change} */
const without = (id) => (cell) =>
  cell.labels.includes(id) ? { ...blank, labels: cell.labels.filter((label) => label !== id) } : {};
