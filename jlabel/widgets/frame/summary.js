// What a page comes to, in words.

/** @type {(number: number, what: string) => string} */
export const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

/**
 * A share as people read it; never 100 %, which nobody can promise.
 *
 * @param {number} share 0 to 1
 */
export const percent = (share) => `${Math.min(99, Math.round(share * 100))} %`;

/**
 * Whether what a page proposes carries no promise: it is called suggestions then, and pre-labels else.
 *
 * @param {import("./types").Page} page
 */
export const isSuggested = (page) => page.cells.some((cell) => cell.prelabel?.proven === false);

/** @param {import("./types").Cell} cell */
const differs = (cell) => cell.prelabel && !cell.standing && cell.labels.join() !== cell.prelabel.labels.join();

/**
 * What submitting a complete page does to its pre-labels.
 *
 * @param {import("./types").Page} page
 */
export function summary(page) {
  const { proposals } = page;
  if (proposals) return proposals.untouched ? `Submit accepts ${count(proposals.untouched, "proposal")}` : "";
  const standing = page.cells.filter((cell) => cell.standing).length;
  const corrected = page.cells.filter(differs).length;
  const parts = [
    standing ? `Submit accepts ${count(standing, isSuggested(page) ? "suggestion" : "pre-label")}` : "",
    corrected ? `${corrected} corrected` : "",
  ];
  return page.own ? "" : parts.filter(Boolean).join(", ");
}
