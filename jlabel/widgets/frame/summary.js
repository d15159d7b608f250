// What a page comes to, in words.

export const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

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
