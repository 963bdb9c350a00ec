import assert from 'node:assert/strict';
import { type ClientEventPayload } from '../../src/shared/realtime.js';
import { type Permission } from '../../src/shared/permissions.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually } from '../support/wait.js';

const CALL = 'call-1';
const SAMPLE: ClientEventPayload<'call:quality'> = {
  callId: CALL,
  seconds: 10,
  roundTripMs: 48,
  jitterMs: 3,
  lossPercent: 0,
  microphone: 'Jabra <b>Evolve</b>',
  speaker: 'Jabra',
};
const CHECK: ClientEventPayload<'equipment:report'> = {
  level: 'silent',
  peakDb: null,
  roundTripMs: 12,
  microphone: 'Jabra <b>Evolve</b>',
  speaker: null,
  ringer: 'Caixa de som',
};

describe('what agents’ pages measure', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  const sockets: PageSocket[] = [];

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  const page = async (login: string, extension: string | null, permissions?: readonly Permission[]) => {
    await app.aUser({ login, name: `Pessoa ${login}`, permissions: permissions ?? ['voice.desk'], extension });
    await app.app.voice!.centre.reload();
    const socket = pageSocket(app.url, await app.signIn(login));
    sockets.push(socket);
    await connect(socket);
    return socket;
  };
  const atWork = async (login: string, extension: string): Promise<PageSocket> => {
    const socket = await page(login, extension);
    const pageId = `page-${login}-0001`;
    await ask(socket, 'desk:open', { pageId });
    await ask(socket, 'phone:claim', { pageId, force: false });
    telephony.say({ type: 'phone-registered', extension });
    assert.ok((await ask(socket, 'shift:start', { pageId })).ok);
    return socket;
  };
  const ring = (extension: string): void => {
    const started = { type: 'call-started', callId: CALL, direction: 'inbound', number: '+5583999990777' } as const;
    telephony.say({ ...started, queue: null, extension: null });
    telephony.say({ type: 'call-offered', callId: CALL, extension });
  };
  const talk = async (extension: string): Promise<void> => {
    ring(extension);
    telephony.say({ type: 'call-answered', callId: CALL, extension });
    await eventually('the call', () => app.app.voice!.centre.liveCall(CALL)?.state === 'talking');
  };
  const codeOf = async (answer: ReturnType<typeof ask<'call:quality'>>): Promise<string> => {
    const result = await answer;
    return result.ok ? 'ok' : result.error.code;
  };
  const supervisor = async () => {
    await app.aUser({ login: 'chefe', name: 'Chefe', permissions: ['calls.list', 'users.logged-in'] });
    return app.signIn('chefe');
  };

  it('is stored with the call, and shown on its page and in the list', async () => {
    const ana = await atWork('ana', '1001');
    await talk('1001');
    assert.equal(await codeOf(ask(ana, 'call:quality', SAMPLE)), 'ok');
    telephony.say({ type: 'call-ended', callId: CALL, by: 'customer', cause: 'hung-up' });
    assert.equal(await codeOf(ask(ana, 'call:quality', { ...SAMPLE, seconds: 4, roundTripMs: 118 })), 'ok');

    const visitor = await supervisor();
    const shown = await eventually('the call in the journal', async () => {
      const answer = await visitor.get(`/calls/${CALL}`);
      return answer.status === 200 && answer.text;
    });
    assert.match(shown, /data-testid="call-line-word"><span class="line-word" data-line="good">boa</);
    assert.match(shown, /data-testid="call-line-round-trip">68 ms \(pior 118 ms\)</);
    assert.match(shown, /Jabra &lt;b&gt;Evolve&lt;\/b&gt;/);
    assert.match((await visitor.get('/calls')).text, /data-line="good"><span[^>]*>Linha <\/span>boa</);
  });

  it('of a call that is another’s, rings, or does not exist is refused', async () => {
    const ana = await atWork('ana', '1001');
    const bia = await atWork('bia', '1002');
    ring('1001');
    assert.equal(await codeOf(ask(ana, 'call:quality', SAMPLE)), 'conflict');
    telephony.say({ type: 'call-answered', callId: CALL, extension: '1001' });
    await eventually('the call', () => app.app.voice!.centre.liveCall(CALL)?.state === 'talking');
    const answer = await ask(bia, 'call:quality', SAMPLE);
    assert.ok(!answer.ok);
    assert.match(answer.error.message, /não está com você/);
    assert.equal(await codeOf(ask(ana, 'call:quality', { ...SAMPLE, callId: 'call-2' })), 'conflict');
    const visitor = await supervisor();
    await eventually('the call in the journal', async () => (await visitor.get(`/calls/${CALL}`)).status === 200);
    assert.match((await visitor.get(`/calls/${CALL}`)).text, /não foi medida/);
  });

  it('is refused where it is nonsense', async () => {
    const ana = await atWork('ana', '1001');
    await talk('1001');
    const nonsense: readonly Partial<Record<keyof typeof SAMPLE, unknown>>[] = [
      { seconds: 0 },
      { seconds: 61 },
      { roundTripMs: -1 },
      { roundTripMs: 10_001 },
      { jitterMs: '3' },
      { lossPercent: 101 },
      { lossPercent: -0.1 },
      { lossPercent: null },
      { microphone: 'x'.repeat(121) },
      { speaker: '' },
      { callId: 'x'.repeat(65) },
    ];
    for (const change of nonsense) {
      const payload = { ...SAMPLE, ...change } as typeof SAMPLE;
      assert.equal(await codeOf(ask(ana, 'call:quality', payload)), 'invalid', JSON.stringify(change));
    }
    assert.equal(await codeOf(ask(ana, 'call:quality', { ...SAMPLE, seconds: 60 })), 'ok');
    assert.equal(await codeOf(ask(ana, 'call:quality', { ...SAMPLE, seconds: 60 })), 'invalid', 'more time than was');
    const levels = { ...CHECK, level: 'loud' } as unknown as typeof CHECK;
    for (const payload of [levels, { ...CHECK, peakDb: 1 }, { ...CHECK, roundTripMs: -3 }]) {
      const answer = await ask(ana, 'equipment:report', payload);
      assert.deepEqual([answer.ok, !answer.ok && answer.error.code], [false, 'invalid']);
    }
  });

  it('needs the permission to take calls', async () => {
    const socket = await page('caio', null, ['monitoring']);
    assert.equal(await codeOf(ask(socket, 'call:quality', SAMPLE)), 'forbidden');
    const answer = await ask(socket, 'equipment:report', CHECK);
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'forbidden');
  });

  it('of the equipment is what the list of who is signed in shows, with the line of the day', async () => {
    const ana = await atWork('ana', '1001');
    const visitor = await supervisor();
    const rowOf = async (): Promise<string> => {
      const { text } = await visitor.get('/admin/logged-in').expect(200);
      return /<tr data-testid="session"[^>]*><th scope="row">Pessoa ana.*?<\/tr>/s.exec(text)![0];
    };
    assert.match(await rowOf(), /data-testid="equipment-check">–</);
    assert.ok((await ask(ana, 'equipment:report', CHECK)).ok);
    const tested = await rowOf();
    assert.match(tested, /data-line="poor">Microfone mudo, /);
    assert.match(tested, /Jabra &lt;b&gt;Evolve&lt;\/b&gt; · 12 ms/);
    assert.match(tested, /sem ligações/);
    await ask(ana, 'equipment:report', { ...CHECK, level: 'heard' });
    await talk('1001');
    await ask(ana, 'call:quality', { ...SAMPLE, lossPercent: 30 });
    const measured = await rowOf();
    assert.match(measured, /data-line="good">Microfone bom, /);
    assert.match(measured, /data-testid="line-today"><span class="line-word figures" data-line="poor">ruim \(/);
  });
});
