import { type DeskLink } from './desk-link.js';
import { type BannerBar } from './regions/banner-bar.js';
import { RecordingBar } from './regions/recording-bar.js';
import { type RegionDeps } from './regions/region.js';
import { type Speaker } from './speaker.js';

/** The indicator of recording, over the page's connection. */
export function createRecordingBar(
  region: RegionDeps,
  link: DeskLink,
  speaker: Speaker,
  banners: BannerBar,
): RecordingBar {
  return new RecordingBar({
    ...region,
    look: () => link.send('recording:look', {}),
    pause: (callId) => link.send('recording:pause', { callId }),
    resume: (callId) => link.send('recording:resume', { callId }),
    say: (text) => {
      speaker.say(text);
    },
    refused: (sentence) => {
      banners.notice('danger', sentence);
    },
  });
}
