/** One message of the manager interface: lines of `Name: value`, in the order they came; a name may come repeatedly. */
export class AmiMessage {
  readonly #fields: readonly (readonly [name: string, value: string])[];
  #byName: ReadonlyMap<string, string> | null = null;

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.#fields = fields;
  }

  /** The first value of that name; an empty text when there is none. Asterisk makes no difference between the two. */
  get(name: string): string {
    this.#byName ??= new Map([...this.#fields].reverse());
    return this.#byName.get(name) ?? '';
  }

  all(name: string): readonly string[] {
    return this.#fields.flatMap(([known, value]) => (known === name ? [value] : []));
  }

  /** A number of that name; null when there is none. */
  number(name: string): number | null {
    const text = this.get(name);
    const value = Number(text);
    return text === '' || !Number.isFinite(value) ? null : value;
  }

  get event(): string {
    return this.get('Event');
  }

  toJSON(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#fields].reverse());
  }
}

/** What came is not the manager interface, or absurdly large. The stream cannot be read any further. */
export class AmiProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AmiProtocolError';
  }
}

export interface AmiLimits {
  readonly messageBytes: number;
  readonly lineCharacters: number;
  readonly greetingBytes: number;
}

/** Asterisk's longest messages (its list of commands, an endpoint in detail) have some 15 KB. */
export const DEFAULT_AMI_LIMITS: AmiLimits = {
  messageBytes: 256 * 1024,
  lineCharacters: 64 * 1024,
  greetingBytes: 256,
};

const LINE_END = Buffer.from('\r\n');
const MESSAGE_END = Buffer.from('\r\n\r\n');

/**
 * Reads the manager interface as a stream: pieces of any size go in, whole messages come out. It keeps at most one
 * unfinished message, of limited size.
 */
export class AmiParser {
  readonly #limits: AmiLimits;
  #rest: Buffer = Buffer.alloc(0);
  /** Up to here `#rest` has been looked through in vain. */
  #searched = 0;
  #greeting: string | null = null;

  constructor(limits: AmiLimits = DEFAULT_AMI_LIMITS) {
    this.#limits = limits;
  }

  /** What the server said of itself (`Asterisk Call Manager/11.0.0`); null until it has. */
  get greeting(): string | null {
    return this.#greeting;
  }

  /** The messages that are complete by now. Throws an `AmiProtocolError`; nothing may be pushed after that. */
  push(piece: Buffer): readonly AmiMessage[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    if (this.#greeting === null && !this.#readGreeting()) return [];
    const messages: AmiMessage[] = [];
    for (let next = this.#next(); next !== null; next = this.#next()) messages.push(next);
    return messages;
  }

  #readGreeting(): boolean {
    const end = this.#rest.indexOf(LINE_END);
    if (end === -1 && this.#rest.length <= this.#limits.greetingBytes) return false;
    const line = this.#rest.toString('utf8', 0, Math.min(end === -1 ? Infinity : end, this.#limits.greetingBytes));
    if (end === -1 || !/^Asterisk Call Manager\/\d/.test(line)) {
      throw new AmiProtocolError('what answers does not greet as a manager interface');
    }
    this.#greeting = line;
    this.#drop(end + LINE_END.length);
    return true;
  }

  #next(): AmiMessage | null {
    // Some answers of Asterisk end in a blank line too many.
    let start = 0;
    while (this.#rest.subarray(start, start + LINE_END.length).equals(LINE_END)) start += LINE_END.length;
    if (start > 0) this.#drop(start);
    const end = this.#rest.indexOf(MESSAGE_END, this.#searched);
    if ((end === -1 ? this.#rest.length : end) > this.#limits.messageBytes) {
      throw new AmiProtocolError(`a message is longer than ${this.#limits.messageBytes} bytes`);
    }
    if (end === -1) {
      // The end may have come in part.
      this.#searched = Math.max(0, this.#rest.length - MESSAGE_END.length + 1);
      return null;
    }
    const message = this.#toMessage(this.#rest.toString('utf8', 0, end));
    this.#drop(end + MESSAGE_END.length);
    return message;
  }

  #toMessage(text: string): AmiMessage {
    const fields: (readonly [string, string])[] = [];
    for (const line of text.split('\r\n')) {
      if (line.length > this.#limits.lineCharacters) {
        throw new AmiProtocolError(`a line is longer than ${this.#limits.lineCharacters} characters`);
      }
      const colon = line.indexOf(':');
      if (colon > 0) fields.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    }
    return new AmiMessage(fields);
  }

  #drop(bytes: number): void {
    this.#rest = this.#rest.subarray(bytes);
    this.#searched = 0;
  }
}

export type AmiAction = Readonly<Record<string, string | number | readonly string[]>> & { readonly Action: string };

/** Asterisk reads a line into 1025 bytes and ends the connection over a longer one. */
const LINE_BYTES = 1000;

/**
 * An action as it goes over the wire. No value can begin a line of its own: what would is replaced by spaces. Throws a
 * `RangeError` for a line that Asterisk would not take.
 */
export function encodeAction(action: AmiAction, actionId: string): string {
  const lines = [`Action: ${clean(action.Action)}`, `ActionID: ${actionId}`];
  for (const [name, value] of Object.entries(action)) {
    if (name === 'Action') continue;
    for (const one of typeof value === 'object' ? value : [String(value)]) lines.push(`${clean(name)}: ${clean(one)}`);
  }
  const long = lines.find((line) => Buffer.byteLength(line) > LINE_BYTES);
  if (long !== undefined) throw new RangeError(`a value is too long for Asterisk: ${long.slice(0, 40)}…`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- exactly these would begin a new line or end the text
  return text.replace(/[\r\n\u0000]+/g, ' ');
}
