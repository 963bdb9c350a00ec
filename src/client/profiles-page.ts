/**
 * Makes tabs of the groups of permissions. All of them stay in the one form, so what is ticked in a tab that is not shown
 * is sent as well; without this script they stand below each other.
 */
interface Tab {
  readonly section: HTMLElement;
  readonly boxes: readonly HTMLInputElement[];
  readonly button: HTMLButtonElement;
  readonly shownCount: readonly HTMLElement[];
  readonly selectAll: HTMLButtonElement | null;
}

function makeTabs(root: HTMLElement): void {
  const { label = '', count = '', select = '', clear = '' } = root.dataset;
  const list = document.createElement('div');
  list.className = 'permission-tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', label);
  const tabs = [...root.querySelectorAll<HTMLElement>('.permission-group')].map((section) => toTab(section));

  const show = (shown: Tab): void => {
    for (const tab of tabs) {
      const isShown = tab === shown;
      tab.section.hidden = !isShown;
      tab.button.setAttribute('aria-selected', String(isShown));
      tab.button.tabIndex = isShown ? 0 : -1;
    }
  };
  const draw = ({ boxes, shownCount, selectAll }: Tab): void => {
    const held = boxes.filter(({ checked }) => checked).length;
    const text = count.replace('#held', String(held)).replace('#all', String(boxes.length));
    for (const element of shownCount) element.textContent = text;
    if (selectAll !== null) selectAll.textContent = held === boxes.length ? clear : select;
  };

  for (const [index, tab] of tabs.entries()) {
    list.append(tab.button);
    tab.button.addEventListener('click', () => {
      show(tab);
    });
    tab.button.addEventListener('keydown', (event) => {
      const next = tabs[target(event.key, index, tabs.length)];
      if (next === undefined) return;
      event.preventDefault();
      show(next);
      next.button.focus();
    });
    tab.section.addEventListener('change', () => {
      draw(tab);
    });
    if (tab.selectAll !== null) {
      tab.selectAll.hidden = false;
      tab.selectAll.addEventListener('click', () => {
        const checked = tab.boxes.some((box) => !box.checked);
        for (const box of tab.boxes) box.checked = checked;
        draw(tab);
      });
    }
    draw(tab);
  }
  root.prepend(list);
  const first = tabs.find(({ section }) => section.dataset['differs'] === 'true') ?? tabs[0];
  if (first !== undefined) show(first);
}

function toTab(section: HTMLElement): Tab {
  const button = document.createElement('button');
  button.type = 'button';
  button.id = `${section.id}-tab`;
  button.dataset['differs'] = section.dataset['differs'] ?? 'false';
  button.setAttribute('role', 'tab');
  button.setAttribute('aria-controls', section.id);
  const figure = document.createElement('span');
  figure.className = 'figures';
  button.append(section.querySelector('h2')?.textContent ?? '', figure);
  section.setAttribute('role', 'tabpanel');
  section.setAttribute('aria-labelledby', button.id);
  const held = section.querySelector<HTMLElement>('[data-held]');
  return {
    section,
    boxes: [...section.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')],
    button,
    shownCount: held === null ? [figure] : [figure, held],
    selectAll: section.querySelector<HTMLButtonElement>('[data-select-all]'),
  };
}

/** The tab a key leads to; -1 for keys that lead nowhere. */
function target(key: string, index: number, length: number): number {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % length;
    case 'ArrowLeft':
      return (index + length - 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return -1;
  }
}

const root = document.querySelector<HTMLElement>('[data-permission-tabs]');
if (root !== null) makeTabs(root);
