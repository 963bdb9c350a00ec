import {
  type Core,
  EmitterImpl,
  Invitation,
  Inviter,
  Registerer,
  RegistererState,
  type Session,
  type SessionDescriptionHandler,
  SessionState,
  type Transport,
  TransportState,
  UserAgent,
} from 'sip.js';
import { WebSocket } from 'ws';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';
import { eventually } from './eventually.js';

/** What SIP.js's own transport does, on `ws`: Node 20 has no WebSocket of its own. */
class NodeTransport implements Transport {
  readonly protocol = 'WS';
  readonly stateChange = new EmitterImpl<TransportState>();
  state = TransportState.Disconnected;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  socket: WebSocket | null = null;
  closeCode: number | null = null;
  readonly sent: string[] = [];
  readonly #server: string;

  constructor(_logger: Core.Logger, options: { readonly server: string }) {
    this.#server = options.server;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#server, 'sip');
      this.socket = socket;
      socket.on('open', () => {
        this.#enter(TransportState.Connected);
        this.onConnect?.();
        resolve();
      });
      socket.on('message', (data) => {
        this.onMessage?.((data as Buffer).toString('utf8'));
      });
      socket.on('error', reject);
      socket.on('close', (code) => {
        this.closeCode = code;
        this.#enter(TransportState.Disconnected);
        this.onDisconnect?.(new Error(`closed with ${String(code)}`));
      });
    });
  }

  disconnect(): Promise<void> {
    this.socket?.close();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  isConnected(): boolean {
    return this.state === TransportState.Connected;
  }

  send(message: string): Promise<void> {
    if (this.socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error('not connected'));
    this.sent.push(message);
    this.socket.send(message);
    return Promise.resolve();
  }

  #enter(state: TransportState): void {
    if (state === this.state) return;
    this.state = state;
    this.stateChange.emit(state);
  }
}

let descriptions = 0;

/** A session without media: it only keeps the rules of offer and answer, and names itself in its `ice-ufrag`. */
class FakeMedia implements SessionDescriptionHandler {
  readonly ufrag = `u${String(++descriptions)}`;
  local: string | null = null;
  remote: string | null = null;
  #state: 'stable' | 'have-local-offer' | 'have-remote-offer' = 'stable';

  close(): void {
    this.#state = 'stable';
  }

  getDescription(options?: object): Promise<{ body: string; contentType: string }> {
    const hold = options !== undefined && 'hold' in options && options.hold === true;
    const answering = this.#state === 'have-remote-offer';
    const offered = answering ? directionOf(this.remote ?? '') : 'sendrecv';
    this.#state = answering ? 'stable' : 'have-local-offer';
    this.local = this.#sdp(hold ? 'sendonly' : offered === 'sendonly' ? 'recvonly' : offered, answering);
    return Promise.resolve({ body: this.local, contentType: 'application/sdp' });
  }

