import { KeyedQueue } from '../../platform/keyed-queue.js';
import { DomainError } from '../../platform/errors.js';
import { type Schedule } from '../../platform/schedule.js';
import { type RecordingView } from '../../shared/recording.js';
import { type Actor } from '../audit/audit.domain.js';
import { type CallRecorder, type RecordingEvent } from '../telephony/recording.port.js';
import { beginPause, endPause, type Recording } from './recording.domain.js';
import { type RecordingFiles, type RecordingRepository, type RecordingSettingsRepository } from './recording.port.js';

/** What has to be known of a call. */
export interface RecordedCall {
  readonly callId: string;
  readonly queueId: number | null;
  readonly agentId: number | null;
}

export interface RecordingsDeps {
  readonly repository: RecordingRepository;
  readonly settings: RecordingSettingsRepository;
  readonly files: RecordingFiles;
  readonly recorder: CallRecorder;
  /** Whether the exchange in use can record, now. */
  readonly canRecord: () => boolean;
  /** A live call; null when it is over. */
  readonly findCall: (callId: string) => RecordedCall | null;
  /** The call an agent is in. */
  readonly callOf: (agentId: number) => RecordedCall | null;
  readonly onChanged: (agentId: number, view: RecordingView | null) => void;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: { error(context: object, message: string): void; warn(context: object, message: string): void };
}

/** A pause that is forgotten ends by itself. */
const PAUSE_LIMIT_MS = 120_000;
/** The exchange did not take it: soon again, for what is paused is not being recorded. */
const AGAIN_MS = 5000;
/** A player asks many times for one recording: to seek, to go on. That is one play. */
const ONE_PLAY_MS = 5 * 60_000;

/**
 * Recordings of calls: begun for the queues that want it, paused for a limited time, told to the agents' pages, kept in
 * the order the exchange told of them.
 */
