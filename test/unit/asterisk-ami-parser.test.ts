import assert from 'node:assert/strict';
import {
  AmiParser,
  AmiProtocolError,
  encodeAction,
  type AmiMessage,
} from '../../src/modules/telephony/asterisk/ami-parser.js';
import { randomFrom } from '../support/seeded-random.js';

const GREETING = 'Asterisk Call Manager/11.0.0\r\n';
const STREAM = `${GREETING}Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n\r\n\
Event: QueueMemberPause\r\nQueue: Vendas\r\nPausedReason: Almoço ☕ às 12:30\r\n\r\n\
Event: Status\r\nVariable: A=1\r\nVariable: B=x: y\r\nEmpty: \r\nBare:\r\nno colon here\r\n\r\n`;
const EXPECTED = [
  { Response: 'Success', ActionID: '1', Message: 'Authentication accepted' },
  { Event: 'QueueMemberPause', Queue: 'Vendas', PausedReason: 'Almoço ☕ às 12:30' },
  { Event: 'Status', Variable: 'A=1', Empty: '', Bare: '' },
];

function toObjects(messages: readonly AmiMessage[]): object[] {
  return messages.map((message) => message.toJSON());
}

describe('the parser of the manager interface', () => {
  it('reads messages, letters outside ASCII, repeated names, and blank lines too many', () => {
    const parser = new AmiParser();
    const messages = parser.push(Buffer.from(STREAM));
    assert.deepEqual(toObjects(messages), EXPECTED);
    assert.deepEqual(messages[2]?.all('Variable'), ['A=1', 'B=x: y']);
    assert.equal(messages[2].get('Nothing'), '');
    assert.equal(messages[0]?.number('ActionID'), 1);
    assert.equal(messages[0].number('Message'), null);
    assert.equal(parser.greeting, 'Asterisk Call Manager/11.0.0');
  });

  it('reads the same however the stream is cut into pieces, letters too', () => {
    const bytes = Buffer.from(STREAM);
    const random = randomFrom(7);
    for (let round = 0; round < 300; round += 1) {
      const parser = new AmiParser();
      const read: object[] = [];
      const longest = 1 + Math.floor(random() * 40);
      for (let at = 0; at < bytes.length;) {
        const length = round === 0 ? 1 : 1 + Math.floor(random() * longest);
        read.push(...toObjects(parser.push(bytes.subarray(at, at + length))));
        at += length;
      }
      assert.deepEqual(read, EXPECTED, `round ${String(round)}`);
    }
  });

  it('refuses what does not greet as a manager interface', () => {
    for (const other of [
      'SSH-2.0-OpenSSH_9.2\r\n',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      'x'.repeat(300),
      '\u0000\r\n',
    ]) {
      assert.throws(() => new AmiParser().push(Buffer.from(other)), AmiProtocolError);
    }
    assert.deepEqual(new AmiParser().push(Buffer.from('Asterisk Ca')), []);
  });

  it('refuses a message that is absurdly large, whether it ends or not, in whatever pieces', () => {
    const limits = { messageBytes: 1000, lineCharacters: 200, greetingBytes: 256 };
    const line = `Name: ${'x'.repeat(90)}\r\n`;
    const endless = new AmiParser(limits);
    endless.push(Buffer.from(GREETING));
    assert.throws(() => {
      for (let count = 0; count < 20; count += 1) endless.push(Buffer.from(line));
    }, AmiProtocolError);
    const complete = new AmiParser(limits);
    assert.throws(() => complete.push(Buffer.from(`${GREETING}${line.repeat(20)}\r\n`)), AmiProtocolError);
    const fits = new AmiParser(limits);
    assert.equal(fits.push(Buffer.from(`${GREETING}${line.repeat(9)}\r\n`)).length, 1);
  });

  it('refuses an absurdly long line', () => {
    const limits = { messageBytes: 10_000, lineCharacters: 200, greetingBytes: 256 };
    const text = `${GREETING}Name: ${'x'.repeat(300)}\r\n\r\n`;
    assert.throws(() => new AmiParser(limits).push(Buffer.from(text)), AmiProtocolError);
  });

  it('survives random bytes: messages or a protocol error, never anything else', () => {
    const random = randomFrom(11);
    const alphabet = [
      '\r\n',
      '\r\n\r\n',
      ':',
      'Event: X',
      '\u0000',
      '\n',
      '\r',
      'é',
      'a'.repeat(50),
      ' ',
      'ActionID: 1',
    ];
    for (let round = 0; round < 500; round += 1) {
      const parser = new AmiParser({ messageBytes: 400, lineCharacters: 120, greetingBytes: 256 });
      parser.push(Buffer.from(GREETING));
      try {
        for (let piece = 0; piece < 60; piece += 1) {
          const noise = alphabet[Math.floor(random() * alphabet.length)] ?? '';
          const bytes = random() < 0.1 ? Buffer.from([Math.floor(random() * 256)]) : Buffer.from(noise);
          for (const message of parser.push(bytes)) assert.equal(typeof message.event, 'string');
        }
      } catch (error) {
        assert.ok(error instanceof AmiProtocolError, String(error));
      }
    }
  });
});

describe('an action of the manager interface', () => {
  it('is written line by line, lists as repeated lines', () => {
    const text = encodeAction({ Action: 'Originate', Priority: 1, Variable: ['A=1', 'B=2'] }, '7');
    assert.equal(text, 'Action: Originate\r\nActionID: 7\r\nPriority: 1\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n');
  });

  it('lets no value begin a line or a second action', () => {
    const text = encodeAction(
      { Action: 'QueuePause', Reason: 'Almoço\r\n\r\nAction: Hangup\nChannel: /.*/\u0000' },
      '1',
    );
    assert.deepEqual(text.split('\r\n'), [
      'Action: QueuePause',
      'ActionID: 1',
      'Reason: Almoço Action: Hangup Channel: /.*/ ',
      '',
      '',
    ]);
  });

  it('refuses a line that Asterisk would end the connection over', () => {
    assert.throws(() => encodeAction({ Action: 'QueuePause', Reason: 'ç'.repeat(600) }, '1'), RangeError);
  });
});
