import { DomainError } from '../../src/platform/errors.js';
import { type CallRecorder, type RecordingEvent } from '../../src/modules/telephony/recording.port.js';

/** A recorder that does what it is told, and says so; into a file that bears the call's name. */
export class FakeRecorder implements CallRecorder {
  readonly commands: string[] = [];
  /** The next command is refused with it. */
  refuseNext: Error | null = null;
  readonly #now: () => number;
  readonly #states = new Map<string, 'recording' | 'paused'>();
  readonly #listeners = new Set<(event: RecordingEvent) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  start(callId: string): Promise<void> {
    return this.#do('start', callId, 'recording-started', () => this.#states.set(callId, 'recording'));
  }

  stop(callId: string): Promise<void> {
    return this.#do('stop', callId, 'recording-stopped', () => this.#states.delete(callId));
  }

  pause(callId: string): Promise<void> {
    this.#require(callId);
    return this.#do('pause', callId, 'recording-paused', () => this.#states.set(callId, 'paused'));
  }

  resume(callId: string): Promise<void> {
    this.#require(callId);
    return this.#do('resume', callId, 'recording-resumed', () => this.#states.set(callId, 'recording'));
  }

  onEvent(listener: (event: RecordingEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #require(callId: string): void {
    if (!this.#states.has(callId)) throw new DomainError('conflict', 'exchange:not-recording');
  }

  #do(command: string, callId: string, type: RecordingEvent['type'], effect: () => void): Promise<void> {
    this.commands.push(`${command} ${callId}`);
    const refusal = this.refuseNext;
    this.refuseNext = null;
    if (refusal !== null) return Promise.reject(refusal);
    effect();
    for (const listener of this.#listeners) listener({ type, at: this.#now(), callId, file: `${callId}.wav` });
    return Promise.resolve();
  }
}
