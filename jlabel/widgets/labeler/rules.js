// The rules of session/tools.py again, so that the page on screen does not wait for the kernel.
// tests/vectors/rules.json holds both to one list. A cell is {item, labels: [class id], empty, skipped: null | reason}.

const blank = { labels: [], empty: false, skipped: null };

export const answered = (cell) => cell.labels.length > 0 || cell.empty || cell.skipped !== null;
export const complete = (page) => page.cells.length > 0 && page.cells.every(answered);

export function applyAction(cells, message, task) {
  const chosen = cells.filter((cell) => message.items.includes(cell.item));
  const change = actions[message.action](chosen, message, task);
  return cells.map((cell) => (chosen.includes(cell) ? { ...cell, ...change(cell) } : cell));
}

const actions = {
  apply(chosen, { class_id: id }, task) {
    if (task === "multi-class") return () => ({ ...blank, labels: [id] });
    if (chosen.every((cell) => cell.labels.includes(id))) return without(id);
    return (cell) => (cell.labels.includes(id) ? {} : { ...blank, labels: [...cell.labels, id] });
  },
  clear: (chosen, { class_id: id }) => (id == null ? () => blank : without(id)),
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
