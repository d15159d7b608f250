// Pointer events on the stage: zoom and pan first, then the tool; a press on a grip of a selected shape borrows the select tool.

/** @import { Interaction, Point, PointerInput, Tool } from "./types" */

import { hitShape } from "./hit.js";
import { SLOP, wandered } from "./tools/press.js";
import { cursorOver } from "./tools/select.js";
import { toImage } from "./viewport.js";

const DOUBLE_CLICK = 400; // milliseconds

/**
 * @param {Interaction} interaction
 * @param {ReturnType<typeof import("./navigate.js").createNavigator>} navigator
 * @param {() => number} now milliseconds
 */
export function createPointer(interaction, navigator, now) {
  const { page } = interaction;
  /** @type {Tool | null} */
  let previousTool = null; // the drawing tool while a grip is dragged
  /** @type {Point} */
  let from = [0, 0]; // of the press, CSS pixels
  /** @type {string | null} */
  let hover = null; // uid

  function restoreTool() {
    if (previousTool) [interaction.tool, previousTool] = [previousTool, null];
  }
  /** @type {(event: PointerInput, point: Point) => boolean} */
  function down(event, point) {
    if (interaction.pressed !== null) abort(); // its up was lost
    interaction.flush();
    if ((event.button ?? 0) !== 0) return false;
    const { drawn } = interaction;
    interaction.drawn = interaction.cursor = null;
    // the second press of a double click whose first one finished a shape
    if (drawn && now() - drawn.time < DOUBLE_CLICK && Math.hypot(event.x - drawn.at[0], event.y - drawn.at[1]) <= SLOP)
      return true;
    if (interaction.draws()) {
      const { tool, chosen, selectTool } = interaction;
      const grip = !tool.busy && chosen.length ? selectTool.find(event, point) : null;
      if (grip && grip.part !== "inside") [previousTool, interaction.tool] = [tool, selectTool];
      else if (page.locked) return true;
    }
    if (!interaction.draws()) interaction.fresh = false; // selected by a person: from here on a class key applies to it
    interaction.pressed = event.id ?? 0;
    from = [event.x, event.y];
    interaction.tool.down(event, point);
    return true;
  }
  /** @type {(event: PointerInput, point: Point) => void} */
  function move(event, point) {
    if (interaction.pressed !== null && event.buttons === 0) abort(); // the up was lost outside the window
    if (interaction.pressed === null && page.edited.size) return; // arrow keys are at work
    interaction.cursor = null;
    interaction.tool.move(event, point);
    const draws = interaction.draws();
    const over = interaction.pressed === null && !draws;
    const under = over ? hitShape(page.visible(), point, interaction.reach(event)) : null;
    if (draws || under?.uid !== hover) interaction.repaint();
    hover = under?.uid ?? null;
  }
  /** @type {(event: PointerInput, point: Point) => void} */
  function up(event, point) {
    interaction.pressed = null;
    interaction.tool.up(event, point);
    if (wandered(from, event)) interaction.drawn = null;
    restoreTool();
    if (event.pointerType === "touch") interaction.at = null;
    interaction.repaint();
  }
  /** Drops what the pressed button or key was doing; points already clicked stay. */
  function abort() {
    interaction.pressed = null;
    interaction.tool.abort();
    page.edited.clear();
    restoreTool();
    interaction.repaint();
  }

  return {
    abort,
    restoreTool,
    /** The tool that a person has chosen. */
    get tool() {
      return previousTool ?? interaction.tool;
    },
    /** Uid of the shape under the pointer. */
    get hover() {
      return hover;
    },
    /** The CSS cursor for the stage. */
    get cursor() {
      if (navigator.busy || navigator.space) return "grab";
      if (interaction.draws()) return "crosshair";
      const { at, tool, view } = interaction;
      return cursorOver(at && tool.find?.({ pointerType: "mouse" }, toImage(view, at)), view.rotation);
    },
    /**
     * Handles an event and returns whether it had a meaning.
     *
     * @param {PointerInput} event
     */
    handle(event) {
      if (event.type === "leave") {
        if (interaction.pressed === null) [interaction.at, hover] = [null, null];
        interaction.repaint();
        return false;
      }
      if (event.type === "cancel") {
        navigator.handle(event);
        abort();
        return true;
      }
      /** @type {Point} */
      const at = [event.x, event.y];
      interaction.at = at;
      if (navigator.handle(event)) return true;
      const point = toImage(interaction.view, at);
      if (event.type === "down") return down(event, point);
      if (interaction.pressed !== null && (event.id ?? 0) !== interaction.pressed) return true;
      if (event.type === "move") move(event, point);
      else if (event.type === "up" && interaction.pressed !== null) up(event, point);
      else if (event.type === "dblclick") interaction.tool.dblclick?.();
      else return false;
      return true;
    },
  };
}
