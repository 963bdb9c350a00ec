import assert from 'node:assert/strict';
import { placeholderAnswer } from '../../src/modules/telephony/exchange/sdp.js';

const OFFER = [
  'v=0',
  'o=- 7765783083420545699 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 57056 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 192.0.2.7',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2122260223 192.0.2.7 57056 typ host',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtcp-rsize',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  '',
].join('\r\n');

describe('the answer that opens no media yet', () => {
  const lines = placeholderAnswer(OFFER).split('\r\n');

  it('keeps what a browser demands of bundled media, though it begins like what it leaves out', () => {
    // Chromium: "rtcp-mux must be enabled when BUNDLE is enabled", and the call would be over.
    for (const line of ['a=rtcp-mux', 'a=rtcp-rsize', 'a=rtcp-fb:111 transport-cc']) assert.ok(lines.includes(line));
  });

  it('tells no address, and lets no medium through', () => {
    assert.deepEqual(
      lines.filter((line) => /192\.0\.2\.7|^a=(candidate|rtcp:|sendrecv)/.test(line)),
      [],
    );
    assert.ok(lines.includes('a=inactive') && lines.includes('c=IN IP4 0.0.0.0'));
  });
});
