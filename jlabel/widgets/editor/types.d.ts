// What the parts of the editor are to each other.

import type { LabelClass, LabelingActions, Viewport } from "../frame/types";

/** x and y, in image pixels or in CSS pixels on the stage. */
export type Point = [number, number];
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

/** What the screen needs of the shape editor (editor.js). */
export interface Editor {
  readonly tool: string;
  readonly tools: string[];
  readonly toolbox: ToolButton[];
  readonly freeform: boolean;
  readonly cursor: string;
  readonly selection: string[];
  readonly shapes: object[];
  readonly view: View;
  readonly busy: boolean;
  pointer(event: PointerInput): boolean;
  key(event: KeyInput): boolean;
  blur(): void;
}

/** What navigator and keyboard need of the tools' shared state (interaction.js). */
export interface Interaction {
  view: View;
  cursor: Point | null;
  readonly tool: { name: string; key(event: KeyInput): boolean };
  readonly tools: Record<string, ToolButton>;
  readonly page: { classes: LabelClass[] };
  setView(view: View): void;
  settleView(): void;
  panBy(dx: number, dy: number): void;
  abort(): void;
  flush(): boolean;
  busy(): boolean;
  escape(): boolean;
  turned(step: Point): Point;
  showCursor(): void;
  moveCursor(step: Point): void;
  press(point: Point): void;
  pickClass(id: number): void;
  nudge(step: Point, resize: boolean): boolean;
  cycle(by: number): boolean;
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
}
