/** Writes only what differs: a board that is drawn each second must leave alone what did not change. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets `data-<name>`, or takes it away with null. */
export function setData(node: Element, name: string, value: string | null): void {
  const attribute = `data-${name}`;
  if (value === null) node.removeAttribute(attribute);
  else if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

export function setTitle(node: HTMLElement, title: string): void {
  if (node.title !== title) node.title = title;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (className !== '') node.className = className;
  node.append(...children);
  return node;
}

/** The element of the page's skeleton that is marked `data-part="name"`. */
export function part(root: ParentNode, name: string): HTMLElement {
  const node = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (node === null) throw new Error(`the page has no part "${name}"`);
  return node;
}

interface Row<Item> {
  readonly node: HTMLElement;
  update(item: Item, now: number): void;
}

/**
 * A list of rows that live as long as what they show. Rows are kept by id, changed in place, and moved only when they
 * stand in the wrong place, so that nothing flickers and a selection survives.
 */
export class KeyedRows<Item> {
  readonly #parent: HTMLElement;
  readonly #id: (item: Item) => number;
  readonly #create: (item: Item) => Row<Item>;
  readonly #rows = new Map<number, Row<Item>>();

  constructor(parent: HTMLElement, id: (item: Item) => number, create: (item: Item) => Row<Item>) {
    this.#parent = parent;
    this.#id = id;
    this.#create = create;
  }

  /** Shows exactly these, in this order. `now` is what durations count to. */
  show(items: readonly Item[], now: number): void {
    const gone = new Set(this.#rows.keys());
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const id = this.#id(item);
      gone.delete(id);
      const row = this.#rows.get(id) ?? this.#add(id, item);
      row.update(item, now);
      if (row.node === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(row.node, place);
    }
    for (const id of gone) {
      this.#rows.get(id)?.node.remove();
      this.#rows.delete(id);
    }
  }

  #add(id: number, item: Item): Row<Item> {
    const row = this.#create(item);
    this.#rows.set(id, row);
    return row;
  }
}
