/**
 * A telephone in a browser for the tests of the built-in exchange: SIP.js as it comes, real media. Bundled for the page;
 * the test drives it by `window.phone`.
 */
import { Invitation, Inviter, Registerer, type Session, SessionState, UserAgent, Web } from 'sip.js';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';

const audio = document.createElement('audio');
audio.autoplay = true;
document.body.append(audio);

let agent: UserAgent | null = null;
let session: Session | null = null;

function take(next: Session): void {
  session = next;
  next.stateChange.addListener((state) => {
    if (state !== SessionState.Established) return;
    const handler = next.sessionDescriptionHandler;
    if (handler instanceof Web.SessionDescriptionHandler) audio.srcObject = handler.remoteMediaStream;
  });
}

function connection(): RTCPeerConnection | undefined {
  const handler = session?.sessionDescriptionHandler;
  return handler instanceof Web.SessionDescriptionHandler ? handler.peerConnection : undefined;
}

const phone = {
  async register(credentials: SoftphoneCredentials): Promise<void> {
    const uri = UserAgent.makeURI(credentials.uri);
    if (uri === undefined) throw new Error('no address');
    agent = new UserAgent({
      uri,
      authorizationUsername: credentials.authorizationUsername,
      authorizationPassword: credentials.authorizationPassword,
      logBuiltinEnabled: false,
      transportOptions: { server: new URL(credentials.server, location.href.replace('http', 'ws')).href },
      sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 500 },
      delegate: {
        onInvite: (invitation: Invitation) => {
          take(invitation);
        },
      },
    });
    await agent.start();
    const registerer = new Registerer(agent);
    await new Promise<void>((resolve, reject) => {
      void registerer.register({
        requestDelegate: {
          onAccept: () => {
            resolve();
          },
          onReject: ({ message }) => {
            reject(new Error(String(message.statusCode)));
          },
        },
      });
    });
  },
  async call(number: string): Promise<void> {
    const target = UserAgent.makeURI(`sip:${number}@voz.test`);
    if (agent === null || target === undefined) throw new Error('not registered');
    const inviter = new Inviter(agent, target);
    take(inviter);
    await inviter.invite();
  },
  async accept(): Promise<void> {
    if (session instanceof Invitation) await session.accept();
  },
  async hangUp(): Promise<void> {
    await session?.bye();
  },
  async hold(hold: boolean): Promise<void> {
    await session?.invite({ sessionDescriptionHandlerOptions: { hold } as object });
  },
  state: (): string => session?.state ?? 'none',
  resumed: (): boolean => session instanceof Invitation && session.request.hasHeader('X-Citrus-Resume'),
  /** Packets and energy that have come in so far. */
  async received(): Promise<{ readonly packets: number; readonly energy: number }> {
    let packets = 0;
    let energy = 0;
    const report = await connection()?.getStats();
    report?.forEach((one: { type: string; packetsReceived?: number; totalAudioEnergy?: number }) => {
      if (one.type !== 'inbound-rtp') return;
      packets = Math.max(packets, one.packetsReceived ?? 0);
      energy = Math.max(energy, one.totalAudioEnergy ?? 0);
    });
    return { packets, energy };
  },
};

export type MediaPhone = typeof phone;
(globalThis as unknown as { phone: MediaPhone }).phone = phone;
