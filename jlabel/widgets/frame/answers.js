// The rules of session/class_tools.py again, so that the page on screen does not wait for the kernel.
// tests/vectors/answers.json holds both to one list. A cell is {item, labels: [class id], empty, skipped: null | reason}, and
// `standing` while what it shows is a pre-label that nobody has confirmed or changed.

const blank = { labels: [], empty: false, skipped: null };

export const answered = (cell) => cell.labels.length > 0 || cell.empty || cell.skipped !== null;
export const complete = (page) => page.cells.length > 0 && page.cells.every(answered);

export function applyAction(cells, message, task) {
  // Said before a pre-label was on screen, so said of an image without it.
  const late = (cell) => cell.standing && message.items.includes(cell.item) && cell.prelabel.arrival > message.seen;
  const known = cells.map((cell) => (late(cell) ? { ...cell, ...blank, prelabel: null, standing: false } : cell));
  const chosen = known.filter((cell) => message.items.includes(cell.item));
  const change = actions[message.action](chosen, message, task);
  return known.map((cell) => {
    if (!chosen.includes(cell)) return cell;
    const changed = { ...cell, ...change(cell) };
    return cell.standing ? { ...changed, standing: false } : changed;
  });
}

const actions = {
  accept: () => () => ({}),
  apply(chosen, { class_id: id }, task) {
    if (task === "multi-class") return () => ({ ...blank, labels: [id] });
    if (chosen.every((cell) => cell.labels.includes(id))) return without(id);
    return (cell) => (cell.labels.includes(id) ? {} : { ...blank, labels: [...cell.labels, id] });
  },
  clear: (_chosen, { class_id: id }) => (id == null ? () => blank : without(id)),
  skip(chosen, { reason = "" }) {
    const all = chosen.every((cell) => cell.skipped === reason);
    return () => (all ? blank : { ...blank, skipped: reason });
  },
  empty(chosen) {
    const all = chosen.every((cell) => cell.empty);
    return () => (all ? blank : { ...blank, empty: true });
  },
};

const without = (id) => (cell) =>
  cell.labels.includes(id) ? { ...blank, labels: cell.labels.filter((label) => label !== id) } : {};
