/**
 * Makes the children of `parent` those of `items`, in their order. An item that stays keeps its element, and with it focus
 * and scroll.
 */
export function syncList<Item, Element extends HTMLElement>(
  parent: HTMLElement,
  items: readonly Item[],
  how: {
    readonly key: (item: Item) => string;
    readonly create: (item: Item) => Element;
    readonly update: (element: Element, item: Item) => void;
  },
): void {
  const held = new Map<string, Element>();
  for (const child of [...parent.children] as Element[]) held.set(child.dataset['key'] ?? '', child);
  let before: ChildNode | null = parent.firstChild;
  for (const item of items) {
    const key = how.key(item);
    let element = held.get(key);
    if (element === undefined) {
      element = how.create(item);
      element.dataset['key'] = key;
    }
    held.delete(key);
    how.update(element, item);
    if (element === before) before = before.nextSibling;
    else parent.insertBefore(element, before);
  }
  for (const element of held.values()) element.remove();
}
