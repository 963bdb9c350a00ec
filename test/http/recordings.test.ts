import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SequelizeAuditRepository, type AuditEntry } from '../../src/modules/audit/index.js';
import { defineQueueModel } from '../../src/modules/queues/queue.model.js';
import {
  RecordingFolder,
  Recordings,
  RetentionJob,
  SequelizeRecordingRepository,
  SequelizeRecordingSettingsRepository,
} from '../../src/modules/recordings/index.js';
import { type Recording } from '../../src/modules/recordings/recording.domain.js';
import { LeaseRepository } from '../../src/platform/db/lease.js';
import { DomainError } from '../../src/platform/errors.js';
import { FakeRecorder } from '../support/fake-recorder.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { ManualClock } from '../support/manual-clock.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually, nextEvent } from '../support/wait.js';

const PAGE = 'page-0001';
const CALL = 'call-1';
const DAY_MS = 86_400_000;
const NOBODY = { userId: null, name: 'Teste', address: null };

describe('recordings', () => {
  let folder: string;
  let app: Harness;
  let telephony: FakeTelephony;
  let recorder: FakeRecorder;
  let repository: SequelizeRecordingRepository;
  let settings: SequelizeRecordingSettingsRepository;
  let queueId: number;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'citrus-recordings-'));
    telephony = Object.assign(new FakeTelephony(), { capabilities: new Set(['recording'] as const) });
    recorder = new FakeRecorder(Date.now);
    telephony.recorder = recorder;
    app = await startApp({ telephony: () => ({ telephony }), env: { RECORDINGS_DIR: folder } });
    const { db } = app.app;
    const audit = new SequelizeAuditRepository(db, () => new Date());
    repository = new SequelizeRecordingRepository(db, audit);
    settings = new SequelizeRecordingSettingsRepository(db, audit);
    const queue = await defineQueueModel(db.sequelize).create({
      name: 'Suporte',
      exchangeName: 'suporte',
      number: '1',
      wrapUpSeconds: null,
    });
    queueId = queue.id;
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function decide(records: boolean, agentsPause: boolean): Promise<void> {
    const { keepDays, keepRecordsYears, version } = await settings.load();
    await settings.save({ keepDays, keepRecordsYears, version, queues: [{ queueId, records, agentsPause }] }, NOBODY);
  }

  async function aRecording(file: string, startedAt: number, callId = CALL): Promise<Recording> {
    await repository.insert({ callId, file, startedAt });
    const [row] = (await repository.ofCall(callId)).filter((one) => one.file === file);
    assert.ok(row);
    await repository.update(row.id, { state: 'finished', endedAt: startedAt + 5000 });
    return { ...row, state: 'finished' };
  }

  async function audited(action: AuditEntry['action']): Promise<readonly AuditEntry[]> {
    const any = { text: '', subject: null, subjectId: null, userId: null, from: null, until: null };
    return (await app.app.audit.list({ ...any, action }, 1)).entries;
  }

  describe('of an agent’s call', () => {
    let socket: PageSocket;

    beforeEach(async () => {
      await app.aUser({ login: 'ana', name: 'Ana', permissions: ['voice.desk'], extension: '1001' });
      await app.app.voice!.centre.reload();
      socket = pageSocket(app.url, await app.signIn('ana'));
      await connect(socket);
      await ask(socket, 'desk:open', { pageId: PAGE });
      await ask(socket, 'phone:claim', { pageId: PAGE, force: false });
      telephony.say({ type: 'phone-registered', extension: '1001' });
      await ask(socket, 'shift:start', { pageId: PAGE });
    });
    afterEach(() => {
      socket.disconnect();
    });

    function talk(): void {
      const start = {
        callId: CALL,
        direction: 'inbound',
        number: '+5583999990001',
        queue: 'suporte',
        extension: null,
      } as const;
      telephony.say({ type: 'call-started', ...start });
      telephony.say({ type: 'call-offered', callId: CALL, extension: '1001' });
      telephony.say({ type: 'call-answered', callId: CALL, extension: '1001' });
    }

    it('begins where the queue is recorded, pauses for a limited time, and is on the page of its call', async () => {
      await decide(true, true);
      const begun = nextEvent(socket, 'recording:changed');
      talk();
      assert.equal((await begun)?.state, 'recording');
      const paused = nextEvent(socket, 'recording:changed');
      assert.ok((await ask(socket, 'recording:pause', { callId: CALL })).ok);
      const view = await paused;
      assert.equal(view?.state, 'paused');
      assert.ok(view.resumesAt !== null && Math.abs(view.resumesAt - Date.now() - 120_000) < 10_000);
      assert.deepEqual(await ask(socket, 'recording:look', {}), { ok: true, data: view });
      const resumed = nextEvent(socket, 'recording:changed');
      assert.ok((await ask(socket, 'recording:resume', { callId: CALL })).ok);
      assert.equal((await resumed)?.resumesAt, null);
      await writeFile(path.join(folder, `${CALL}.wav`), 'RIFF');
      telephony.say({ type: 'call-ended', callId: CALL, by: 'customer', cause: 'hung-up' });
      await eventually('it to be finished', async () => (await repository.ofCall(CALL))[0]?.state === 'finished');
      assert.deepEqual(recorder.commands, [`start ${CALL}`, `pause ${CALL}`, `resume ${CALL}`]);
      const [kept] = await repository.ofCall(CALL);
      assert.equal(kept?.bytes, 4);
      assert.equal(kept.pauses.length, 1);

      const id = String(kept.id);
      await app.aUser({ login: 'ouve', permissions: ['calls.list', 'recordings.listen'] });
      await app.aUser({ login: 'lista', permissions: ['calls.list'] });
      const page = await eventually('the call to be stored', async () => {
        const answer = await (await app.signIn('ouve')).get(`/calls/${CALL}`);
        return answer.status === 200 ? answer.text : null;
      });
      assert.match(page, new RegExp(`<audio controls preload="none" src="/recordings/${id}/audio"`));
      assert.match(page, /Pausada de \d:\d\d a \d:\d\d: neste trecho só há silêncio/);
      assert.doesNotMatch((await (await app.signIn('lista')).get(`/calls/${CALL}`)).text, /<audio/);
      await rm(path.join(folder, `${CALL}.wav`));
      const missing = (await (await app.signIn('ouve')).get(`/calls/${CALL}`)).text;
      assert.doesNotMatch(missing, /<audio/);
      assert.match(missing, /O arquivo desta gravação não foi encontrado/);
    });

    it('does not begin where the queue is not recorded, nor pauses where agents may not', async () => {
      await decide(false, false);
      talk();
      await eventually('the call to be answered', () => app.app.voice!.centre.liveCall(CALL)?.state === 'talking');
      await decide(true, false);
      await recorder.start(CALL);
      await eventually('the recording to be known', async () => (await repository.runningOf(CALL)) !== null);
      const refused = await ask(socket, 'recording:pause', { callId: CALL });
      assert.ok(!refused.ok);
      assert.equal(refused.error.code, 'forbidden');
      const other = await ask(socket, 'recording:pause', { callId: 'call-2' });
      assert.ok(!other.ok && other.error.code === 'conflict');
      assert.deepEqual(recorder.commands, [`start ${CALL}`]);
    });
  });

  describe('are played', () => {
    let listener: Visitor;
    let url: string;

    beforeEach(async () => {
      await app.aUser({ login: 'ouve', name: 'Helena', permissions: ['recordings.listen'] });
      listener = await app.signIn('ouve');
      await writeFile(path.join(folder, 'a.wav'), '0123456789');
      url = `/recordings/${String((await aRecording('a.wav', Date.now())).id)}/audio`;
    });

    it('by ranges, as a player asks, and each play is written down once', async () => {
      const whole = await listener.get(url).buffer(true);
      assert.equal(whole.status, 200);
      assert.equal(whole.headers['content-type'], 'audio/wav');
      assert.equal(whole.headers['content-length'], '10');
      assert.equal(whole.headers['cache-control'], 'private, no-store');
      const part = await listener.get(url).set('Range', 'bytes=2-4').buffer(true);
      assert.equal(part.status, 206);
      assert.equal(part.headers['content-range'], 'bytes 2-4/10');
      assert.equal(Buffer.from(part.body as Uint8Array).toString(), '234');
      const beyond = await listener.get(url).set('Range', 'bytes=10-');
      assert.equal(beyond.status, 416);
      const [entry, ...more] = await audited('played');
      assert.deepEqual(more, []);
      assert.equal(entry?.actor.name, 'Helena');
      assert.equal(entry.subjectId, CALL);
    });

    it('also by whoever asks for the middle only, which is written down too', async () => {
      await listener.get(url).set('Range', 'bytes=9-');
      assert.equal((await audited('played')).length, 1);
    });

    it('by nobody without the permission', async () => {
      await app.aUser({ login: 'lista', permissions: ['calls.list'] });
      assert.equal((await (await app.signIn('lista')).get(url)).status, 403);
      assert.deepEqual(await audited('played'), []);
    });

    it('not when the file is gone, or the row names one outside of the folder', async () => {
      await rm(path.join(folder, 'a.wav'));
      assert.equal((await listener.get(url)).status, 404);
      const outside = await aRecording('../../../../etc/hostname', Date.now());
      assert.equal((await listener.get(`/recordings/${String(outside.id)}/audio`)).status, 404);
      assert.deepEqual(await audited('played'), []);
    });
  });

  describe('settings', () => {
    let admin: Visitor;
    const page = '/admin/settings/recordings';

    beforeEach(async () => {
      await app.aUser({ login: 'chefe', permissions: ['general-settings'] });
      admin = await app.signIn('chefe');
    });

    it('refuse less than the law asks for, with the reason, and keep what was typed', async () => {
      const answer = await admin.post(page, {
        keepDays: '30',
        keepRecordsYears: '2',
        version: '0',
        records: String(queueId),
      });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Decreto 11\.034\/2022 manda guardar as gravações por no mínimo 90 dias/);
      assert.match(answer.text, /value="30"/);
      assert.match(answer.text, new RegExp(`name="records" value="${String(queueId)}"[^>]*checked`));
      assert.equal((await settings.load()).keepDays, 90);
    });

    it('are saved with an audit entry, and not over a newer change', async () => {
      const fields = { keepDays: '120', keepRecordsYears: '5', version: '0', records: String(queueId) };
      assert.equal((await admin.post(page, fields)).status, 303);
      assert.deepEqual(await settings.load(), {
        ...{ keepDays: 120, keepRecordsYears: 5, version: 1 },
        queues: [{ queueId, records: true, agentsPause: false }],
      });
      const [entry] = await audited('changed');
      assert.deepEqual(entry?.after, { keepDays: 120, keepRecordsYears: 5, recordedQueues: [queueId] });
      assert.equal((await admin.post(page, { ...fields, keepDays: '200' })).status, 409);
      assert.equal((await settings.load()).keepDays, 120);
    });
  });

  describe('whose time is over', () => {
    const NOW = Date.parse('2026-11-23T12:00:00.000Z');
    const exists = (file: string): Promise<boolean> =>
      access(path.join(folder, file)).then(
        () => true,
        () => false,
      );
    const makeJob = (perRun?: number): RetentionJob =>
      new RetentionJob({
        ...{ repository, settings, files: new RecordingFolder(folder), processId: 'one' },
        leases: new LeaseRepository(app.app.db),
        now: () => new Date(NOW),
        log: { info: () => undefined, error: (context) => assert.fail(JSON.stringify(context)) },
        schedule: () => () => undefined,
        ...(perRun === undefined ? {} : { perRun }),
      });

    async function aFile(file: string, days: number, callId = `of-${file}`): Promise<Recording> {
      await writeFile(path.join(folder, file), 'sound');
      return aRecording(file, NOW - days * DAY_MS, callId);
    }

    it('are removed with their files, but for those of an open attendance', async () => {
      const old = await aFile('old.wav', 91);
      await aFile('young.wav', 89);
      const held = await aFile('held.wav', 400, 'held-call');
      const row = { protocol: '1', call_id: 'held-call', state: 'open', description: '', opened_at: new Date(NOW) };
      await app.app.db.sequelize.getQueryInterface().bulkInsert('attendances', [row]);
      assert.equal(await makeJob().run(), 1);
      assert.deepEqual(
        [await exists('old.wav'), await exists('young.wav'), await exists('held.wav')],
        [false, true, true],
      );
      const gone = await repository.find(old.id);
      assert.deepEqual([gone?.state, gone?.deleteReason, gone?.deletedAt], ['deleted', 'retention', NOW]);
      assert.equal((await audited('deleted'))[0]?.subject, 'recording');
      await app.app.db.sequelize.query(`UPDATE attendances SET state = 'finished'`);
      assert.equal(await makeJob().run(), 1);
      assert.equal((await repository.find(held.id))?.state, 'deleted');
    });

    it('are removed a limited number at a time, and go on where a run was interrupted', async () => {
      for (const n of [1, 2, 3]) await aFile(`${String(n)}.wav`, 100 + n);
      // As if the last run had ended between the file and the row.
      await rm(path.join(folder, '3.wav'));
      assert.equal(await makeJob(2).run(), 2);
      assert.deepEqual([await exists('1.wav'), await exists('2.wav')], [true, false]);
      assert.equal(await makeJob(2).run(), 1);
      assert.equal(await exists('1.wav'), false);
      assert.equal((await audited('deleted')).length, 3);
    });

    it('are left to the process that has the lease', async () => {
      await aFile('old.wav', 91);
      await new LeaseRepository(app.app.db).acquire('recording-retention', 'another', 60_000, new Date(NOW));
      assert.equal(await makeJob().run(), 0);
      assert.equal(await exists('old.wav'), true);
    });
  });

  it('that were paused and forgotten go on by themselves, also when the exchange is away at that moment', async () => {
    const clock = new ManualClock();
    const own = new FakeRecorder(clock.now);
    const call = { callId: CALL, queueId, agentId: 1 };
    const recordings = new Recordings({
      ...{ repository, settings, recorder: own, now: clock.now },
      files: new RecordingFolder(folder),
      canRecord: () => true,
      findCall: () => call,
      callOf: () => call,
      onChanged: () => undefined,
      schedule: (work, delayMs) => {
        const timer = clock.setTimeout(work, delayMs);
        return () => {
          clock.clearTimeout(timer);
        };
      },
      log: { error: (context) => assert.fail(JSON.stringify(context)), warn: () => undefined },
    });
    await recordings.start();
    await decide(true, true);
    await own.start(CALL);
    await recordings.pause(1, CALL);
    const [paused] = await repository.ofCall(CALL);
    assert.equal(paused?.resumesAt, clock.now() + 120_000);
    clock.advance(119_000);
    assert.equal(own.commands.at(-1), `pause ${CALL}`);
    own.refuseNext = new DomainError('unavailable', 'asterisk:unavailable');
    clock.advance(1000);
    await eventually('another try to be waited for', () => clock.pending === 1);
    clock.advance(5000);
    await eventually('it to go on', async () => (await repository.ofCall(CALL))[0]?.state === 'recording');
    assert.deepEqual(own.commands.slice(-2), [`resume ${CALL}`, `resume ${CALL}`]);
    const [kept] = await repository.ofCall(CALL);
    assert.deepEqual(
      kept?.pauses.map(({ from, until }) => (until ?? 0) - from),
      [125_000],
    );
    await recordings.stop();
  });
});
