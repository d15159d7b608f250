// Small helpers to build and update the page.

/**
 * Creates an element: attributes by name, listeners by "on" and the name of the event, then its children.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {(Node | string | null | undefined)[]} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Sets text only where it differs, so that the browser computes no layout in vain.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @type {(element: Element, name: string, on: boolean) => void} */
export function setFlag(element, name, on) {
  if (on !== element.hasAttribute(name)) element.toggleAttribute(name, on);
}

/** Text that is shown where there is room for it; see frame.css. @type {(text: string) => HTMLElement} */
export const word = (text) => h("span", { class: "jl-word" }, text);

/** The sign that is shown where there is no room for a word. @type {(text: string) => HTMLElement} */
export const short = (text) => h("span", { class: "jl-sign", "aria-hidden": "true" }, text);

/**
 * A button with its key in the tooltip.
 *
 * @param {string | Node} label
 * @param {string} title
 * @param {string} key
 * @param {(event: any) => void} act
 * @param {Record<string, any>} [extra] attributes
 */
export function button(label, title, key, act, extra = {}) {
  const tip = key ? `${title} (${key})` : title;
  return h(
    "button",
    { type: "button", class: "jl-button", title: tip, "aria-label": tip, onclick: act, ...extra },
    label,
  );
}

/** @param {number} seconds */
export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};
