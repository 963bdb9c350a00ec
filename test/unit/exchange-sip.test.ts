import assert from 'node:assert/strict';
import { CredentialIssuer } from '../../src/modules/telephony/exchange/credentials.js';
import { digestResponse, parseDigestAnswer } from '../../src/modules/telephony/exchange/digest.js';
import { FrameLimiter } from '../../src/modules/telephony/exchange/frame-limiter.js';
import { mediaDirection, placeholderAnswer, putsOnHold } from '../../src/modules/telephony/exchange/sdp.js';
import { failureOf } from '../../src/modules/telephony/exchange/sip-message.js';

const offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 10.0.0.1',
  'a=candidate:1 1 udp 1 10.0.0.1 4000 typ host',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdef01234567',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 AB:CD',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=ssrc:1 cname:x',
  '',
].join('\r\n');

describe('session descriptions', () => {
  for (const direction of ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const) {
    it(`reads ${direction}`, () => {
      assert.equal(mediaDirection(offer.replace('a=sendrecv', `a=${direction}`)), direction);
    });
  }

  it('reads a direction that holds for the whole session, and that of a medium before it', () => {
    assert.equal(
      mediaDirection(offer.replace('a=sendrecv\r\n', '').replace('t=0 0', 't=0 0\r\na=inactive')),
      'inactive',
    );
    assert.equal(mediaDirection(offer.replace('t=0 0', 't=0 0\r\na=inactive')), 'sendrecv');
    assert.equal(mediaDirection(offer.replace('a=sendrecv\r\n', '')), 'sendrecv');
  });

  it('takes sendonly and inactive for hold, and nothing else', () => {
    const held = (direction: string): boolean => putsOnHold(offer.replace('sendrecv', direction));
    assert.deepEqual(['sendonly', 'inactive', 'recvonly', 'sendrecv'].map(held), [true, true, false, false]);
  });

  it('answers an offer without opening media: same medium, transport of nobody', () => {
    const answer = placeholderAnswer(offer);
    assert.equal(mediaDirection(answer), 'inactive');
    for (const kept of [
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=rtcp-mux',
      'a=group:BUNDLE 0',
      'a=setup:active',
    ]) {
      assert.ok(answer.includes(`${kept}\r\n`), kept);
    }
    for (const gone of ['candidate', 'ssrc', '10.0.0.1', 'abcd', 'AB:CD', 'actpass', '0123456789abcdef']) {
      assert.ok(!answer.includes(gone), gone);
    }
  });
});

describe('digest authentication', () => {
  it('computes what the example of RFC 2617 section 3.5 does', () => {
    const answer = parseDigestAnswer(
      'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
        'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", ' +
        'response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    assert.ok(answer !== null);
    const known = { method: 'GET', realm: 'testrealm@host.com', password: 'Circle Of Life' };
    assert.equal(digestResponse(answer, known), answer.response);
  });

  it('takes nothing else for an answer', () => {
    for (const header of [
      '',
      'Basic abc',
      'Digest',
      'Digest username="a"',
      'Digest ,,,="',
      'Digest username=a, nonce=b',
    ]) {
      assert.equal(parseDigestAnswer(header), null, header);
    }
  });
});

describe('short-lived credentials', () => {
  const issuer = new CredentialIssuer({ secret: 'a secret', now: () => 1_790_000_000_500, validSeconds: 3600 });

  it('carry whose they are and until when', () => {
    const { username, password, expiresAt } = issuer.issue('+5511999990001');
    assert.equal(username, '+5511999990001.1790003600');
    assert.equal(expiresAt, 1_790_003_600_000);
    assert.deepEqual(issuer.read(username), { address: '+5511999990001', expired: false });
    assert.match(password, /^[\w-]{43}$/);
    assert.equal(issuer.passwordOf(username), password);
  });

  it('cannot be prolonged by changing the name', () => {
    const { password } = issuer.issue('1001');
    assert.notEqual(issuer.passwordOf('1001.1790003601'), password);
    assert.notEqual(issuer.passwordOf('1002.1790003600'), password);
  });

  it('have expired at their time, not after it', () => {
    assert.deepEqual(issuer.read('1001.1790000001'), { address: '1001', expired: false });
    assert.deepEqual(issuer.read('1001.1790000000'), { address: '1001', expired: true });
  });

  it('are not read from other names', () => {
    for (const name of ['', '1001', '1001.', '.5', '1001.x', 'a b.5', '1001.5.6'])
      assert.equal(issuer.read(name), null, name);
  });
});

describe('the limit of frames', () => {
  it('lets a burst through, then as many as have grown back', () => {
    let now = 0;
    const limiter = new FrameLimiter(() => now, { perSecond: 2, burst: 3 });
    const take = (times: number): boolean[] => Array.from({ length: times }, () => limiter.take());
    assert.deepEqual(take(4), [true, true, true, false]);
    now = 1000;
    assert.deepEqual(take(3), [true, true, false]);
    now = 3_600_000;
    assert.deepEqual(take(4), [true, true, true, false]);
    limiter.widen({ perSecond: 2, burst: 5 });
    assert.deepEqual(take(6), [true, true, true, true, true, false]);
  });
});

describe('what a final response says of a call', () => {
  for (const [status, failure] of [
    [486, 'busy'],
    [600, 'busy'],
    [603, 'rejected'],
    [480, 'rejected'],
    [403, 'rejected'],
    [488, 'rejected'],
    [408, 'no-answer'],
    [487, 'no-answer'],
    [404, 'unreachable'],
    [410, 'unreachable'],
    [503, 'unreachable'],
  ] as const) {
    it(`${String(status)} is ${failure}`, () => {
      assert.equal(failureOf(status), failure);
    });
  }
});
