// What crosses between the kernel and the browser, and what the parts of a screen are to each other. Checked by
// `make js-types`; nothing of this file is shipped to the browser.

/** A label class; those with a key are applied by it. `retired`: no longer given, still shown where it was. */
export interface LabelClass {
  id: number;
  path: string;
  name: string;
  color: string;
  key: string | null;
  retired?: boolean;
}

/**
 * What stays while a labeler is open (frame/state.py, describe_setup). `shape`: what is drawn, or null where images take
 * label classes as wholes; `many_classes`: an image takes several classes; `allows_empty`: "No objects" is an answer;
 * `instructions`: sanitised HTML.
 */
export interface Setup {
  project: string;
  task: string;
  /** CSS pixels; null where the labeler fits the window. */
  height?: number | null;
  /** The key of the shape that every annotation has (editor/shapes/shapes.js); null in classification. */
  shape: string | null;
  /** Whether one image takes more than one class. */
  many_classes: boolean;
  /** Whether "No objects" is an answer. */
  allows_empty: boolean;
  labeler: string;
  /** How many images a manual page may have, and any other one. */
  grids: number[];
  large_grids: number[];
  instructions: string;
  classes: LabelClass[];
  retired?: LabelClass[];
  /** The task queues by key. */
  queues: Record<Page["queue"], { name: string; hint: string }>;
  /** The same of a page whose suggestions carry no promise. */
  suggested: { name: string; hint: string };
}

/** A message for the message line; ids count up. */
export interface Note {
  kind: "info" | "error";
  text: string;
  id: number;
}

/**
 * What the state of every screen has: the number of the last message of `view` that the kernel has handled, and its
 * message. `view`: the id of one of the views of the screen; in a labeler that of the active one; empty once the
 * screen has ended.
 */
export interface State {
  ack: number;
  view: string | null;
  message?: Note | null;
}

export interface Answer {
  labels: number[];
  empty: boolean;
  skipped: string | null;
}

/**
 * A pre-label: run, the version under which it arrived, classes with how sure each is (0 to 1), and how sure the whole is.
 * `alternative`: the second likeliest class, 0 where none is known; `proven`: the promised precision holds for it.
 */
export interface Prelabel {
  run: number;
  version: number;
  labels: number[];
  sure: number[];
  confidence: number;
  alternative: number;
  proven: boolean;
}

/** An item on a page. `rect`: x, y, width, height in CSS pixels on the stage. `standing`: it shows its pre-label. */
export interface Cell extends Answer {
  item: number;
  name: string;
  broken: boolean;
  rect: [number, number, number, number];
  prelabel: Prelabel | null;
  standing: boolean;
}

/** A page of items. `canvas`: its canvas; `frame`: the number of the frame that shows it; `own`: one submitted before. */
export interface Page {
  token: string;
  canvas: number;
  frame: number;
  queue: "manual" | "clustered" | "prelabeled";
  own: { position: number; count: number } | null;
  seconds: number;
  cells: Cell[];
  /** In an editor of shapes only. */
  proposals?: Proposals | null;
}

/** A view of a picture on the stage; see editor/viewport.js. */
export interface Viewport {
  width: number;
  height: number;
  stage_width: number;
  stage_height: number;
  scale: number;
  x: number;
  y: number;
  rotation: number;
}

/**
 * The shapes that are proposed for an image: their confidences, the highest first; `above` are shown by default. `shown`:
 * how many are on the image; `untouched`: how many of these nobody has accepted or changed; `least`: from which confidence
 * on they are shown, null by default; `unproven`: also below the threshold of a promise; `proven`: as in a pre-label.
 */
export interface Proposals {
  above: number[];
  below: number[];
  shown: number;
  untouched: number;
  least: number | null;
  unproven: boolean;
  proven: boolean;
}

/** A page in an editor of shapes. `shapes`: number of the newest message about them; `refused`: number of a message. */
export interface EditorPage extends Page {
  view: Viewport | null;
  hidden: number[];
  hidden_shapes: string[];
  shapes: number;
  refused: number | null;
  steps: number;
  proposals: Proposals | null;
}

/** What changed of the shapes of a page since message `since`; `null` for all of them. `gone` shapes from `at` on leave. */
export interface ShapesMessage {
  kind: "shapes";
  page: string;
  number: number;
  since: number | null;
  splices: { at: number; gone: number; put: import("../editor/types").ShapeData[] }[];
}

