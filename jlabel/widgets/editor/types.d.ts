// What the parts of the editor are to each other.

import type { LabelClass, LabelingActions, Viewport } from "../frame/types";
import type { Bounds, Grip, Point, Shape, ShapeKind } from "./shapes/types";

export type { Bounds, Point, Ring, Shape } from "./shapes/types";
export type View = Viewport;

/** Brightness, contrast and gamma: 1 leaves a picture as it is. */
export interface Level {
  brightness: number;
  contrast: number;
  gamma: number;
  invert: boolean;
}

/** A pointer event on the stage; x and y in CSS pixels. */
export interface PointerInput {
  type: "down" | "move" | "up" | "cancel" | "leave" | "dblclick" | "wheel";
  x: number;
  y: number;
  button?: number;
  buttons?: number;
  id?: number;
  pointerType?: string;
  ctrl?: boolean;
  shift?: boolean;
  alt?: boolean;
  deltaX?: number;
  deltaY?: number;
  deltaMode?: number;
}

export interface KeyInput {
  type: string;
  key: string;
  code?: string;
  ctrl?: boolean;
  shift?: boolean;
  alt?: boolean;
  repeat?: boolean;
}

/** What the button of a tool shows; `letter` is its key. */
export interface ToolButton {
  name: string;
  icon: Parameters<typeof import("../frame/icons.js").sign>[0];
  title: string;
  letter: string;
}

/** A shape as the kernel describes it; `pending` where a message about it has no answer yet. */
export interface ShapeData {
  uid: string;
  class_id: number;
  shape: Shape;
  made?: string;
  /** Of the proposal that it was, 0 to 1; null where it was none. */
  confidence?: number | null;
  /** It is a proposal that nobody has accepted by itself or changed. */
  proposal?: boolean;
  hidden?: boolean;
  locked?: boolean;
  pending?: boolean;
}

/** The same with its bounds. */
export interface Entry extends ShapeData {
  bounds: Bounds;
}

/** A message of the editor, before it has a number; see editor.js. */
export interface Gesture {
  kind: string;
  name?: string;
  [field: string]: any;
}

/**
 * An outline that crosses itself, or that the kernel refused: it is not stored. With a `message` the kernel knows no such
 * shape, and that is what to send with the mended outline.
 */
export interface Unsaved {
  shape: Shape;
  fault?: Point | null;
  class_id?: number;
  message?: Gesture | null;
}

/** A shape that was drawn before a class was picked. */
export interface Unclassed {
  shape: Shape;
  repair: boolean;
}

/** What to keep as unsaved if the kernel refuses a message. */
export interface Retry extends Unsaved {
  uid: string;
}

/** What a pending message does to the shapes, by uid. */
export type Apply = (shapes: Map<string, ShapeData>) => void;

/** The kernel's state of a page, in the words of the editor. */
export interface PageState {
  item: number | null;
  width: number;
  height: number;
  shapes: ShapeData[];
  classes: LabelClass[];
  locked: boolean;
  hidden: number[];
  hiddenShapes: string[];
}

/** The shapes on the image (page.js). */
export interface ShapesPage {
  readonly unsaved: Map<string, Unsaved>;
  readonly edited: Map<string, Shape>;
  readonly item: number | null;
  readonly width: number;
  readonly height: number;
  readonly classes: LabelClass[];
  readonly locked: boolean;
  entries(): Entry[];
  visible(): Entry[];
  find(uid: string): Entry | undefined;
  set(next: Partial<PageState> & { ack?: number; refused?: number | null }): { other: boolean; refused: string[] };
  predict(seq: number | undefined, apply: Apply, retries?: Retry[]): void;
  setUnsaved(uid: string, shape: Shape, fault: Point): void;
  discard(uid: string): boolean;
  isRefused(uid: string): boolean;
  color(class_id: number | null): string;
  stale(): Set<string>;
}

/** What the editor reports: an outline crosses itself at `fault`, or none does any more. */
export interface Status {
  fault: Point | null;
}

/** Part of a shape under the pointer; `inside`: none of its grips. */
export interface Found {
  uid: string;
  part: Grip["part"] | "inside";
  handle?: string;
  ring?: number;
  index?: number;
  point?: Point;
}

/** A point of an outline. */
export interface Vertex {
  uid: string;
  ring: number;
  index: number;
}

/** A position and how it was reached; of a pointer, or of the keyboard's cursor. */
export type Press = Pick<PointerInput, "x" | "y" | "pointerType" | "ctrl" | "shift" | "alt">;

export interface PenStyle {
  dashed?: boolean;
  faint?: boolean;
  wide?: boolean;
  vertices?: boolean;
  light?: boolean;
}

/** Draws on the gesture canvas, in image pixels (paint.js). */
export interface Pen {
  shape(shape: Shape, classId: number | null, style?: PenStyle): void;
  path(points: Point[], classId: number | null): void;
  dot(point: Point, big?: boolean): void;
  grips(shape: Shape, active?: Vertex | null): void;
  label(shape: Shape, text: string): void;
  cross(point: Point): void;
  guides(point: Point): void;
  cursor(point: Point): void;
}

/**
 * A tool. Points are image pixels. `click` is a click of the keyboard's cursor; `key` returns whether a key had a meaning;
 * `abort` drops what the pressed button was doing, `cancel` everything, and returns whether there was anything.
 */
