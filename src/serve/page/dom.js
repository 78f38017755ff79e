// Elements from plain values. Text is always text: nothing here reads markup.

export const $ = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `false`, `null` and `undefined` are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(3)) {
    if (child === false || child === null || child === undefined) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Words of somebody else, kept apart from ours whatever direction they run in. */
export const words = (text, attributes) => h("bdi", attributes, text);

/** A link, if the address is one of the web; else the words alone. */
export function link(address, label) {
  const fits = /^https?:\/\//i.test(address ?? "");
  if (!fits) return words(label);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words(label));
}
