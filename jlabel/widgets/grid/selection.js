// Which images a key means: the selected ones, else the one under the cursor.
// A clustered page takes its images together: it selects those without an answer by itself, when it opens and again after
// each image that was labeled for itself, until Esc says "one by one". What is selected by hand is left alone.

import { answered } from "../frame/answers.js";

/** `cells()` are those on screen. */
export function createSelection(task, cells) {
  let chosen = new Set();
  let cursor = 0;
  let anchor = 0;
  let together = false; // nobody has said "one by one" on this clustered page
  let byPage = false; // what is selected was selected by the page

  const open = () =>
    cells()
      .filter((cell) => !answered(cell))
      .map((cell) => cell.item);
  const nextOpen = (from) =>
    cells()
      .map((_, index) => (from + index) % cells().length)
      .find((index) => !answered(cells()[index]));
  const byHand = (items) => {
    chosen = new Set(items);
    byPage = false;
  };
  const gather = () => {
    if (together && open().length) {
      chosen = new Set(open());
      byPage = true;
    }
  };

  return {
    get items() {
      return chosen;
    },
    get cursor() {
      return cursor;
    },
    get byHand() {
      return chosen.size > 0 && !byPage;
    },
    /** Images that wait together for one key; 0 where none do. */
    get waiting() {
      return byPage ? open().length : 0;
    },
    targets() {
      if (chosen.size)
        return cells()
          .map((cell) => cell.item)
          .filter((item) => chosen.has(item));
      return cells()[cursor] ? [cells()[cursor].item] : [];
    },
    /** A page comes on screen. */
    open(page) {
      const count = page?.cells.length ?? 0;
      together = count > 1 && page.queue === "clustered" && !page.own;
      byHand(count === 1 ? [page.cells[0].item] : []);
      cursor = anchor = count ? (nextOpen(0) ?? 0) : 0;
      gather();
    },
    /** The cells of the page have changed. */
    follow() {
      const there = new Set(
        cells()
          .filter((cell) => !byPage || !cell.standing)
          .map((cell) => cell.item),
      );
      chosen = new Set([...chosen].filter((item) => there.has(item)));
      byPage &&= chosen.size > 0;
      if (byPage) gather();
      cursor = Math.min(cursor, Math.max(0, cells().length - 1));
    },
    click(index, toAnchor) {
      const { item } = cells()[index];
      if (toAnchor) {
        const [low, high] = [Math.min(anchor, index), Math.max(anchor, index)];
        byHand(
          cells()
            .slice(low, high + 1)
            .map((one) => one.item),
        );
      } else {
        byHand(chosen.size === 1 && chosen.has(item) ? [] : [item]);
        anchor = index;
      }
      cursor = index;
    },
    toggle(index) {
      const { item } = cells()[index];
      byHand(chosen.has(item) ? [...chosen].filter((one) => one !== item) : [...chosen, item]);
      cursor = anchor = index;
    },
    move(step) {
      if (byPage) byHand([]);
      const next = cursor + step;
      if (next >= 0 && next < cells().length) cursor = anchor = next;
    },
    all() {
      if (!byPage && chosen.size === cells().length) this.none();
      else byHand(cells().map((one) => one.item));
    },
    none() {
      byHand([]);
      together = false;
    },
    /** A class was applied to the targets; `single`: to the one under the cursor. */
    applied(single) {
      if (task === "multi-label") {
        if (!byPage) byHand([]);
      } else if (together && open().length) gather();
      // With nothing selected the key labels the image under the cursor; then the next open one is at hand.
      else if (single && cells().length > 1) cursor = anchor = nextOpen(cursor + 1) ?? cursor;
    },
    /** Something else than a class was said of the targets. */
    said() {
      if (task !== "multi-label") gather();
    },
  };
}
