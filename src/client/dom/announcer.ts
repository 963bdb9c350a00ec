/**
 * Says things to screen readers. A region whose text does not change is not read again, so what is said is put in anew; two
 * things said in one moment are read one after the other.
 */
export class Announcer {
  readonly #region: HTMLElement;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  say(text: string): void {
    const line = document.createElement('p');
    line.textContent = text;
    this.#region.append(line);
    while (this.#region.childElementCount > 3) this.#region.firstElementChild?.remove();
  }
}