/** The enlarged picture: its view is [scale, x, y], `full` its width and height in image pixels. */
export interface Zoom {
  item: number;
  view: [number, number, number];
  full: [number, number];
  frame: number;
}

/** The state of a labeler (frame/labeling_screen.py). `current` and `ahead` are tokens of `pages`. */
export interface LabelingState<P extends Page = Page> extends State {
  current: string | null;
  ahead: string | null;
  pages: Record<string, P>;
  /** How many images a manual page has, and any other one. */
  size: number;
  large: number;
  counts: { remaining: number; total: number };
  can_undo: boolean;
  can_redo: boolean;
  has_previous: boolean;
  auto_submit: boolean;
  suggestion_version: number;
  new_suggestions: { version: number; count: number } | null;
  end: string | null;
  /** The id of a view that asks whether the active one is still there. */
  asking: string | null;
  levels: number[];
  zoom: Zoom | null;
  /** The class that the labeler used last in an editor of shapes. */
  last_class: number | null;
  /** Why no outlines are found for shapes; "" where they are, null in projects that have none to find. */
  outline: string | null;
}

/** The state of assist, for the line under the header; empty while it is off. */
export interface AssistStatus {
  state?: string;
  summary?: string;
  detail?: string;
  done?: number;
  total?: number | null;
}

/** The traits of a labeler's model. */
export interface Traits<S extends State = LabelingState> {
  setup: Setup;
  state: S;
  assist: AssistStatus;
  manager: string;
  canvases: string[];
}

/** The model that anywidget hands to `render`. */
export interface Model<T = Traits> {
  get<K extends keyof T>(name: K): T[K];
  on(name: string, work: (content?: any) => void): void;
  off(name: string, work: (content?: any) => void): void;
  send(message: Message): void;
  widget_manager: any;
}

/** What every message to the kernel has. */
interface Numbered {
  seq: number;
  view: string;
  page: string | null;
}
export type CellAction = "accept" | "alternative" | "apply" | "clear" | "skip" | "empty";
export interface CellMessage extends Numbered {
  kind: "cell";
  action: CellAction;
  items: number[];
  class_id?: number;
  reason?: string;
  seen_version?: number;
}
export interface CommandMessage extends Numbered {
  kind: "command";
  name: string;
  value?: number | boolean;
  seconds?: number;
  seen_version?: number;
  class_id?: number;
  uid?: string;
  uids?: string[];
  shape?: object;
  shapes?: object[];
  tolerance?: number;
  least?: number;
  unproven?: boolean;
}
export interface ViewMessage extends Numbered, Size {
  kind: "view";
  zoom?: [number, number, number];
  viewport?: Viewport;
  take?: boolean;
}
export interface LevelMessage extends Numbered {
  kind: "level";
  brightness: number;
  contrast: number;
  gamma?: number;
  invert?: boolean;
}
/** Gestures on shapes: draw, change, remove, select. */
export interface ShapeMessage extends Numbered {
  kind: "draw" | "change" | "remove" | "select";
  class_id?: number;
  uid?: string;
  uids?: string[];
  shape?: object;
  repair?: boolean;
}
/** A message of any kind. */
export interface Message extends Numbered {
  kind: string;
}

/** A message that was sent, with what is known of its effect: `labels` left on the image, or that the page `flips`. */
export interface Sent extends Message {
  name?: string;
  value?: number | boolean;
  labels?: number[];
  flips?: boolean;
}

/** The stage in CSS pixels, and device pixels in each of them. */
export interface Size {
  width: number;
  height: number;
  ratio: number;
}

export interface Messenger {
  send(kind: string, page: string | null | undefined, fields: object): Message;
  cell(page: string, action: CellAction, items: number[], more?: object): CellMessage;
  command(name: string, page?: string | null, more?: object): CommandMessage;
  view(fields: object): ViewMessage;
  shape(page: string, message: { kind: string; [field: string]: unknown }): Sent;
  viewport(page: string, size: Size, viewport: Viewport): ViewMessage;
  level(brightness: number, contrast: number, more?: object): LevelMessage;
}

/** The state on screen: the kernel's, with the pending messages applied. */
export interface Optimistic<S extends State = State> {
  readonly state: S;
  receive(state: S): void;
  sent(message: Sent): void;
}

