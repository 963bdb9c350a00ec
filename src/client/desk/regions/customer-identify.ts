import { type CallCard, type CustomerChoice } from '../../../shared/desk.js';
import { type ClientEventPayload, type ClientEventResults } from '../../../shared/realtime.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { onPress } from '../../dom/press.js';
import { formatPhone } from '../../format.js';
import { CommandError } from '../desk-link.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

type CustomerEvent = 'customer:search' | 'customer:create' | 'customer:choose';

export interface CustomerIdentifyDeps extends RegionDeps {
  /** Rejects with a CommandError. */
  readonly send: <E extends CustomerEvent>(event: E, payload: ClientEventPayload<E>) => Promise<ClientEventResults[E]>;
  readonly may: { readonly create: boolean; readonly list: boolean; readonly edit: boolean };
  readonly say: (text: string) => void;
}

const SEARCH_DELAY_MS = 250;
const E164 = /^\+\d{8,15}$/;

type Mode = 'create' | 'choose';

/** Says whose call it is, in place: "Criar cliente" with the caller's number, or "Escolher cliente" by search. */
export class CustomerIdentify implements Region {
  readonly #deps: CustomerIdentifyDeps;
  readonly #root = byId('customer-identify');
  readonly #acts = byId('identify-acts');
  readonly #buttons = { create: byId('identify-create'), choose: byId('identify-choose') };
  readonly #forms = {
    create: byId('identify-create-form', HTMLFormElement),
    choose: byId('identify-choose-form', HTMLFormElement),
  };
  readonly #chooseText = byId('identify-choose-text');
  readonly #name = byId('identify-name', HTMLInputElement);
  readonly #number = byId('identify-number');
  readonly #save = byId('identify-save');
  readonly #search = byId('identify-search', HTMLInputElement);
  readonly #found = byId('identify-found');
  readonly #note = byId('identify-note');
  readonly #keep = byId('identify-keep');
  readonly #keepNumber = byId('identify-keep-number', HTMLInputElement);
  #card: CallCard | null = null;
  #mode: Mode | null = null;
  #isBusy = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Of several searches under way, the last one's answer counts. */
  #asked = 0;

  constructor(deps: CustomerIdentifyDeps) {
    this.#deps = deps;
    for (const mode of ['create', 'choose'] as const) {
      onPress(this.#buttons[mode], () => {
        this.#show(mode);
      });
      this.#forms[mode].addEventListener('keydown', (event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        this.#close(true);
      });
    }
    for (const button of this.#root.querySelectorAll<HTMLElement>('[data-identify-close]')) {
      onPress(button, () => {
        this.#close(true);
      });
    }
    this.#forms.create.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#create();
    });
    this.#forms.choose.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#find();
    });
    this.#name.addEventListener('input', () => {
      this.#setError(this.#name, null);
    });
    this.#search.addEventListener('input', () => {
      this.#setError(this.#search, null);
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#find(), SEARCH_DELAY_MS);
    });
  }

  render(view: DeskView): void {
    const { may, t } = this.#deps;
    const current = callPhase(view) === 'none' ? null : (view.desk?.call ?? null);
    // Whose call it is says who has it, not who is asked about it.
    const card = current?.consultation === null ? current : null;
    // What was typed was about another call, or is settled.
    const isOther = aboutOf(card) !== aboutOf(this.#card);
    this.#card = card;
    if (isOther && this.#mode !== null) this.#close(this.#root.contains(document.activeElement));
    const isUnknown = card !== null && card.customer === null;
    const isCreatable = may.create && isUnknown;
    setHidden(this.#buttons.create, !isCreatable);
    setHidden(this.#buttons.choose, !may.list);
    setHidden(this.#root, card === null || !(isCreatable || may.list));
    setText(this.#chooseText, t(isUnknown ? 'desk:customer.choose' : 'desk:customer.choose-other'));
  }

  #show(mode: Mode): void {
    const { t, may } = this.#deps;
    const card = this.#card;
    if (card === null) return;
    this.#mode = mode;
    setHidden(this.#acts, true);
    for (const each of ['create', 'choose'] as const) {
      setHidden(this.#forms[each], each !== mode);
      setAttribute(this.#buttons[each], 'aria-expanded', String(each === mode));
    }
    const number = formatPhone(card.number);
    const hasNumber = E164.test(card.number);
    setText(this.#number, hasNumber ? t('desk:customer.with-number', { number }) : '');
    setHidden(this.#keep, !may.edit || !hasNumber || card.customer !== null);
    setText(byId('identify-keep-text'), t('desk:customer.keep-number', { number }));
    this.#keepNumber.checked = true;
    this.#name.value = '';
    this.#search.value = '';
    this.#setError(this.#name, null);
    this.#setError(this.#search, null);
    this.#showFound([], null);
    (mode === 'create' ? this.#name : this.#search).focus();
  }

  /** Focus goes back to where it came from, or to the name that is known now. */
  #close(takesFocus: boolean, isKnown = this.#card?.customer !== null): void {
    const mode = this.#mode;
    this.#mode = null;
    this.#asked += 1;
    if (this.#timer !== null) clearTimeout(this.#timer);
    setHidden(this.#acts, false);
    for (const each of ['create', 'choose'] as const) {
      setHidden(this.#forms[each], true);
      setAttribute(this.#buttons[each], 'aria-expanded', 'false');
    }
    if (!takesFocus || mode === null) return;
    if (isKnown) byId('customer-name').focus();
    else this.#buttons[mode].focus();
  }

  async #create(): Promise<void> {
    const name = this.#name.value.trim();
    if (name === '') {
      this.#setError(this.#name, this.#deps.t('desk:booking.required'));
      this.#name.focus();
      return;
    }
    await this.#identify(this.#name, this.#save, (callId) => this.#deps.send('customer:create', { callId, name }));
  }

  async #find(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { t, send } = this.#deps;
    const text = this.#search.value.trim();
    this.#asked += 1;
    const asked = this.#asked;
    if (text === '') {
      this.#showFound([], null);
      return;
    }
    try {
      const { customers, total } = await send('customer:search', { text });
      if (asked !== this.#asked) return;
      const more = total - customers.length;
      this.#showFound(
        customers,
        total === 0 ? t('desk:customer.found-none') : more > 0 ? t('desk:customer.found-more', { count: more }) : null,
      );
    } catch (error) {
      if (asked === this.#asked) this.#setError(this.#search, this.#sentence(error));
    }
  }

  #showFound(customers: readonly CustomerChoice[], note: string | null): void {
    setText(this.#note, note ?? '');
    syncList(this.#found, customers, {
      key: ({ id }) => String(id),
      create: (customer) => this.#toItem(customer),
      update: (item, customer) => {
        const [name, facts] = [...(item.querySelector('button')?.children ?? [])];
        if (name !== undefined) setText(name, customer.name);
        const words = [customer.document, ...customer.numbers.map(formatPhone)].filter((one) => one !== null);
        if (facts !== undefined) setText(facts, words.join(' · '));
      },
    });
  }

  #toItem({ id }: CustomerChoice): HTMLLIElement {
    const button = el(
      'button',
      { type: 'button', class: 'desk-identify-choice', 'data-testid': `choice-${String(id)}` },
      el('strong', {}),
      el('span', {}),
    );
    onPress(button, () =>
      this.#identify(this.#search, button, (callId) => {
        const keepNumber = !this.#keep.hidden && this.#keepNumber.checked;
        return this.#deps.send('customer:choose', { callId, customerId: id, keepNumber });
      }),
    );
    return el('li', {}, button);
  }

  async #identify(
    field: HTMLInputElement,
    button: HTMLElement,
    ask: (callId: string) => Promise<{ readonly id: number; readonly name: string }>,
  ): Promise<void> {
    const card = this.#card;
    if (card === null || this.#isBusy) return;
    this.#isBusy = true;
    setAttribute(button, 'aria-disabled', 'true');
    this.#setError(field, null);
    try {
      const { name } = await ask(card.callId);
      this.#deps.say(this.#deps.t('desk:customer.identified', { name }));
      // The state that says so comes by itself, and may have closed this already.
      if (this.#card?.callId === card.callId) this.#close(this.#mode !== null, true);
    } catch (error) {
      this.#setError(field, this.#sentence(error));
      field.focus();
    } finally {
      this.#isBusy = false;
      setAttribute(button, 'aria-disabled', null);
    }
  }

  #sentence(error: unknown): string {
    return error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown');
  }

  #setError(input: HTMLInputElement, text: string | null): void {
    const error = byId(`${input.id}-error`);
    setHidden(error, text === null);
    setText(error, text ?? '');
    setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    setAttribute(input, 'aria-describedby', text === null ? null : error.id);
  }
}

/** Which call, and whose it is known to be. */
function aboutOf(card: CallCard | null): string {
  return card === null ? '' : `${card.callId} ${String(card.customer?.id ?? '')}`;
}
