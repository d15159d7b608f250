// Keys by their position where the layout has no Latin letter or digit there: AZERTY's row of digits, Cyrillic, Greek,
// Persian digits, and keys that an input method reports without a character.

/** @typedef {Pick<KeyboardEvent, "key" | "code" | "shiftKey">} Key */

const ASCII = /^[\x20-\x7e]$/;
const DIGIT = /^\p{Nd}$/u;
/** @type {Record<string, string>} */
const PUNCTUATION = { BracketLeft: "[", BracketRight: "]", Backslash: "\\", Comma: ",", Period: ".", Slash: "/" };
const WITHOUT_CHARACTER = new Set(["Process", "Unidentified", "Dead"]);

/**
 * Whether a key is pressed with Alt, Option or AltGr. Such combinations type characters on many layouts.
 *
 * @param {KeyboardEvent} event
 */
export const hasAlt = (event) => event.altKey || event.getModifierState("AltGraph");

/**
 * `event.key`, or what a Latin keyboard has at that position where the layout types something else.
 *
 * @param {Key} event
 * @returns {string}
 */
export function latinKey({ key, code = "", shiftKey }) {
  const without = WITHOUT_CHARACTER.has(key);
  if (key.length > 1 && !without) return key;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  // with Shift the row of digits types signs on most layouts, and digits on AZERTY, which `key` has
  if (digit && !/^[a-z0-9]$/i.test(key) && (!shiftKey || DIGIT.test(key))) return digit;
  if (ASCII.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  if (code === "Slash" && shiftKey) return "?";
  if (Object.hasOwn(PUNCTUATION, code) && !shiftKey) return PUNCTUATION[code];
  if (without && /^(Arrow\w+|Enter|Escape|Tab|Delete|Backspace)$/.test(code)) return code;
  if (without && code === "Space") return " ";
  return key;
}
