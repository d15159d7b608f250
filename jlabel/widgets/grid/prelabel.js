// Pre-labels in words: how sure the model is, and what a key will do.

import { count } from "../frame/summary.js";

/** A share as people read it; never 100 %, which nobody can promise. */
export const percent = (share) => `${Math.min(99, Math.round(share * 100))} %`;

export const className = (classes, id) => classes.get(id)?.name ?? `class ${id}`;

/** How sure the pre-label of a cell is of a class (`null`: of "No objects"); `null` where it says no such thing. */
export function sureOf(cell, id) {
  if (!cell.prelabel) return null;
  if (id === null) return cell.prelabel.labels.length ? null : cell.prelabel.confidence;
  const place = cell.prelabel.labels.indexOf(id);
  return place < 0 ? null : cell.prelabel.sure[place];
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
