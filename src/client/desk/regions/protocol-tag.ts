import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress } from '../../dom/press.js';
import { groupedProtocol, spokenProtocol } from '../protocol.js';

/** The protocol of the record: in groups to be read to the customer, digit by digit to a screen reader, and to be copied. */
export class ProtocolTag {
  readonly #t: Translate;
  readonly #tag = byId('record-protocol');
  readonly #digits = byId('protocol-digits');
  #protocol: string | null = null;

  constructor({ t, say }: { readonly t: Translate; readonly say: (text: string) => void }) {
    this.#t = t;
    onPress(byId('protocol-copy'), async () => {
      if (this.#protocol === null) return;
      const copied = await copy(this.#protocol);
      say(t(copied ? 'desk:record.copied' : 'desk:record.copy-failed'));
    });
  }

  render(protocol: string | null): void {
    this.#protocol = protocol;
    setHidden(this.#tag, protocol === null);
    if (protocol === null) return;
    setText(this.#digits, groupedProtocol(protocol));
    setAttribute(this.#tag, 'aria-label', this.#t('desk:record.protocol-spoken', { digits: spokenProtocol(protocol) }));
  }
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
