// Which images a key applies to: the selected ones, else the one under the cursor.
// A clustered page labels its images as a group: it selects those without an answer when it opens, and again after each
// image that was labeled alone, until Esc switches to one by one. A selection made by the labeler is left alone.

import { answered } from "../frame/answers.js";

/**
 * @param {boolean} manyClasses whether an image takes several classes
 * @param {() => import("../frame/types").Cell[]} cells those on screen
 */
export function createSelection(manyClasses, cells) {
  /** @type {Set<number>} */
  let chosen = new Set();
  let cursor = 0;
  let anchor = 0;
  let grouping = false; // whether this page selects its open images as a group
  let byPage = false; // whether the page made the selection, not the labeler

  const open = () =>
    cells()
      .filter((cell) => !answered(cell))
      .map((cell) => cell.item);
  /** @param {number} from index */
  const nextOpen = (from) =>
    cells()
      .map((_, index) => (from + index) % cells().length)
      .find((index) => !answered(cells()[index]));
  /** @param {Iterable<number>} items */
  const byHand = (items) => {
    chosen = new Set(items);
    byPage = false;
  };
  const gather = () => {
    if (grouping && open().length) {
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
    /** The number of images in the group that the page has selected for one key; 0 where there is none. */
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
    /**
     * A page comes on screen.
     *
     * @param {import("../frame/types").Page | null} page
     */
    open(page) {
      const count = page?.cells.length ?? 0;
      grouping = count > 1 && page?.queue === "clustered" && !page.own;
      byHand(page && count === 1 ? [page.cells[0].item] : []);
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
    /** @type {(index: number, toAnchor: boolean) => void} */
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
    /** @param {number} index of the only image that is selected now */
    only(index) {
      byHand([cells()[index].item]);
      cursor = anchor = index;
    },
    /** @param {number} index */
    toggle(index) {
      const { item } = cells()[index];
      byHand(chosen.has(item) ? [...chosen].filter((one) => one !== item) : [...chosen, item]);
      cursor = anchor = index;
    },
    /** @param {number} step */
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
      grouping = false;
    },
    /**
     * A class was applied to the targets.
     *
     * @param {boolean} single to the one under the cursor
     */
    applied(single) {
      if (manyClasses) {
        if (!byPage) byHand([]);
      } else if (grouping && open().length) gather();
      // With nothing selected the key labels the image under the cursor, which moves on to the next open one.
      else if (single && cells().length > 1) cursor = anchor = nextOpen(cursor + 1) ?? cursor;
    },
    /** The targets were skipped, or marked as without objects. */
    answered() {
      if (!manyClasses) gather();
    },
  };
}
