// Pre-labels in words: how sure, how many, what is left to check.

/** A share as people read it; never 100 %, which nobody can promise. */
export const percent = (share) => `${Math.min(99, Math.round(share * 100))} %`;

export const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

export const className = (classes, id) => classes.get(id)?.name ?? `class ${id}`;

/** How sure the pre-label of a cell is of a class (`null`: of "No objects"); `null` where it says no such thing. */
export function sureOf(cell, id) {
  if (!cell.prelabel) return null;
  if (id === null) return cell.prelabel.labels.length ? null : cell.prelabel.confidence;
  const place = cell.prelabel.labels.indexOf(id);
  return place < 0 ? null : cell.prelabel.sure[place];
}

const differs = (cell) => cell.prelabel && !cell.standing && cell.labels.join() !== cell.prelabel.labels.join();

/** What submitting a complete page says about its pre-labels. */
export function summary(page) {
  const standing = page.cells.filter((cell) => cell.standing).length;
  const corrected = page.cells.filter(differs).length;
  const parts = [
    standing ? `Submit accepts ${count(standing, "pre-label")}` : "",
    corrected ? `${corrected} corrected` : "",
  ];
  return page.own ? "" : parts.filter(Boolean).join(", ");
}

/** What one key will do where a clustered page has selected images by itself; "" where it has not. */
export function grouped(selected, all) {
  if (!selected) return "";
  if (selected < all) return `${selected} selected: one key labels ${selected === 1 ? "it" : "them"}`;
  return "All selected: one key labels the page";
}

/** What a screen reader hears of a page that comes on screen; `together` is what `grouped` says of it. */
export function welcome(page, together = "") {
  const standing = page.cells.filter((cell) => cell.standing).length;
  return `${count(page.cells.length, "image")}${standing ? `, ${standing} of them pre-labeled` : ""}${together ? `. ${together}` : ""}`;
}