  setDescription(sdp: string): Promise<void> {
    if (this.#state === 'have-remote-offer') return Promise.reject(new Error('an offer is waiting for its answer'));
    this.remote = sdp;
    this.#state = this.#state === 'have-local-offer' ? 'stable' : 'have-remote-offer';
    return Promise.resolve();
  }

  rollbackDescription(): Promise<void> {
    this.#state = 'stable';
    return Promise.resolve();
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  sendDtmf(): boolean {
    return false;
  }

  #sdp(direction: string, answering: boolean): string {
    const lines = [
      'v=0',
      `o=- ${this.ufrag.slice(1)} 1 IN IP4 127.0.0.1`,
      's=-',
      't=0 0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 127.0.0.1',
      `a=ice-ufrag:${this.ufrag}`,
      'a=ice-pwd:0123456789012345678901',
      `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
      `a=setup:${answering ? 'active' : 'actpass'}`,
      'a=mid:0',
      'a=rtcp-mux',
      'a=rtpmap:111 opus/48000/2',
      `a=${direction}`,
      'a=candidate:1 1 udp 2122260223 127.0.0.1 40000 typ host',
    ];
    return `${lines.join('\r\n')}\r\n`;
  }
}

function directionOf(sdp: string): string {
  return /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(sdp)?.[1] ?? 'sendrecv';
}

function ufragOf(sdp: string | null): string | null {
  return sdp === null ? null : (/^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? null);
}

/** A call as a phone has it: ringing, or one it makes. */
export class PhoneCall {
  readonly session: Session;
  readonly infos: { readonly contentType: string; readonly content: string; readonly headers: string }[] = [];
  /** Status and position of each provisional answer to a call it makes. */
  readonly progress: {
    readonly status: number;
    readonly position: string | undefined;
    readonly callId: string | undefined;
    readonly alertInfo: string | undefined;
  }[] = [];
  /** The final status of a call it makes that was not answered. */
  rejectedWith: {
    readonly status: number;
    readonly cause: string | undefined;
    readonly opensAt: string | undefined;
  } | null = null;
  byeCause: string | undefined;
  cancelled = false;

  constructor(session: Session) {
    this.session = session;
    session.delegate = {
      onInfo: (info) => {
        const { request } = info;
        this.infos.push({
          contentType: request.getHeader('content-type') ?? '',
          content: request.body,
          headers: request.data,
        });
        void info.accept();
      },
      onBye: (bye) => {
        this.byeCause = bye.request.getHeader('X-Citrus-Cause');
        void bye.accept();
      },
      onCancel: () => {
        this.cancelled = true;
      },
    };
  }

  get #invitation(): Invitation {
    if (!(this.session instanceof Invitation)) throw new Error('this phone made the call');
    return this.session;
  }

  get state(): SessionState {
    return this.session.state;
  }

  header(name: string): string | undefined {
    return this.#invitation.request.getHeader(name);
  }

  get callId(): string | undefined {
    return this.header('X-Citrus-Call-Id');
  }

  get callerNumber(): string | undefined {
    return this.#invitation.request.from.uri.user;
  }

  accept(): Promise<void> {
    return this.#invitation.accept();
  }

  reject(statusCode: number): Promise<void> {
    return this.#invitation.reject({ statusCode });
  }

  async hangUp(): Promise<void> {
    await this.session.bye();
  }

  /** Hangs up a call it makes, answered or not. */
  async giveUp(): Promise<void> {
    if (this.state === SessionState.Established) await this.hangUp();
    else await this.cancel();
  }

  /** Of the phone this call is on. */
  get ownAddress(): string {
    return this.session.userAgent.configuration.uri.user ?? '';
  }

  async cancel(): Promise<void> {
    if (this.session instanceof Inviter) await this.session.cancel();
  }

  /** Settles when the phone's offer was answered; rejects when it was refused. */
  async setHold(hold: boolean): Promise<void> {
    // An offer that crosses the acknowledgement of the answer makes the library end the call (RFC 3261, 14.1).
    await eventually('the answer to be acknowledged', () => !this.#waitsForAck);
    await new Promise<void>((resolve, reject) => {
      const options = { sessionDescriptionHandlerOptions: { hold } as object };
      const requestDelegate = {
        onAccept: () => {
          resolve();
        },
        onReject: (response: Core.IncomingResponse) => {
          reject(new Error(`refused with ${String(response.message.statusCode)}`));
        },
      };
      this.session.invite({ ...options, requestDelegate }).catch(reject);
    });
  }

  async sendTone(tone: string): Promise<void> {
    const body = {
      contentDisposition: 'render',
      contentType: 'application/dtmf-relay',
      content: `Signal=${tone}\r\nDuration=100`,
    };
    await this.session.info({ requestOptions: { body } });
  }

  get #waitsForAck(): boolean {
    return (this.session.dialog as unknown as { readonly ackWait: boolean } | undefined)?.ackWait ?? true;
  }

  get media(): FakeMedia | undefined {
    return this.session.sessionDescriptionHandler as FakeMedia | undefined;
  }

  /** Whether the media of this phone and the other's would flow to each other. */
  isJoinedTo(other: PhoneCall): boolean {
    const [here, there] = [this.media, other.media];
    if (here === undefined || there === undefined) return false;
    return ufragOf(here.remote) === there.ufrag && ufragOf(there.remote) === here.ufrag;
  }

  get remoteDirection(): string {
    return directionOf(this.media?.remote ?? '');
  }

  established(): Promise<true> {
    return eventually('the call to be established', () => this.state === SessionState.Established);
  }

  ended(): Promise<true> {
    return eventually('the call to end', () => this.state === SessionState.Terminated);
  }
}

/** A softphone in Node: SIP.js as a page has it, on a WebSocket, without media. */
export class SipPhone {
  readonly address: string;
  readonly calls: PhoneCall[] = [];
  readonly #agent: UserAgent;
  readonly #registerer: Registerer;
  #taken = 0;

  private constructor(server: string, credentials: SoftphoneCredentials) {
    const uri = UserAgent.makeURI(credentials.uri);
    if (uri === undefined) throw new Error(`no SIP address: ${credentials.uri}`);
    this.address = uri.user ?? '';
    this.#agent = new UserAgent({
      uri,
      authorizationUsername: credentials.authorizationUsername,
      authorizationPassword: credentials.authorizationPassword,
      displayName: credentials.displayName,
      logBuiltinEnabled: false,
      transportConstructor: NodeTransport,
      transportOptions: { server: new URL(credentials.server, server).href },
      sessionDescriptionHandlerFactory: () => new FakeMedia(),
      delegate: {
        onInvite: (invitation) => {
          this.calls.push(new PhoneCall(invitation));
        },
      },
    });
    this.#registerer = new Registerer(this.#agent, { expires: 300 });
  }

  /** Connects without registering. `server` is the `ws:` URL of the host. */
  static async connect(server: string, credentials: SoftphoneCredentials): Promise<SipPhone> {
    const phone = new SipPhone(server, credentials);
    await phone.#agent.start();
    return phone;
  }

  static async register(server: string, credentials: SoftphoneCredentials): Promise<SipPhone> {
    const phone = await SipPhone.connect(server, credentials);
    const status = await phone.register();
    if (status !== 200) throw new Error(`registration refused with ${String(status)}`);
    return phone;
  }

  /** The final status of the registration. */
  register(): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = (response: Core.IncomingResponse): void => {
        resolve(response.message.statusCode ?? 0);
      };
      this.#registerer.register({ requestDelegate: { onAccept: done, onReject: done } }).catch(reject);
    });
  }

  async unregister(): Promise<void> {
    await this.#registerer.unregister();
    await eventually('the phone to be unregistered', () => this.#registerer.state === RegistererState.Unregistered);
  }

  /** The next call that rings here and was not taken by an earlier `incoming`. */
  async incoming(): Promise<PhoneCall> {
    const call = await eventually(`a call to ring at ${this.address}`, () => this.calls[this.#taken]);
    this.#taken += 1;
    return call;
  }

  async call(number: string): Promise<PhoneCall> {
    const target = UserAgent.makeURI(`sip:${number}@${this.#agent.configuration.uri.host}`);
    if (target === undefined) throw new Error(`no number: ${number}`);
    const inviter = new Inviter(this.#agent, target);
    const call = new PhoneCall(inviter);
    await inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) => {
          call.progress.push({
            status: message.statusCode ?? 0,
            position: message.getHeader('X-Queue-Position'),
            callId: message.getHeader('X-Citrus-Call-Id'),
            alertInfo: message.getHeader('Alert-Info'),
          });
        },
        onReject: ({ message }) => {
          call.rejectedWith = {
            status: message.statusCode ?? 0,
            cause: message.getHeader('X-Citrus-Cause'),
            opensAt: message.getHeader('X-Citrus-Opens-At'),
          };
        },
      },
    });
    return call;
  }

  get closeCode(): number | null {
    return this.#transport.closeCode;
  }

  /** What it said, frame by frame. */
  get sent(): readonly string[] {
    return this.#transport.sent;
  }

  get socket(): WebSocket {
    if (this.#transport.socket === null) throw new Error('not connected');
    return this.#transport.socket;
  }

  /** Goes away as a page that is reloaded does: the socket closes, nobody says goodbye. */
  drop(): void {
    this.socket.terminate();
    this.#forget();
  }

  /** Ends what the library still waits for: its timers, of up to five minutes, would keep the process alive. */
  #forget(): void {
    for (const session of Object.values(this.#agent._sessions)) session.dispose().catch(() => undefined);
    this.#agent.userAgentCore.dispose();
    // The library ends these by saying goodbye only, which this phone does not.
    (this.#registerer as unknown as { clearTimers(): void }).clearTimers();
  }

  get #transport(): NodeTransport {
    const { transport } = this.#agent;
    if (!(transport instanceof NodeTransport)) throw new Error('another transport');
    return transport;
  }
}
