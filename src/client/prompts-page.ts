import { setHidden, setText } from './dom/element.js';

/** Sends a chosen file as the body of a request, which a form cannot do; the form's other fields go into its address. */
class Upload {
  readonly #form: HTMLFormElement;
  readonly #file: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #problem: HTMLElement;
  readonly #sending: HTMLElement;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#file = need(form.querySelector<HTMLInputElement>('input[type="file"]'));
    this.#button = need(form.querySelector<HTMLButtonElement>('button[type="submit"]'));
    this.#problem = need(form.querySelector<HTMLElement>('[data-problem]'));
    this.#sending = need(form.querySelector<HTMLElement>('[data-sending]'));
  }

  start(): void {
    this.#file.accept = '.wav,.mp3,.ogg,audio/wav,audio/mpeg,audio/ogg';
    this.#button.disabled = false;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#button.disabled) void this.#submit();
    });
  }

  async #submit(): Promise<void> {
    const { noFile = '', tooLarge = '', failed = '', maxBytes } = this.#problem.dataset;
    this.#clear();
    const file = this.#file.files?.[0];
    if (file === undefined || file.size === 0) this.#say({ file: [noFile] });
    else if (file.size > Number(maxBytes)) this.#say({ file: [tooLarge] });
    else {
      this.#busy(true);
      const went = await this.#send(file).catch(() => {
        this.#say({ '': [failed] });
        return false;
      });
      if (!went) this.#busy(false);
    }
  }

  /** True when the page is about to be left. */
  async #send(file: File): Promise<boolean> {
    const query = new URLSearchParams();
    for (const { name, value, type } of this.#form.querySelectorAll('input')) {
      if (type !== 'file' && name !== '' && name !== '_csrf') query.set(name, value);
    }
    const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
    const response = await fetch(`${this.#form.action}?${query.toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', accept: 'application/json', 'x-csrf-token': token },
      body: file,
    });
    const answer = (await response.json()) as {
      readonly location?: string;
      readonly errors?: Readonly<Record<string, readonly string[]>>;
      readonly error?: { readonly message: string };
    };
    if (answer.location !== undefined) {
      window.location.assign(answer.location);
      return true;
    }
    this.#say(answer.errors ?? { '': [answer.error?.message ?? ''] });
    return false;
  }

  /** At the fields, as the server would draw it; what belongs to none above the button. */
  #say(errors: Readonly<Record<string, readonly string[]>>): void {
    let first: HTMLInputElement | null = null;
    for (const [name, sentences] of Object.entries(errors)) {
      const field = this.#form.querySelector<HTMLInputElement>(
        `input[name="${CSS.escape(name)}"]:not([type="hidden"])`,
      );
      const text = sentences.join(' ');
      if (field === null) {
        setText(this.#problem, text);
        setHidden(this.#problem, false);
        continue;
      }
      first ??= field;
      mark(field, text);
    }
    first?.focus();
  }

  #clear(): void {
    setHidden(this.#problem, true);
    for (const field of this.#form.querySelectorAll<HTMLInputElement>('.is-invalid')) mark(field, null);
  }

  #busy(busy: boolean): void {
    this.#button.disabled = busy;
    setHidden(this.#sending, !busy);
  }
}

function mark(field: HTMLInputElement, text: string | null): void {
  const id = `${field.id}-error`;
  document.getElementById(id)?.remove();
  const others = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((each) => each !== '' && each !== id);
  field.classList.toggle('is-invalid', text !== null);
  if (text === null) field.removeAttribute('aria-invalid');
  else {
    const sentence = document.createElement('p');
    sentence.id = id;
    sentence.className = 'invalid-feedback';
    sentence.textContent = text;
    field.after(sentence);
    field.setAttribute('aria-invalid', 'true');
    others.unshift(id);
  }
  field.setAttribute('aria-describedby', others.join(' '));
}

function need<T>(element: T | null): T {
  if (element === null) throw new Error('the page has no such part');
  return element;
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-upload]')) new Upload(form).start();
