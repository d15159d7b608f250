// What the buttons, keys and cells of the grid do.

import type { LabelingActions } from "../frame/types";

export interface GridActions extends LabelingActions {
  click(index: number, event: MouseEvent): void;
  toggle(index: number): void;
  toggleCursor(): void;
  move(dx: number, dy: number): void;
  selectAll(): void;
  apply(id: number): void;
  applyKey(key: string): void;
  clear(index: number, id?: number): void;
  clearSelected(): void;
  accept(): void;
  /** Gives the images that a key applies to the second likeliest class instead of their pre-label, or takes it back. */
  alternative(): void;
  undo(): void;
  redo(): void;
  /** Changes how many images a page has: `large` those that are not manual. */
  grid(size: number, large: boolean): void;
  /** Enlarges the image with an index, else the first that a key applies to. */
  zoom(index?: unknown): void;
  unzoom(): void;
  zoomKey(key: string): boolean;
  /** Brightness and contrast; `final` ones are sent to the kernel. */
  level(brightness: number, contrast: number, final: boolean): void;
  autoSubmit(): void;
  search(): void;
  escape(): void;
  /** Runs the work of a key when its turn has come. */
  inOrder(work: () => void): void;
}
