import { AmiFailure } from './ami-connection.js';
import { type Ami } from './asterisk-directory.js';

const NORMAL_CLEARING = 16;

/** What is gone already needs no command. */
export function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AmiFailure && error.kind === 'refused')) throw error;
}

/** A channel without a name is none yet, or not any more. */
export async function hangUpChannel(ami: Ami, channel: string, cause = NORMAL_CLEARING): Promise<void> {
  if (channel === '') return;
  await ami.act({ Action: 'Hangup', Channel: channel, Cause: cause }).catch(ignoreRefusal);
}
