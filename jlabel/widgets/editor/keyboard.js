// The keys of the shape editor: Azure's letters, editing, and drawing without a pointer.

/** @import { Interaction, KeyInput, Point } from "./types" */

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta"]);
/** @type {Record<string, string>} */
const WITH_CTRL = { z: "undo", y: "redo", c: "copy", v: "paste", a: "select_all" };

/**
 * Returns the handler of keys, which returns whether a key had a meaning.
 *
 * @param {any} interaction an Interaction
 * @param {{setSpace: (down: boolean) => void}} navigator
 * @returns {(event: KeyInput) => boolean}
 */
export function createKeyboard(interaction, navigator) {
  /** @type {Interaction} */
  const hand = interaction;
  /** @param {KeyInput} event */
  function up(event) {
    if (event.key === " ") navigator.setSpace(false);
    else if (event.key in ARROWS) return hand.flush();
    else return false;
    return true;
  }

  /** @param {KeyInput} event */
  function arrow(event) {
    const far = event.shift ? 10 : 1;
    const [dx, dy] = ARROWS[event.key];
    const step = hand.turned([dx * far, dy * far]);
    if (hand.cursor && !event.ctrl) {
      hand.moveCursor(step);
      return true;
    }
    return hand.nudge(step, Boolean(event.ctrl));
  }

  // K shows the keyboard's cursor, then clicks where it is.
  function cursorKey() {
    if (hand.tool.name === "points") return false;
    if (!hand.cursor) hand.showCursor();
    else hand.press(hand.cursor);
    return true;
  }

  /** @param {KeyInput} event */
  function digit(event) {
    const label = hand.page.classes.find((one) => one.key === event.key && !one.retired);
    if (!label) return false;
    hand.pickClass(label.id);
    return true;
  }

  /** @param {KeyInput} event */
  function down(event) {
    if (MODIFIERS.has(event.key)) return false;
    if (event.key === "Escape") return hand.escape();
    if (event.alt) return false;
    if (event.key === " " && !event.ctrl) {
      navigator.setSpace(true);
      return true;
    }
    if (hand.busy()) return true; // nothing happens under a pressed button
    if (!(event.key in ARROWS)) hand.flush();
    if (hand.tool.key(event)) return true;
    if (event.key in ARROWS) return arrow(event);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrl) {
      const name = key === "z" && event.shift ? "redo" : WITH_CTRL[key];
      return name ? hand.command(name) : false;
    }
    if (key === "Tab") return hand.cycle(event.shift ? -1 : 1);
    if (key === "Delete" || key === "Backspace") return hand.command("remove");
    if (key === "+" || key === "=") return hand.command("zoom_in");
    if (key === "-") return hand.command("zoom_out");
    if (event.code === "Digit0" && event.shift) return hand.command("actual");
    if (key === "0") return hand.command("fit");
    const tool = event.shift ? undefined : Object.values(hand.tools).find((one) => one.letter.toLowerCase() === key);
    if (tool) return hand.setTool(tool.name);
    if (key === "k") return cursorKey();
    if (key === "l") return hand.command("lock");
    if (key === "b") return hand.command("fill");
    if (key === "d") return event.repeat ? true : hand.command("remove_all");
    if (key === "f") return hand.command("repair");
    if (key === "c" && event.shift) return hand.command("copy_previous");
    if (/^[1-9]$/.test(key)) return digit(event);
    return false;
  }

  return (event) => (event.type === "up" || event.type === "keyup" ? up(event) : down(event));
}