export class Recordings {
  readonly #deps: RecordingsDeps;
  readonly #turns = new KeyedQueue<string>();
  readonly #timers = new Map<string, () => void>();
  readonly #plays = new Map<string, number>();
  #unlisten: (() => void) | null = null;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** Takes in what ran while this was away; pauses whose time is over end. */
  async start(): Promise<void> {
    this.#unlisten = this.#deps.recorder.onEvent((event) => {
      this.#inTurn(event.callId, () => this.#take(event));
    });
    for (const { callId, resumesAt } of await this.#deps.repository.running()) {
      if (resumesAt !== null) this.#resumeLater(callId, resumesAt - this.#deps.now());
    }
  }

  async stop(): Promise<void> {
    this.#unlisten?.();
    this.#unlisten = null;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.#turns.idle();
  }

  /** A call was answered: it is recorded when its queue says so. */
  answered({ callId, queueId }: RecordedCall): void {
    if (queueId === null || !this.#deps.canRecord()) return;
    this.#inTurn(callId, async () => {
      const { settings, recorder } = this.#deps;
      if ((await settings.ofQueue(queueId))?.records === true) await recorder.start(callId);
    });
  }

  /** A call is over, as far as is known here: so is its recording, should the exchange not have said so. */
  ended(callId: string): void {
    this.#inTurn(callId, async () => {
      const running = await this.#deps.repository.runningOf(callId);
      if (running !== null) await this.#finish(running, this.#deps.now());
    });
  }

  /** What the page of an agent shows of the recording of the present call. */
  async viewFor(agentId: number): Promise<RecordingView | null> {
    const call = this.#deps.callOf(agentId);
    const recording = call === null ? null : await this.#deps.repository.runningOf(call.callId);
    if (call === null || recording === null) return null;
    return {
      callId: call.callId,
      state: recording.state === 'paused' ? 'paused' : 'recording',
      resumesAt: recording.resumesAt,
      mayPause: await this.#mayPause(call),
    };
  }

  /** Pauses the recording of the agent's call, for a limited time. */
  async pause(agentId: number, callId: string): Promise<void> {
    const call = this.#requireOwn(agentId, callId);
    if (!(await this.#mayPause(call))) throw new DomainError('forbidden', 'recordings:error.may-not-pause');
    await this.#deps.recorder.pause(callId);
    await this.#turns.run(callId, () => Promise.resolve());
  }

  async resume(agentId: number, callId: string): Promise<void> {
    this.#requireOwn(agentId, callId);
    await this.#deps.recorder.resume(callId);
    await this.#turns.run(callId, () => Promise.resolve());
  }

  ofCall(callId: string): Promise<readonly Recording[]> {
    return this.#deps.repository.ofCall(callId);
  }

  /** In bytes; null when the file is not there. */
  sizeOf({ file }: Recording): Promise<number | null> {
    return this.#deps.files.size(file);
  }

  /**
   * A finished recording for somebody who listens, and is written down as such.
   *
   * @throws DomainError `not-found` when it is not there, was deleted, or its file is gone
   */
  async listen(id: number, actor: Actor): Promise<{ readonly recording: Recording; readonly size: number }> {
    const { repository, files } = this.#deps;
    const recording = await repository.find(id);
    if (recording?.state !== 'finished') throw new DomainError('not-found', 'recordings:error.not-there');
    const size = await files.size(recording.file);
    if (size === null) throw new DomainError('not-found', 'recordings:error.file-missing');
    await this.#notePlay(recording, actor);
    return { recording, size };
  }

  read({ file }: Recording, range: { readonly start: number; readonly end: number }): NodeJS.ReadableStream {
    return this.#deps.files.read(file, range);
  }

  async #notePlay(recording: Recording, actor: Actor): Promise<void> {
    const now = this.#deps.now();
    for (const [key, at] of this.#plays) if (now - at >= ONE_PLAY_MS) this.#plays.delete(key);
    const key = `${String(actor.userId)} ${String(recording.id)}`;
    if (this.#plays.has(key)) return;
    // First the entry: nobody hears what could not be written down.
    await this.#deps.repository.notePlay(recording, actor);
    this.#plays.set(key, now);
  }

  async #take(event: RecordingEvent): Promise<void> {
    const { repository } = this.#deps;
    const { callId, file, at } = event;
    if (event.type === 'recording-started') {
      await repository.insert({ callId, file, startedAt: at });
      await this.#changed(callId);
      return;
    }
    const recording = (await repository.ofCall(callId)).find((one) => one.file === file);
    if (recording === undefined || recording.state === 'finished' || recording.state === 'deleted') return;
    if (event.type === 'recording-stopped') {
      await this.#finish(recording, at);
      return;
    }
    if (event.type === 'recording-paused') {
      const resumesAt = at + PAUSE_LIMIT_MS;
      await repository.update(recording.id, { state: 'paused', pauses: beginPause(recording.pauses, at), resumesAt });
      this.#resumeLater(callId, resumesAt - this.#deps.now());
    } else {
      this.#forgetTimer(callId);
      const pauses = endPause(recording.pauses, at);
      await repository.update(recording.id, { state: 'recording', pauses, resumesAt: null });
    }
    await this.#changed(callId);
  }

  async #finish(recording: Recording, at: number): Promise<void> {
    const { repository, files } = this.#deps;
    this.#forgetTimer(recording.callId);
    await repository.update(recording.id, {
      state: 'finished',
      endedAt: at,
      resumesAt: null,
      pauses: endPause(recording.pauses, at),
      bytes: await files.size(recording.file),
    });
    await this.#changed(recording.callId);
  }

  #resumeLater(callId: string, delayMs: number): void {
    this.#forgetTimer(callId);
    const { schedule, recorder, log, findCall } = this.#deps;
    const cancel = schedule(
      () => {
        this.#timers.delete(callId);
        recorder.resume(callId).catch((error: unknown) => {
          log.warn({ err: error, callId }, 'a recording that was paused could not go on by itself');
          if (findCall(callId) === null) this.ended(callId);
          else this.#resumeLater(callId, AGAIN_MS);
        });
      },
      Math.max(0, delayMs),
    );
    this.#timers.set(callId, cancel);
  }

  #forgetTimer(callId: string): void {
    this.#timers.get(callId)?.();
    this.#timers.delete(callId);
  }

  async #changed(callId: string): Promise<void> {
    const agentId = this.#deps.findCall(callId)?.agentId ?? null;
    if (agentId !== null) this.#deps.onChanged(agentId, await this.viewFor(agentId));
  }

  async #mayPause({ queueId }: RecordedCall): Promise<boolean> {
    return queueId !== null && (await this.#deps.settings.ofQueue(queueId))?.agentsPause === true;
  }

  #requireOwn(agentId: number, callId: string): RecordedCall {
    const call = this.#deps.callOf(agentId);
    if (call?.callId !== callId) throw new DomainError('conflict', 'recordings:error.not-your-call');
    return call;
  }

  #inTurn(callId: string, work: () => Promise<void>): void {
    this.#turns.run(callId, work).catch((error: unknown) => {
      this.#deps.log.error({ err: error, callId }, 'the recording of a call could not be kept');
    });
  }
}
