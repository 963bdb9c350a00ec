import assert from 'node:assert/strict';
import { Emitter } from '../../../src/client/emitter.js';
import { type CallStats, lineQuality, summariseStats } from '../../../src/client/softphone/call-stats.js';
import { readClosure, readInviteHeaders, readQueuePosition } from '../../../src/client/softphone/invite-headers.js';
import { microphoneProblem } from '../../../src/client/softphone/microphone.js';
import { absoluteServer } from '../../../src/client/softphone/sip-line.js';

const headers =
  (values: Record<string, string>) =>
  (name: string): string | undefined =>
    values[name];

describe('headers of an INVITE', () => {
  it('without ours is a plain incoming call', () => {
    const expected = { callId: null, direction: 'inbound', autoAnswer: false, resume: false };
    assert.deepEqual(readInviteHeaders(headers({})), expected);
  });
  it('of a call the agent asked for', () => {
    const values = { 'X-Citrus-Call-Id': ' c-1 ', 'X-Citrus-Direction': 'Outbound', 'X-Citrus-Auto-Answer': '1' };
    const expected = { callId: 'c-1', direction: 'outbound', autoAnswer: true, resume: false };
    assert.deepEqual(readInviteHeaders(headers(values)), expected);
  });
  it('of a call that is given back answers by itself', () => {
    const read = readInviteHeaders(headers({ 'X-Citrus-Call-Id': 'c-1', 'X-Citrus-Resume': '1' }));
    assert.deepEqual([read.autoAnswer, read.resume], [true, true]);
  });
  it('takes nothing else for yes, nor an unknown direction', () => {
    const read = readInviteHeaders(headers({ 'X-Citrus-Auto-Answer': 'true', 'X-Citrus-Direction': 'sideways' }));
    assert.deepEqual([read.autoAnswer, read.direction], [false, 'inbound']);
  });
});

describe('a refused call', () => {
  it('was out of hours where the exchange says so, with the next opening', () => {
    const values = { 'X-Citrus-Cause': 'out-of-hours', 'X-Citrus-Opens-At': '1795777200000' };
    assert.deepEqual(readClosure(headers(values)), { isOutOfHours: true, opensAt: 1_795_777_200_000 });
  });
  it('has no opening that cannot be read, nor one of any other refusal', () => {
    const unreadable = { 'X-Citrus-Cause': 'out-of-hours', 'X-Citrus-Opens-At': 'monday' };
    assert.deepEqual(readClosure(headers(unreadable)), { isOutOfHours: true, opensAt: null });
    const other = { 'X-Citrus-Cause': 'timed-out', 'X-Citrus-Opens-At': '1795777200000' };
    assert.deepEqual(readClosure(headers(other)), { isOutOfHours: false, opensAt: null });
    assert.deepEqual(readClosure(headers({})), { isOutOfHours: false, opensAt: null });
  });
});

describe('place in the queue', () => {
  for (const [value, position] of [
    ['3', 3],
    [' 1 ', 1],
    ['0', null],
    ['-1', null],
    ['x', null],
    ['', null],
  ] as const) {
    it(`"${value}" is ${String(position)}`, () => {
      assert.equal(readQueuePosition(headers({ 'X-Queue-Position': value })), position);
    });
  }
  it('is unknown without the header', () => {
    assert.equal(readQueuePosition(headers({})), null);
  });
});

describe('what is wrong with the microphone', () => {
  for (const [name, problem] of [
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'failed'],
  ] as const) {
    it(`${name} is ${problem}`, () => {
      assert.equal(microphoneProblem(new DOMException('', name)), problem);
    });
  }
  it('something that is no error at all', () => {
    assert.equal(microphoneProblem(undefined), 'failed');
  });
});

describe('address of the exchange', () => {
  it('may be a path on the page’s host, secure as the page is', () => {
    assert.equal(absoluteServer('/sip', 'https://voz.example/desk'), 'wss://voz.example/sip');
    assert.equal(absoluteServer('/sip', 'http://localhost:3000/desk'), 'ws://localhost:3000/sip');
  });
  it('may be another host', () => {
    assert.equal(absoluteServer('wss://pbx.example:8089/ws', 'https://voz.example/desk'), 'wss://pbx.example:8089/ws');
  });
});

describe('figures of a call', () => {
  it('are picked from what the browser reports', () => {
    const stats = summariseStats([
      ['a', { type: 'inbound-rtp', packetsReceived: 100, packetsLost: 2, totalAudioEnergy: 0.5, jitter: 0.004 }],
      ['b', { type: 'outbound-rtp', packetsSent: 90 }],
      ['c', { type: 'media-source', totalAudioEnergy: 0.25 }],
      ['d', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.02 }],
      ['e', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 }],
      ['f', { type: 'codec' }],
      ['g', { type: 'remote-inbound-rtp', packetsLost: 3 }],
    ]);
    assert.deepEqual(stats, {
      inboundPackets: 100,
      outboundPackets: 90,
      inboundEnergy: 0.5,
      outboundEnergy: 0.25,
      packetsLost: 2,
      outboundPacketsLost: 3,
      jitter: 0.004,
      roundTripTime: 0.02,
    });
  });

  const at = (change: Partial<CallStats>): CallStats => ({ ...summariseStats([]), ...change });
  const quality = (now: Partial<CallStats>): string => lineQuality(at({ inboundPackets: 100 }), at(now));

  it('judge the line by what came since the last look', () => {
    assert.equal(quality({ inboundPackets: 200 }), 'good');
    assert.equal(quality({ inboundPackets: 195, packetsLost: 5 }), 'fair');
    assert.equal(quality({ inboundPackets: 180, packetsLost: 20 }), 'poor');
    assert.equal(quality({ inboundPackets: 200, jitter: 0.06 }), 'fair');
    assert.equal(quality({ inboundPackets: 200, roundTripTime: 0.7 }), 'poor');
    assert.equal(quality({ inboundPackets: 100 }), 'none');
  });
});

describe('emitter', () => {
  it('tells in order, and no more after the undo', () => {
    const emitter = new Emitter<{ readonly said: string }>();
    const heard: string[] = [];
    const off = emitter.on('said', (word) => heard.push(`1${word}`));
    emitter.on('said', (word) => heard.push(`2${word}`));
    emitter.emit('said', 'a');
    off();
    emitter.emit('said', 'b');
    emitter.clear();
    emitter.emit('said', 'c');
    assert.deepEqual(heard, ['1a', '2a', '2b']);
  });
});
