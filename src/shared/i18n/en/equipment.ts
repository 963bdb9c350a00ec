import { type equipment as source } from '../pt-BR/equipment.js';
import { type Translation } from '../translation.js';

export const equipment: Translation<typeof source> = {
  open: 'Equipment',
  title: 'Equipment',
  intro: 'Choose where you speak, where you hear the customer and where the ringer sounds. It is kept in this browser.',
  close: 'Close',

  microphone: 'Microphone',
  speaker: 'Headset (the customer’s voice)',
  ringer: 'Ringer',
  default: 'System default',
  missing: '{{device}} (disconnected)',
  'unnamed.microphone': 'Microphone {{number}}',
  'unnamed.speaker': 'Output {{number}}',
  allow: 'Allow the microphone',
  'allow-why': 'The browser shows the names of devices only once the microphone is allowed.',
  'no-sink': 'This browser does not let you choose the output: everything sounds on the system’s default.',
  level: 'Microphone level',
  'level.percent': '{{percent}}%',
  'test-ringer': 'Test ringer',
  'test-speaker': 'Test headset',
  'test-failed': 'The browser did not let the sound play. Click once more.',
  'test-playing': 'Playing on: {{device}}',

  'echo.title': 'Echo test',
  'echo.intro':
    'Records three seconds of your microphone and plays them on your headset. Supervisors can see the result.',
  'echo.start': 'Run echo test',
  'echo.in-call': 'Available outside calls.',
  'echo.recording': 'Speak now… {{seconds}} s',
  'echo.playing': 'Listen to your voice on the headset…',
  'echo.failed': 'The test could not be made: {{why}}',
  'echo.not-stored': 'The result could not be stored: {{why}}',
  'echo.round-trip': 'to the server and back: {{ms}} ms',
  'echo.unplayed': 'The browser did not let the recording play.',

  'level.heard': 'Microphone good',
  'level.quiet': 'Microphone low',
  'level.silent': 'Microphone silent',
  'level.clipped': 'Microphone too loud',
  'advice.heard': 'Your voice was heard clearly.',
  'advice.quiet': 'Your voice is low. Move the microphone closer or raise its volume in the system.',
  'advice.silent':
    'Nothing was heard. See whether the headset has a mute button, is well connected, and is the microphone chosen.',
  'advice.clipped':
    'Your voice is distorted. Move the microphone away from your mouth or lower its volume in the system.',

  'notices.title': 'Desktop notifications',
  'notices.granted': 'On: a call is shown even when another window is in front.',
  'notices.denied': 'Blocked in the browser. To turn them on, allow notifications at the lock beside the address.',
  'notices.default': 'The browser asks when you start your shift.',
  'notices.unsupported': 'This browser shows no desktop notifications.',

  'banner.microphone-fallback': 'The microphone “{{wanted}}” was disconnected. In use now: “{{used}}”.',
  'banner.speaker-fallback':
    'The headset “{{wanted}}” was disconnected. The customer’s voice now comes from: “{{used}}”.',
  'banner.ringer-fallback':
    'The ringer’s output, “{{wanted}}”, was disconnected. The ringer now sounds on: “{{used}}”.',
  'banner.microphone-muted':
    'The system or the headset’s button silenced the microphone “{{used}}”. The customer does not hear you.',
  'banner.open': 'Choose device',
  'notice.microphone-back': 'The microphone “{{device}}” is back and in use.',
  'notice.speaker-back': 'The headset “{{device}}” is back and in use.',
  'notice.ringer-back': 'The ringer’s output, “{{device}}”, is back and in use.',
  'notice.choice-failed': 'The browser could not use “{{device}}”.',

  'ringing.title': 'Call from {{name}}',
  'ringing.body': 'Queue {{queue}}',
  'ringing.body-plain': 'Click to open the agent’s page.',

  'line.good': 'good',
  'line.fair': 'fair',
  'line.poor': 'poor',
  'line.ms': '{{value}} ms (worst {{worst}} ms)',
  'line.percent': '{{value}}% (worst {{worst}}%)',
  'line.with-score': '{{word}} ({{score}})',
  'line.title': 'Line quality',
  'line.column': 'Line',
  'line.none': 'This call was not measured.',
  'line.word': 'Line',
  'line.score': 'Score (1 to 4.5)',
  'line.score-help': 'Opinion score estimated by the E-model (ITU-T G.107), simplified.',
  'line.round-trip': 'Round trip',
  'line.jitter': 'Jitter',
  'line.loss': 'Loss',
  'line.microphone': 'Microphone',
  'line.speaker': 'Headset',
  'line.agent': '{{name}}’s side',

  'check.column': 'Equipment',
  'check.column-help': 'The agent’s last echo test.',
  'check.at': '{{level}}, {{time}}',
  'check.round-trip': '{{ms}} ms',
  'check.none': 'not tested',
  'today.column': 'Line today',
  'today.column-help': 'The mean of today’s calls, with the score from 1 to 4.5.',
  'today.none': 'no calls',

  'error.not-your-call': 'This call is not with you.',
};