export interface Tool extends ToolButton {
  crosshair: boolean;
  readonly busy: boolean;
  down(event: Press, point: Point): void;
  move(event: Press, point: Point): void;
  up(event: Press, point: Point): void;
  click(point: Point): void;
  dblclick?(): void;
  key(event: KeyInput): boolean;
  abort(): void;
  cancel(): boolean;
  paint(pen: Pen): void;
  repair?(): boolean;
  /** The vertex that keys work on. */
  readonly active?: Vertex | null;
  find?(event: Pick<PointerInput, "pointerType">, point: Point): Found | null;
  nudged?(shapes: Map<string, Shape>, step: Point, resize: boolean): Map<string, Shape>;
}

/** A tool that works on shapes that are there. */
export type SelectTool = Tool & Required<Pick<Tool, "active" | "find" | "nudged">>;

/** What the screen needs of the shape editor (editor.js). */
export interface Editor {
  readonly tool: string;
  readonly tools: string[];
  readonly toolbox: ToolButton[];
  readonly freeform: boolean;
  readonly cursor: string;
  readonly selection: string[];
  readonly shapes: ShapeData[];
  readonly entries: Entry[];
  readonly classId: number | null;
  readonly unclassed: Unclassed[];
  readonly view: View;
  readonly busy: boolean;
  pointer(event: PointerInput): boolean;
  key(event: KeyInput): boolean;
  blur(): void;
}

/** Options of the editor; see editor.js. */
export interface EditorOptions {
  shape?: string;
  send(message: Gesture): number | undefined;
  requestPaint?(): void;
  onView?(view: View): void;
  onClass?(id: number): void;
  onTool?(name: string): void;
  onSelect?(uids: string[]): void;
  onStatus?(status: Status): void;
  schedule?(run: () => void, milliseconds: number): void;
  now?(): number;
  newUid?(): string;
}

/** The state that the tools, keys and commands of an editor share (interaction.js). */
export interface Interaction {
  readonly page: ShapesPage;
  readonly kind: ShapeKind;
  view: View;
  sentView: View;
  classId: number | null;
  /** The class that was used last, also before this screen was opened. */
  lastClass: number | null;
  /** On the present image; they are kept while another one is on screen. */
  readonly unclassed: Unclassed[];
  /** Uids, the first one first. */
  chosen: string[];
  /** The selected shape was just drawn, not selected by a person. */
  fresh: boolean;
  tool: Tool;
  tools: Record<string, Tool>;
  /** The tool that borrows a press on a grip while another one draws. */
  selectTool: SelectTool;
  /** Id of the pointer whose button is down. */
  pressed: number | null;
  /** The pointer while it is over the stage, CSS pixels. */
  at: Point | null;
  /** The keyboard's cursor, image pixels. */
  cursor: Point | null;
  /** The last drawing. */
  drawn: { at: Point; time: number } | null;
  snapping: boolean;
  /** What a drawn polygon does to the selected one. */
  operation: string;
  newUid(): string;
  repaint(): void;
  status(status: Status): void;
  /** Image pixels in a length of CSS pixels. */
  pixels(css: number): number;
  reach(event: Pick<PointerInput, "pointerType">): number;
  clamp(point: Point): Point;
  /** A step of CSS pixels in the directions of the image, unscaled. */
  imageStep(step: Point): Point;
  pointed(): Point | null;
  draws(): boolean;
  snap(point: Point, event: Pick<PointerInput, "shift">, except?: string): Point;
  editable(entry: ShapeData): boolean;
  setLock(uids: string[], value: boolean): void;
  selected(): Entry[];
  select(uids: string[], options?: { quiet?: boolean; fresh?: boolean }): void;
  cycle(by: number): boolean;
  /** The proposal to look at after some that are settled now, the least sure first; null where none is left. */
  nextProposal(settled: string[]): string | null;
  /** Accepts the selected proposals, or leaves one that was changed, and goes on to the next; whether there was one. */
  acceptSelected(): boolean;
  clear(): void;
  lastSize(): Point;
  post(message: Gesture, apply?: Apply, retries?: Retry[]): void;
  draw(drawn: Shape, options?: { repair?: boolean }): void;
  /** Adds a drawn shape with the picked class. */
  add(class_id: number, drawn: Unclassed): void;
  /** Removes the newest shape without a class, or all; returns them. */
  takeUnclassed(which?: "newest"): Unclassed[];
  make(uid: string, unsaved: Unsaved, options?: { repair?: boolean }): void;
  commit(changes: Map<string, Shape>, options?: { repair?: boolean }): void;
  setView(view: View): void;
  settleView(): void;
  panBy(dx: number, dy: number): void;
  nudge(step: Point, resize: boolean): boolean;
  flush(): boolean;
  showCursor(): void;
  moveCursor(step: Point): void;
  press(point: Point): void;
  abort(): void;
  busy(): boolean;
  escape(): boolean;
  /** Picks the class of the next shape, of those without one, else (unless just drawn, or `always`) of the selected. */
  pickClass(id: number, always?: boolean): void;
  setTool(name: string): boolean;
  command(name: string, fields?: object): boolean;
}

/** What the buttons and keys of the editor do. */
export interface EditorActions extends LabelingActions {
  toolbox: ToolButton[];
  /** Whether outlines of any form are drawn, so that they can be cut, joined and simplified. */
  freeform: boolean;
  tool(name: string): void;
  command(name: string, fields?: object): void;
  pick(id: number): void;
  operation(name: string): void;
  snap(on: boolean): void;
  focus(): void;
  hide(what: { class_id?: number; uids?: string[] }): void;
  /** Finds the outlines of the objects in boxes; not there in projects that have none to find. */
  outline?(): void;
}