export interface KeyQueue {
  readonly waiting: boolean;
  readonly waitingForPage: boolean;
  readonly pagePending: boolean;
  awaitPage(seq: number): void;
  awaitResult(seq: number): void;
  awaitUndo(seq: number, steps: number): void;
  run(work: () => void): void;
  first(work: () => void): void;
  clear(): void;
  receive(answered: number): void;
  resume(): void;
}

export interface Notice {
  element: HTMLElement;
  show(text: string | null, kind?: Note["kind"]): void;
  clear(): void;
  dismiss(): void;
  receive(message: Note | null | undefined): void;
}

/** Keys and what they do, for the sheet of shortcuts. */
export type Shortcuts = string[][];

export interface Dialogs {
  element: HTMLElement;
  readonly isOpen: boolean;
  close(): void;
  shortcuts(keys: Shortcuts): void;
  instructions(html: string): void;
  skip(count: number, act: (reason: string) => void): void;
}

/** Whether the kernel hears the screen: changes without an answer, and the time of the last answer in milliseconds. */
export interface Link {
  state: "connected" | "busy" | "lost" | "ended";
  changes: number;
  saved: number;
}

/** What the frame gives to a body; see frame.js. */
export interface Frame<S extends State = State, M = any> {
  model: M;
  root: HTMLElement;
  /** The id of this view of the screen. */
  view: string;
  focus(): void;
  notice: Notice;
  dialogs: Dialogs;
  queue: KeyQueue;
  setup: Setup;
  say: Messenger;
  readonly connected: boolean;
  state(): S;
  sent(message: Sent): void;
  update(): void;
  every(milliseconds: number, work: () => void): void;
  onClose(work: () => void): void;
}

/** What a screen is, behind the frame; see frame.js. */
export interface Body<S extends State = State> {
  label: string;
  className?: string;
  elements: Element[];
  update(state: S): void;
  receive?(state: S): void;
  message?(content: any): void;
  close?(): void;
}

/** Whether this view of a labeler is the active one; see active_view.js. */
export interface ActiveView {
  element: HTMLElement;
  readonly concealed: boolean;
  measures(): boolean;
  see(state: LabelingState<any>): LabelingState<any>;
  update(state: LabelingState<any>): void;
  close(): void;
}

export interface Canvases {
  hosts: HTMLElement[];
  ready: Promise<unknown>;
  frame(index: number): number;
  isPainted(page: Page): boolean;
  revive(): Promise<void>;
  show(index: number): void;
  filter(css: string): void;
  close(): void;
}

export interface LabelingActions {
  previous(): void;
  next(): void;
  resume(): void;
  submit(): void;
  empty(): void;
  skip(): void;
  instructions(): void;
  shortcuts(): void;
}

/** What the frame of a labeler gives to its body; see labeling_frame.js. */
export interface LabelingFrame<P extends Page = Page> extends Frame<LabelingState<P>> {
  classes: Map<number, LabelClass>;
  canvases: Canvases;
  actions: LabelingActions;
  kernel(): LabelingState<P>;
  page(): P | null;
  cells(): Cell[];
  cell(action: CellAction, items: number[], more?: object): void;
  command(name: string, more?: object): void;
  submit(): void;
  sendView(more: object): void;
  /** The element with the canvases. */
  stage(): Element;
  /** Whether the page is painted for the size that the stage has; else what is under the pointer is not what is seen. */
  fits(): boolean;
}

/** What a labeler is, behind its frame; see labeling_frame.js. */
export interface LabelingBody<P extends Page = Page> {
  label: string;
  className?: string;
  shortcuts: Shortcuts;
  above: Element[];
  stage: Element[];
  side: Element;
  extras?: Element[];
  gap?: string;
  targets(): number[];
  obstacle(page: P): string;
  open(page: P | null): void;
  update(state: LabelingState<P>, page: P | null): void;
  hint?(): { text: string; title: string };
  ready?(page: P): boolean;
  loading?(page: P): boolean;
  submit?(): void;
  changed?(action: CellAction, before: P): void;
  reclassed?(): void;
  receive?(state: LabelingState<P>): void;
  painted?(state: LabelingState<P>): void;
  message?(content: any): void;
  resized?(size: Size): void;
  close?(): void;
}
