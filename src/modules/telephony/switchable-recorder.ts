import { EventOutlet } from './event-outlet.js';
import { type CallRecorder, type RecordingEvent } from './recording.port.js';

/** The recorder of whichever exchange is in use; its listeners stay when it is another one. */
export class SwitchableRecorder implements CallRecorder {
  readonly #current: () => CallRecorder;
  readonly #events: EventOutlet<RecordingEvent>;

  /** @param current throws a `DomainError` when there is none */
  constructor(current: () => CallRecorder, log: ConstructorParameters<typeof EventOutlet>[0]) {
    this.#current = current;
    this.#events = new EventOutlet(log);
  }

  async start(callId: string): Promise<void> {
    await this.#current().start(callId);
  }

  async stop(callId: string): Promise<void> {
    await this.#current().stop(callId);
  }

  async pause(callId: string): Promise<void> {
    await this.#current().pause(callId);
  }

  async resume(callId: string): Promise<void> {
    await this.#current().resume(callId);
  }

  onEvent(listener: (event: RecordingEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  /** Passes on what another recorder tells; returns its own undo. */
  follow(recorder: CallRecorder): () => void {
    return recorder.onEvent((event) => {
      this.#events.emit(event);
    });
  }
}
