// Pre-labels in words: how sure the model is, and what a key will do.

import { clickClass } from "../frame/answers.js";
import { count, isSuggested } from "../frame/summary.js";

/** @type {(classes: Map<number, import("../frame/types").LabelClass>, id: number) => string} */
export const className = (classes, id) => classes.get(id)?.name ?? `class ${id}`;

/**
 * How sure the pre-label of a cell is of a class, 0 to 1; `null` where it does not propose that class.
 *
 * @param {import("../frame/types").Cell} cell
 * @param {number | null} id `null`: of "No objects"
 */
export function sureOf(cell, id) {
  if (!cell.prelabel) return null;
  if (id === null) return cell.prelabel.labels.length ? null : cell.prelabel.confidence;
  const index = cell.prelabel.labels.indexOf(id);
  return index < 0 ? null : cell.prelabel.sure[index];
}

/**
 * What one key will do where a clustered page has selected images as a group; "" where it has not.
 *
 * @param {number} selected
 * @param {number} all
 */
export function grouped(selected, all) {
  if (!selected) return "";
  if (selected < all) return `${selected} selected: one key labels ${selected === 1 ? "it" : "them"}`;
  return "All selected: one key labels the page";
}

/**
 * What to do on a page of pre-labels or suggestions; "" where nothing is special about it.
 *
 * @param {import("../frame/types").Page | null} page
 */
export function correcting(page) {
  if (!page?.cells.some((cell) => cell.standing)) return "";
  const clicks = page.cells.some((cell) => cell.standing && clickClass(cell));
  if (isSuggested(page))
    return `Nothing is promised: look at each, ${clicks ? "click a wrong one" : "correct the wrong ones"}`;
  return clicks ? "Click a wrong one: it takes the second likeliest class" : "";
}

/**
 * What a screen reader hears of a page that comes on screen.
 *
 * @param {import("../frame/types").Page} page
 * @param {string} [hint] what the header says of it
 */
export function welcome(page, hint = "") {
  const standing = page.cells.filter((cell) => cell.standing).length;
  const kind = isSuggested(page) ? "with a suggestion" : "pre-labeled";
  return `${count(page.cells.length, "image")}${standing ? `, ${standing} of them ${kind}` : ""}${hint ? `. ${hint}` : ""}`;
}
