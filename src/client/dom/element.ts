type Attributes = Readonly<Record<string, string | boolean | null>>;

/** Makes an element. Children that are strings become text; `true` sets an attribute without value, `null` sets none. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children);
  return element;
}

/** Touches the page only when something differs, so that what is watched (live regions, selections) is not disturbed. */
export function setAttribute(element: Element, name: string, value: string | boolean | null): void {
  const wanted = value === true ? '' : value;
  if (wanted === null || wanted === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** The element the view must have; a page without it does not match its script. */
export function byId<T extends HTMLElement = HTMLElement>(id: string, kind?: abstract new () => T): T {
  const element = document.getElementById(id);
  if (element === null || (kind !== undefined && !(element instanceof kind))) throw new Error(`the page has no #${id}`);
  return element as T;
}
