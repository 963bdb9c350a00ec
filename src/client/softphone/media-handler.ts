import { Web } from 'sip.js';
import { type Microphone } from './microphone.js';

/** After the first candidate, how long others are waited for; a network with a VPN can gather for half a minute. */
const AFTER_FIRST_CANDIDATE_MS = 1000;
/** When no candidate comes at all, the offer goes out without any. */
const GATHERING_LIMIT_MS = 4000;

export type MediaHandler = Web.SessionDescriptionHandler;

/** Makes the media side of each call: the shared microphone, and candidates gathered within a second or so. */
export function createMediaHandlerFactory(microphone: Microphone): Web.SessionDescriptionHandlerFactory {
  const create = Web.defaultSessionDescriptionHandlerFactory(
    async () => new MediaStream([await microphone.trackForCall()]),
  );
  return (session, options) => {
    const handler = create(session, { iceGatheringTimeout: GATHERING_LIMIT_MS, ...options });
    handler.peerConnection?.addEventListener('icecandidate', (event) => {
      if (event.candidate === null) return;
      setTimeout(() => {
        handler.iceGatheringComplete();
      }, AFTER_FIRST_CANDIDATE_MS);
    });
    return handler;
  };
}

export function isMediaHandler(handler: unknown): handler is MediaHandler {
  return handler instanceof Web.SessionDescriptionHandler;
}
