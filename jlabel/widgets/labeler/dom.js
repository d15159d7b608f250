// Small helpers to build and mend the page.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Sets text only where it differs, so that nothing is laid out again for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setFlag(element, name, on) {
  if (on !== element.hasAttribute(name)) element.toggleAttribute(name, on);
}

/** A button whose key stands in its tooltip. */
export function button(label, title, key, act, extra = {}) {
  const tip = key ? `${title} (${key})` : title;
  return h("button", { type: "button", class: "jl-button", title: tip, "aria-label": tip, onclick: act, ...extra }, label);
}

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};
