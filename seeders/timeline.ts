/** Things that will happen, taken in the order of their times; of two at one time the one that was put first. */
export class Timeline {
  readonly #heap: { readonly at: number; readonly order: number; readonly work: (at: number) => void }[] = [];
  #count = 0;

  put(at: number, work: (at: number) => void): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#count, work });
    this.#count += 1;
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(i, parent)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Runs everything, and what that puts, up to `until` (not included). */
  runUntil(until: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at < until; next = this.#heap[0]) {
      this.#removeFirst();
      next.work(next.at);
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    heap[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
