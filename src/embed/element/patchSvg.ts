import type { SvgElement } from "../../presentation/diagram/elements.ts";

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Makes the children of an SVG element equal to a list, changing what is there rather than replacing it: a node that is
 * dragged or focused stays the same element.
 */
export function patchSvg(parent: Element, wanted: readonly SvgElement[]): void {
  wanted.forEach((element, at) => {
    const found = parent.children[at];
    if (found?.localName === element.tag) {
      patchElement(found, element);
      return;
    }
    const created = document.createElementNS(NAMESPACE, element.tag);
    patchElement(created, element);
    if (found) found.replaceWith(created);
    else parent.append(created);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild!.remove();
}

function patchElement(node: Element, { attributes, text, children }: SvgElement): void {
  for (const name of node.getAttributeNames()) {
    if (!(name in attributes) && !KEPT.has(name)) node.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
  if (text !== undefined) {
    if (node.textContent !== text) node.textContent = text;
  } else patchSvg(node, children ?? []);
}

/** Attributes that the page adds to elements for keyboards and screen readers. */
const KEPT = new Set(["tabindex", "role", "aria-label", "aria-roledescription"]);
