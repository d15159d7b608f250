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
 * @param {Interaction} interaction
 * @param {{setSpace: (down: boolean) => void}} navigator
 * @returns {(event: KeyInput) => boolean}
 */
export function createKeyboard(interaction, navigator) {
  /** @param {KeyInput} event */
  function up(event) {
    if (event.key === " ") navigator.setSpace(false);
    else if (event.key in ARROWS) return interaction.flush();
    else return false;
    return true;
  }

  /** @param {KeyInput} event */
  function arrow(event) {
    const far = event.shift ? 10 : 1;
    const [dx, dy] = ARROWS[event.key];
    const step = interaction.imageStep([dx * far, dy * far]);
    if (interaction.cursor && !event.ctrl) {
      interaction.moveCursor(step);
      return true;
    }
    return interaction.nudge(step, Boolean(event.ctrl));
  }

  // K shows the keyboard's cursor, then clicks where it is.
  function cursorKey() {
    if (interaction.tool.name === "points") return false;
    if (!interaction.cursor) interaction.showCursor();
    else interaction.press(interaction.cursor);
    return true;
  }

  /** @param {KeyInput} event */
  function digit(event) {
    const label = interaction.page.classes.find((one) => one.key === event.key && !one.retired);
    if (!label) return false;
    interaction.pickClass(label.id);
    return true;
  }

  /** @param {KeyInput} event */
  function down(event) {
    if (MODIFIERS.has(event.key)) return false;
    if (event.key === "Escape") return interaction.escape();
    if (event.alt) return false;
    if (event.key === " " && !event.ctrl) {
      navigator.setSpace(true);
      return true;
    }
    if (interaction.busy()) return true; // nothing happens under a pressed button
    if (!(event.key in ARROWS)) interaction.flush();
    if (interaction.tool.key(event)) return true;
    const { lastClass, unclassed } = interaction;
    if (event.key === "Enter" && unclassed.length && lastClass !== null) {
      interaction.pickClass(lastClass);
      return true;
    }
    // a key that is held down accepts one
    if (event.key === "Enter" && !event.ctrl && !event.shift && interaction.chosen.length)
      if (event.repeat ? interaction.selected().some((one) => one.proposal) : interaction.acceptSelected()) return true;
    if (event.key in ARROWS) return arrow(event);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrl) {
      const name = key === "z" && event.shift ? "redo" : WITH_CTRL[key];
      return name ? interaction.command(name) : false;
    }
    if (key === "Tab") return interaction.cycle(event.shift ? -1 : 1);
    if (key === "Delete" || key === "Backspace") return interaction.command("remove");
    if (key === "+" || key === "=") return interaction.command("zoom_in");
    if (key === "-") return interaction.command("zoom_out");
    if (event.code === "Digit0" && event.shift) return interaction.command("actual");
    if (key === "0") return interaction.command("fit");
    const tool = event.shift
      ? undefined
      : Object.values(interaction.tools).find((one) => one.letter.toLowerCase() === key);
    if (tool) return interaction.setTool(tool.name);
    if (key === "k") return cursorKey();
    if (key === "l") return interaction.command("lock");
    if (key === "o") return interaction.command("fill");
    if (key === "d") return event.repeat ? true : interaction.command("remove_all");
    if (key === "f") return interaction.command("repair");
    if (key === "c" && event.shift) return interaction.command("copy_previous");
    if (/^[1-9]$/.test(key)) return digit(event);
    return false;
  }

  return (event) => (event.type === "up" || event.type === "keyup" ? up(event) : down(event));
}
