// Keys of layouts without Latin letters or digits, and keys that belong to the application around the screen.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isHostShortcut } from "../../jlabel/widgets/frame/host_shortcuts.js";
import { hasAlt, latinKey } from "../../jlabel/widgets/frame/latin_key.js";

const event = (key, code, more = {}) => ({
  key,
  code,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  getModifierState: () => false,
  ...more,
});
/** Keys as their codes and what the layout types there: "Digit1 & 1": that is read as 1. */
const LAYOUTS = {
  "US, where nothing changes": ["Digit1 1 1", "KeyR r r", "BracketLeft [ [", "Slash / /", "Minus - -", "Numpad3 3 3"],
  AZERTY: [
    ...["& 1", "é 2", '" 3', "' 4", "( 5", "- 6", "è 7", "_ 8", "ç 9", "à 0"].map(
      (pair, i) => `Digit${(i + 1) % 10} ${pair}`,
    ),
    ...["KeyQ a a", "KeyW z z", "Semicolon m m", "KeyM , ,", "Comma ; ;"],
  ],
  Czech: ["Digit1 + 1", "Digit2 ě 2", "Digit9 í 9", "KeyZ y y", "KeyY z z"],
  German: ["KeyZ y y", "KeyY z z", "BracketLeft ü [", "Slash - -", "Digit1 1 1"],
  Turkish: ["KeyI ı i", "KeyS s s"],
  Russian: [
    "KeyR к r",
    "KeyS ы s",
    "KeyZ я z",
    "BracketLeft х [",
    "BracketRight ъ ]",
    "Period ю .",
    "Digit1 1 1",
    "Slash . .",
  ],
  Greek: ["KeyR ρ r", "KeyP π p", "KeyA α a", "Digit5 5 5"],
  Persian: ["Digit1 ۱ 1", "Digit0 ۰ 0", "Numpad4 ۴ 4", "KeyT ف t"],
  Arabic: ["Digit3 ٣ 3", "KeyN ى n"],
  Korean: ["KeyR ㄱ r", "KeyM ㅡ m"],
  "an input method": ["Digit2 Process 2", "KeyU Process u", "ArrowLeft Process ArrowLeft", "Enter Process Enter"],
};

for (const [layout, keys] of Object.entries(LAYOUTS)) {
  test(`keys by their position: ${layout}`, () => {
    for (const line of keys) {
      const [code, key, wanted] = line.split(" ");
      assert.equal(latinKey(event(key, code)), wanted, line);
    }
  });
}

test("with Shift the row of digits is what the layout types, and letters stay letters", () => {
  const shift = { shiftKey: true };
  for (const [key, code, wanted] of [
    ["1", "Digit1", "1"], // AZERTY
    ["!", "Digit1", "!"], // US
    ["?", "Digit7", "?"], // Russian
    ["С", "KeyC", "C"],
    ["؟", "Slash", "?"], // Persian
    ["?", "Slash", "?"],
  ])
    assert.equal(latinKey(event(key, code, shift)), wanted);
});

test("keys with a name stay as they are", () => {
  for (const name of ["Enter", "Tab", "Escape", "ArrowLeft", "F5", "Home", "Delete"])
    assert.equal(latinKey(event(name, name)), name);
  assert.equal(latinKey(event("Home", "Numpad7")), "Home", "the keypad without Num Lock");
});

test("Alt, Option and AltGr are told from keys without them", () => {
  assert.equal(hasAlt(event("a", "KeyA")), false);
  assert.equal(hasAlt(event("a", "KeyA", { altKey: true })), true);
  assert.equal(hasAlt(event("@", "KeyQ", { getModifierState: (name) => name === "AltGraph" })), true);
});

test("save, find, sidebar, print and the palette are the application's; copy, paste, undo and select all are not", () => {
  const control = { ctrlKey: true };
  for (const letter of ["s", "f", "b", "p", "g", "k"]) {
    const code = `Key${letter.toUpperCase()}`;
    assert.equal(isHostShortcut(event(letter, code, control)), true, letter);
    assert.equal(isHostShortcut(event(letter, code, { metaKey: true })), true, letter);
    assert.equal(isHostShortcut(event(letter, code)), false, letter);
  }
  assert.equal(isHostShortcut(event("C", "KeyC", { ...control, shiftKey: true })), true);
  assert.equal(isHostShortcut(event("ы", "KeyS", control)), true, "Cyrillic");
  for (const letter of ["a", "c", "v", "x", "y", "z"])
    assert.equal(isHostShortcut(event(letter, `Key${letter.toUpperCase()}`, control)), false, letter);
  assert.equal(isHostShortcut(event("Z", "KeyZ", { ...control, shiftKey: true })), false, "redo");
  for (const key of ["Enter", "Tab", " ", "ArrowLeft", "Control"])
    assert.equal(isHostShortcut(event(key, key, control)), false, key);
  assert.equal(isHostShortcut(event("s", "KeyS", { ...control, altKey: true })), false, "AltGr on Windows");
});
