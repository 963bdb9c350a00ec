/**
 * The little the exchange has to know of a session description (RFC 8866): it hands the descriptions of browsers on to
 * each other and never takes part in the media itself.
 */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The direction of the first medium; what stands above the media holds for all (RFC 8866 section 6.7). */
export function mediaDirection(sdp: string): MediaDirection {
  const [session = '', first = ''] = sdp.split(/^m=/m, 2);
  const find = (part: string): MediaDirection | undefined =>
    /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(part)?.[1] as MediaDirection | undefined;
  return find(first) ?? find(session) ?? 'sendrecv';
}

/** Whether who offers this puts the other side on hold (RFC 3264 section 8.4). */
export function putsOnHold(sdp: string): boolean {
  const direction = mediaDirection(sdp);
  return direction === 'sendonly' || direction === 'inactive';
}

const NO_FINGERPRINT = Array.from({ length: 32 }, () => '00').join(':');

/**
 * An answer that opens no media yet.
 *
 * An offer in a 200 must be answered in its ACK (RFC 3261 section 13.2.2.4), at once: until the ACK comes a phone may
 * not hang up, and after 64*T1 it gives up. When the other side still rings there is no answer to give, so the exchange
 * gives this one: every medium inactive, with the transport of nobody. The real answer follows in the ACK of an
 * offerless re-INVITE (RFC 3725 section 4.4 does the same with a "black hole").
 */
export function placeholderAnswer(offer: string): string {
  const kept: string[] = [];
  for (const line of offer.split(/\r?\n/)) {
    if (line === '' || /^a=(candidate|end-of-candidates|ssrc|ssrc-group|msid|ice-options|rtcp)(:|$)/.test(line))
      continue;
    kept.push(toPlaceholder(line));
  }
  return `${kept.join('\r\n')}\r\n`;
}

function toPlaceholder(line: string): string {
  if (line.startsWith('c=')) return 'c=IN IP4 0.0.0.0';
  if (line.startsWith('a=ice-ufrag:')) return 'a=ice-ufrag:none';
  if (line.startsWith('a=ice-pwd:')) return `a=ice-pwd:${'0'.repeat(24)}`;
  if (line.startsWith('a=fingerprint:')) return `a=fingerprint:sha-256 ${NO_FINGERPRINT}`;
  if (line.startsWith('a=setup:')) return 'a=setup:active';
  if (/^a=(sendrecv|sendonly|recvonly)$/.test(line)) return 'a=inactive';
  return line;
}
