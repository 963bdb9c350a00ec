import { type StepText, type TestLine } from './connection-test.js';

const PARTS = ['label', 'outcomeLabel', 'took', 'detail', 'remedy'] as const;

/** The list of steps on the page. It is a live region, so that each step is read as it comes. */
export class TestView {
  readonly #section: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #list: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #texts: { readonly testing: string; readonly broken: string; readonly changed: string };

  constructor(form: HTMLFormElement) {
    this.#section = part(form, '[data-test-result]', HTMLElement);
    this.#summary = part(form, '[data-test-summary]', HTMLElement);
    this.#list = part(form, '[data-test-steps]', HTMLElement);
    this.#template = part(form, '[data-test-step]', HTMLTemplateElement);
    const { testing = '', broken = '', changed = '' } = form.dataset;
    this.#texts = { testing, broken, changed };
  }

  begin(): void {
    this.#list.replaceChildren();
    this.#section.hidden = false;
    this.#section.classList.remove('is-outdated');
    this.#say('', this.#texts.testing);
    this.#section.scrollIntoView({ block: 'nearest' });
  }

  show(line: TestLine): void {
    if (line.type === 'step') {
      this.#list.append(this.#draw(line.step));
      return;
    }
    if (line.type === 'broken') this.#say('failed', line.text);
    else this.#say(line.result.outcome, line.result.text);
  }

  broken(): void {
    this.#say('failed', this.#texts.broken);
  }

  /** Something was typed since: what is shown is of other values. */
  outdated(): void {
    if (this.#section.hidden || this.#section.classList.contains('is-outdated')) return;
    this.#section.classList.add('is-outdated');
    this.#say('', this.#texts.changed);
  }

  #draw(step: StepText): Node {
    const drawn = this.#template.content.cloneNode(true) as DocumentFragment;
    const item = drawn.querySelector('li');
    item?.setAttribute('data-outcome', step.outcome);
    item?.setAttribute('data-step', step.name);
    for (const name of PARTS) {
      const element = drawn.querySelector<HTMLElement>(`[data-part="${name}"]`);
      if (element === null) continue;
      element.textContent = step[name];
      element.hidden = step[name] === null;
    }
    return drawn;
  }

  #say(outcome: string, text: string): void {
    this.#summary.dataset['outcome'] = outcome;
    this.#summary.textContent = text;
  }
}

function part<E extends HTMLElement>(form: HTMLFormElement, selector: string, type: new () => E): E {
  const found = form.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}
