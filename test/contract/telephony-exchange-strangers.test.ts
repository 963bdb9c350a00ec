import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../support/eventually.js';
import { ANA, ExchangeRig, SALES } from '../support/exchange-rig.js';
import { SipPhone } from '../support/sip-phone.js';

const CRLF = '\r\n';

/** A WebSocket that says what it likes. */
class Stranger {
  readonly received: string[] = [];
  closeCode: number | null = null;

  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.received.push((data as Buffer).toString('utf8'));
    });
    socket.on('close', (code) => {
      this.closeCode = code;
    });
    socket.on('error', () => undefined);
  }

  static async connect(url: string): Promise<Stranger> {
    const stranger = new Stranger(new WebSocket(`${url}/sip`, 'sip'));
    await once(stranger.socket, 'open');
    return stranger;
  }

  say(text: string | Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  /** The status of the answer to the request with that Call-ID. */
  answer(callId: string): Promise<number> {
    return eventually(`an answer to ${callId}`, () => {
      const found = this.received.find((text) => text.includes(`Call-ID: ${callId}${CRLF}`));
      return found === undefined ? undefined : Number(found.slice(8, 11));
    });
  }
}

let messages = 0;

function sip(method: string, overrides: Readonly<Record<string, string | null>> = {}, body = ''): string {
  const n = String(++messages);
  const headers: Record<string, string | null> = {
    Via: `SIP/2.0/WS stranger.invalid;branch=z9hG4bK${n}`,
    From: `<sip:1001@voz.test>;tag=t${n}`,
    To: '<sip:1001@voz.test>',
    'Call-ID': `call-${n}`,
    CSeq: `1 ${method}`,
    Contact: '<sip:x@stranger.invalid;transport=ws>',
    'Max-Forwards': '70',
    ...overrides,
    'Content-Length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return [`${method} sip:1001@voz.test SIP/2.0`, ...lines, '', body].join(CRLF);
}

describe('built-in exchange: strangers', () => {
  let rig: ExchangeRig;
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => {
    unhandled.push(error);
  };

  before(() => {
    process.on('unhandledRejection', onUnhandled);
  });
  after(() => {
    process.off('unhandledRejection', onUnhandled);
  });
  beforeEach(async () => {
    unhandled.length = 0;
    rig = await ExchangeRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
    assert.deepEqual(unhandled, []);
  });

  /** The exchange is well: a customer's call still reaches an agent. */
  async function stillServes(): Promise<void> {
    const agentPhone = await rig.member('1001');
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    const agent = await agentPhone.incoming();
    await agent.accept();
    await Promise.all([customer.established(), agent.established()]);
    await customer.hangUp();
    await agent.ended();
  }

  describe('what they say', () => {
    const tag = ';tag=unknown';
    const cases: [string, () => string, number][] = [
      ['REGISTER without credentials', () => sip('REGISTER'), 401],
      ['INVITE without credentials', () => sip('INVITE'), 401],
      ['an unknown method', () => sip('DANCE'), 405],
      ['MESSAGE', () => sip('MESSAGE'), 405],
      ['OPTIONS', () => sip('OPTIONS'), 200],
      ['BYE for a dialog that is not', () => sip('BYE', { To: `<sip:1001@voz.test>${tag}` }), 481],
      ['BYE without a tag', () => sip('BYE'), 481],
      ['INFO for a dialog that is not', () => sip('INFO', { To: `<sip:1001@voz.test>${tag}` }), 481],
      ['INVITE for a dialog that is not', () => sip('INVITE', { To: `<sip:1001@voz.test>${tag}` }), 481],
      ['CANCEL of nothing', () => sip('CANCEL'), 481],
      ['a CSeq of another method', () => sip('REGISTER', { CSeq: '1 INVITE' }), 400],
      ['INVITE without Contact', () => sip('INVITE', { Contact: null }), 400],
      ['From without a tag', () => sip('REGISTER', { From: '<sip:1001@voz.test>' }), 400],
      ['an Authorization that is none', () => sip('REGISTER', { Authorization: 'Digest what=ever' }), 401],
      [
        'a digest with a nonce of its own',
        () =>
          sip('REGISTER', {
            Authorization:
              'Digest username="1001.9999999999", realm="voz.test", nonce="abc", uri="sip:voz.test", response="0"',
          }),
        401,
      ],
    ];
    for (const [what, message, status] of cases) {
      it(`answers ${what} with ${String(status)}`, async () => {
        const stranger = await Stranger.connect(rig.url);
        const text = message();
        stranger.say(text);
        assert.equal(await stranger.answer(/Call-ID: (\S+)/.exec(text)?.[1] ?? ''), status);
      });
    }

    it('answers keep-alives', async () => {
      const stranger = await Stranger.connect(rig.url);
      stranger.say('\r\n\r\n');
      await eventually('the pong', () => stranger.received.includes('\r\n'));
    });

    it('takes SIP in binary frames', async () => {
      const stranger = await Stranger.connect(rig.url);
      const text = sip('OPTIONS');
      stranger.say(Buffer.from(text));
      assert.equal(await stranger.answer(/Call-ID: (\S+)/.exec(text)?.[1] ?? ''), 200);
    });

    it('closes a connection that goes on sending rubbish', async () => {
      const stranger = await Stranger.connect(rig.url);
      for (let i = 0; i < 5; i++) stranger.say('rubbish');
      await eventually('the close', () => stranger.closeCode === 1008);
    });

    it('closes a connection that floods it', async () => {
      const stranger = await Stranger.connect(rig.url);
      for (let i = 0; i < 40; i++) stranger.say(sip('OPTIONS'));
      await eventually('the close', () => stranger.closeCode === 1008);
      assert.ok(stranger.received.length <= 30);
    });

    it('closes a connection that sends a frame too large', async () => {
      const stranger = await Stranger.connect(rig.url);
      stranger.say('x'.repeat(70_000));
      await eventually('the close', () => stranger.closeCode === 1009);
      await stillServes();
    });

    it('closes a connection that never says who it is', async () => {
      const stranger = await Stranger.connect(rig.url);
      await rig.elapse(30);
      await eventually('the close', () => stranger.closeCode === 1008);
    });

    it('outlives whatever comes', async function () {
      this.timeout(60_000);
      const seeds = [sip('REGISTER'), sip('INVITE'), sip('BYE'), sip('CANCEL'), sip('ACK'), 'SIP/2.0 200 OK\r\n\r\n'];
      let random = 1;
      const next = (below: number): number => {
        random = (random * 48271) % 2147483647;
        return random % below;
      };
      const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
      const mutations: ((text: string) => string | Buffer)[] = [
        (text) => text.slice(0, next(text.length)),
        (text) => text.replace(/: [^\r]*/, ': '),
        (text) => text.replaceAll('\r\n', '\n'),
        (text) => text.replace('CSeq: 1', `CSeq: ${pick(['-1', '99999999999999', 'x', '4294967296'])}`),
        (text) => text.replace('Max-Forwards: 70', `X-Long: ${'y'.repeat(next(50_000))}`),
        (text) => text.replace('sip:1001@voz.test', pick(['tel:+1', 'sip:', 'sips:a@b', '*', 'sip:%%%@x', ''])),
        (text) => text.replace('z9hG4bK', pick(['', '\u0000', ';', 'é'])),
        (text) => text.replace('Content-Length: 0', `Content-Length: ${pick(['-5', '1e9', '999', 'NaN'])}`),
        (text) => {
          const at = next(text.length);
          return text.slice(0, at) + String.fromCharCode(next(300)) + text.slice(at + 1);
        },
        (text) => `${text}${text}`,
        () => randomBytes(1 + next(2000)),
        (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text)]),
        (text) => text.replace('Via: ', 'Via: SIP/2.0/WS a;branch=1\r\nVia: '),
        (text) =>
          text.replace(/Contact: .*/, `Contact: ${pick(['*', '<>', '"', '<sip:a>;expires=-1', '<sip:a>;expires'])}`),
        (text) => text.replace('To: <', 'To: <<<'),
      ];
      for (let round = 0; round < 60; round++) {
        const stranger = await Stranger.connect(rig.url);
        for (let i = 0; i < 20; i++) stranger.say(pick(mutations)(pick(seeds)));
        stranger.socket.close();
        await eventually('the close', () => stranger.closeCode !== null);
      }
      await stillServes();
      const serious = rig.logged.filter(({ level }) => level === 'error');
      assert.deepEqual(serious, []);
    });
  });

  it('outlives a phone that was let in and talks nonsense in its call', async () => {
    const agentPhone = await rig.member('1001');
    const customerPhone = await rig.customer(ANA);
    const customer = await customerPhone.call(SALES.number);
    const agent = await agentPhone.incoming();
    await agent.accept();
    await Promise.all([agent.established(), customer.established()]);
    await agent.setHold(true);
    await customer.sendTone('1');
    const said = agentPhone.sent.concat(customerPhone.sent).filter((frame) => /tag=.*\r\n[^]*tag=/.test(frame));
    const twisted = said.flatMap((frame) => [
      frame,
      frame.replace(/CSeq: (\d+)/, 'CSeq: 1$1'),
      frame.replace(/CSeq: \d+/, 'CSeq: 0'),
      frame.replace(/Contact: .*/, 'Contact: <<>'),
      frame.replace(/Content-Type: .*/, 'Content-Type: application/nonsense'),
      frame.replace(/branch=z9hG4bK\w+/, 'branch=z9hG4bKnew').replace(/CSeq: (\d+)/, 'CSeq: 2$1'),
      frame.replace(/^(SIP\/2.0) \d+/, '$1 699').replace(/^INVITE/, 'PRACK'),
    ]);
    assert.ok(twisted.length > 20);
    for (const frame of twisted) {
      for (const phone of [agentPhone, customerPhone])
        if (phone.socket.readyState === WebSocket.OPEN) phone.socket.send(frame);
    }
    agentPhone.drop();
    customerPhone.drop();
    await eventually('both to be gone', async () => (await rig.exchange.snapshot()).registered.length === 0);
    await rig.elapse(60);
    await rig.event('call-ended');
    assert.deepEqual(
      rig.logged.filter(({ level }) => level === 'error'),
      [],
    );
    await stillServes();
  });

  describe('credentials', () => {
    async function registerWith(change: (password: string) => string, address = '1001'): Promise<number> {
      const credentials = await rig.exchange.softphoneCredentials('1001');
      const phone = await SipPhone.connect(rig.url, {
        ...credentials,
        uri: `sip:${address}@voz.test`,
        authorizationPassword: change(credentials.authorizationPassword),
      });
      const status = await phone.register();
      phone.drop();
      return status;
    }

    it('lets a phone in with its own', async () => {
      assert.equal(await registerWith((password) => password), 200);
    });

    it('refuses a wrong password', async () => {
      assert.equal(await registerWith((password) => `${password}x`), 403);
      assert.deepEqual((await rig.exchange.snapshot()).registered, []);
    });

    it('refuses to register another address with them', async () => {
      assert.equal(await registerWith((password) => password, '1002'), 403);
      assert.equal(await registerWith((password) => password, ANA), 403);
    });

    it('refuses them once they have expired, and takes new ones', async () => {
      const credentials = await rig.exchange.softphoneCredentials('1001');
      assert.equal(credentials.expiresAt, Math.floor(rig.clock.now() / 1000) * 1000 + 3_600_000);
      await rig.elapse(3600);
      const late = await SipPhone.connect(rig.url, credentials);
      assert.equal(await late.register(), 403);
      late.drop();
      await rig.agent('1001');
    });

    it('says that a nonce is stale instead of refusing the password', async () => {
      const stranger = await Stranger.connect(rig.url);
      const { authorizationUsername: username, authorizationPassword: password } =
        await rig.exchange.softphoneCredentials('1001');
      const first = sip('REGISTER');
      stranger.say(first);
      await stranger.answer(/Call-ID: (\S+)/.exec(first)?.[1] ?? '');
      const nonce = /nonce="([^"]+)"/.exec(stranger.received[0] ?? '')?.[1] ?? '';
      const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
      const response = md5(`${md5(`${username}:voz.test:${password}`)}:${nonce}:${md5('REGISTER:sip:voz.test')}`);
      const answer = (): string =>
        sip('REGISTER', {
          Authorization: `Digest username="${username}", realm="voz.test", nonce="${nonce}", uri="sip:voz.test", response="${response}"`,
        });
      // Before strangers are sent away, and after the nonce's time.
      rig.clock.advance(29_000);
      const fresh = answer();
      stranger.say(fresh);
      assert.equal(await stranger.answer(/Call-ID: (\S+)/.exec(fresh)?.[1] ?? ''), 200);
      rig.clock.advance(272_000);
      const stale = answer();
      stranger.say(stale);
      assert.equal(await stranger.answer(/Call-ID: (\S+)/.exec(stale)?.[1] ?? ''), 401);
      assert.match(stranger.received.at(-1) ?? '', /stale=true/);
      const other = await Stranger.connect(rig.url);
      const elsewhere = answer();
      other.say(elsewhere);
      assert.equal(await other.answer(/Call-ID: (\S+)/.exec(elsewhere)?.[1] ?? ''), 401);
      assert.doesNotMatch(other.received.at(-1) ?? '', /stale=true/);
    });

    it('lets an agent call nobody, and a customer only a queue', async () => {
      const agent = await (await rig.agent('1001')).call(SALES.number);
      await agent.ended();
      assert.equal(agent.rejectedWith?.status, 403);
      const customer = await (await rig.customer(ANA)).call('1001');
      await customer.ended();
      assert.equal(customer.rejectedWith?.status, 404);
      assert.deepEqual((await rig.exchange.snapshot()).calls, []);
    });
  });

  describe('the upgrade', () => {
    function upgrade(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
      return new Promise((resolve, reject) => {
        const { port } = rig.server.address() as AddressInfo;
        const request = httpRequest({
          port,
          path,
          headers: {
            connection: 'upgrade',
            upgrade: 'websocket',
            'sec-websocket-version': '13',
            'sec-websocket-key': randomBytes(16).toString('base64'),
            'sec-websocket-protocol': 'sip',
            ...headers,
          },
        });
        request.on('upgrade', (_response, socket) => {
          socket.destroy();
          resolve(101);
        });
        request.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on('error', reject);
        request.end();
      });
    }

    it('takes its path with the subprotocol sip only', async () => {
      assert.equal(await upgrade('/sip'), 101);
      assert.equal(await upgrade('/sip?x=1'), 101);
      assert.equal(await upgrade('/sip', { 'sec-websocket-protocol': 'xmpp' }), 400);
    });

    it('leaves the upgrades of other paths to others', async () => {
      const other = new WebSocketServer({ noServer: true });
      rig.server.on('upgrade', (request, socket, head) => {
        if (request.url !== '/other') return;
        other.handleUpgrade(request, socket, head, (webSocket) => {
          webSocket.send('hello');
        });
      });
      const socket = new WebSocket(`${rig.url}/other`);
      const [data] = (await once(socket, 'message')) as [Buffer];
      assert.equal(data.toString(), 'hello');
      socket.terminate();
      other.close();
    });

    it('refuses origins it is not told to allow', async () => {
      const options = { isAllowedOrigin: (origin?: string) => origin === 'https://voz.test' };
      await rig[Symbol.asyncDispose]();
      rig = await ExchangeRig.start({ options });
      assert.equal(await upgrade('/sip', { origin: 'https://evil.test' }), 403);
      assert.equal(await upgrade('/sip', { origin: 'https://voz.test' }), 101);
    });

    it('refuses one connection too many', async () => {
      await rig[Symbol.asyncDispose]();
      rig = await ExchangeRig.start({ options: { maxConnections: 1 } });
      await Stranger.connect(rig.url);
      assert.equal(await upgrade('/sip'), 503);
    });
  });

  it('notices within two pings that a connection is dead', async () => {
    await rig[Symbol.asyncDispose]();
    rig = await ExchangeRig.start({ options: { pingSeconds: 4 } });
    const phone = await rig.agent('1001');
    // A network that is gone answers no ping and closes nothing.
    phone.socket.pong = () => undefined;
    await rig.elapse(4);
    assert.deepEqual((await rig.exchange.snapshot()).registered, ['1001']);
    await rig.elapse(4);
    await rig.event('phone-unregistered');
  });

  it('forgets a phone that does not register again in time', async () => {
    await rig.agent('1001');
    await rig.elapse(300);
    await rig.event('phone-unregistered');
    assert.deepEqual((await rig.exchange.snapshot()).registered, []);
  });
});
