import { randomUUID } from 'node:crypto';
import { type Schedule } from '../../../platform/schedule.js';
import { hangUpChannel } from './ami-commands.js';
import { interfaceOf, type Ami } from './asterisk-directory.js';
import { type CallBook } from './call-book.js';
import { type HandOver } from './hand-over.js';
import { type MemberCommands } from './member-commands.js';
import { AUTO_ANSWER, offerHeaders, originate } from './originate.js';
import { newLeg, type TrackedCall } from './tracked-call.js';

export interface CallKeeperDeps {
  readonly ami: Ami;
  readonly book: CallBook;
  readonly handOver: HandOver;
  readonly members: MemberCommands;
  readonly isRegistered: (extension: string) => boolean;
  readonly schedule: Schedule;
  readonly now: () => number;
  /** Work nobody waits for. */
  readonly background: (work: Promise<void>, complaint: string) => void;
}

/** How long a page that came back may take to pick its call up again, and when it is asked anew. */
const RESUME_RING_SECONDS = 15;
const RETRY_MS = 1000;

/**
 * Keeps a customer whose agent's page went away, and gives the call back to it: the customer hears music, the agent is
 * offered nothing else, and the page, once it has registered again, is called with the call's id and picks up by itself.
 * How long, and that it is then the next agent's turn, is the dialplan's to know (`citrus-kept`): it goes on without us.
 *
 * A second call is not kept: it ends with the page that made it, and so does a conference.
 */
export class CallKeeper {
  readonly #deps: CallKeeperDeps;

  constructor(deps: CallKeeperDeps) {
    this.#deps = deps;
  }

  /** Its contact is gone, and with it every call it was in, though the exchange has not noticed that yet. */
  phoneGone(extension: string): void {
    for (const call of this.#deps.book.all()) {
      if (call.extension !== extension || !call.isComplete) continue;
      const work = call.consults === null ? this.#keep(call) : this.#drop(call);
      this.#deps.background(work, 'a call whose phone went away could not be kept');
    }
  }

  /** The phone fell silent in one of the two calls of a conference, and will in the other. */
  conferenceLost(call: TrackedCall): void {
    const other = this.#deps.book.find(call.conference ?? '');
    const [first, second] = call.consults === null ? [call, other] : [other, call];
    const complaint = 'a conference whose phone fell silent could not be ended';
    if (first !== null) this.#deps.background(this.#keep(first), complaint);
    if (second !== null) this.#deps.background(this.#drop(second), complaint);
  }

  phoneBack(extension: string): void {
    for (const call of this.#deps.book.all()) {
      if (call.extension === extension && call.isKept) this.#giveBack(call);
    }
  }

  /** After a restart: calls that were kept, and phones that went away, while nobody was here. */
  takeUp(): void {
    for (const call of this.#deps.book.all()) {
      if (call.extension === null) continue;
      if (call.isKept) this.kept(call);
      else if (call.isComplete && !this.#deps.isRegistered(call.extension)) this.phoneGone(call.extension);
    }
  }

  /** The customer hears music from now on. */
  kept(call: TrackedCall): void {
    const { members, background, isRegistered } = this.#deps;
    if (call.extension === null) return;
    background(members.reserve(call.extension), 'who is waited for could not be kept from other calls');
    // A page that never went away, but whose media did.
    if (isRegistered(call.extension)) this.#retry(call);
  }

  /** It is with somebody again, waits in a queue, or has ended. */
  notKept(call: TrackedCall, extension: string): void {
    const { ami, members, background } = this.#deps;
    const leg = call.legOf('returning');
    if (leg !== null) background(hangUpChannel(ami, leg[1].name), 'a phone could not be let go');
    background(members.release(extension), 'a reservation could not be lifted');
  }

  /** The page did not pick up, or a transfer it may have the call back from has failed. */
  notTakenBack(call: TrackedCall): void {
    this.#retry(call);
  }

  async #keep(call: TrackedCall): Promise<void> {
    const { handOver, now, ami } = this.#deps;
    const { customer, agent } = call;
    if (customer === null) return;
    call.conference = null;
    handOver.keep(call, now());
    await ami.act({ Action: 'Redirect', Channel: customer.name, Context: 'citrus-kept', Exten: 's', Priority: 1 });
    // Usually it goes with the bridge; of a conference it would not.
    if (agent !== null) await hangUpChannel(ami, agent.name);
  }

  async #drop(call: TrackedCall): Promise<void> {
    call.conference = null;
    for (const channel of [call.customer, call.agent])
      if (channel !== null) await hangUpChannel(this.#deps.ami, channel.name);
  }

  #giveBack(call: TrackedCall): void {
    const { ami, book, background, isRegistered } = this.#deps;
    const { callId, extension, customer, direction } = call;
    if (extension === null || customer === null || !isRegistered(extension) || book.find(callId) !== call) return;
    // While it is sent on it is the target's; one phone call at a time.
    if (!call.isKept || call.attempt !== null || call.legOf('returning') !== null) return;
    const channelId = randomUUID();
    const dialString = interfaceOf(extension);
    book.addLeg(call, channelId, newLeg({ kind: 'returning', extension, dialString }));
    const action = originate({
      ...{ dialString, channelId, context: 'citrus-back', callerNumber: call.number },
      ringSeconds: RESUME_RING_SECONDS,
      variables: [
        ['__CITRUS_CALL_ID', callId],
        ['__CITRUS_DIRECTION', direction],
        ['__CITRUS_NUMBER', call.number],
        ['CITRUS_PART', 'returning'],
        ['CITRUS_EXTENSION', extension],
        ['CITRUS_ALSO', call.alsoKnownAs.join(',')],
        ['CITRUS_CUSTOMER', customer.name],
        ...offerHeaders(callId, direction),
        ...AUTO_ANSWER,
        ['PJSIP_HEADER(add,X-Citrus-Resume)', 1],
      ],
    });
    const asked = ami.act(action).then(
      () => undefined,
      (error: unknown) => {
        book.removeLeg(call, channelId);
        throw error;
      },
    );
    background(asked, 'a call could not be given back');
  }

  #retry(call: TrackedCall): void {
    this.#deps.schedule(() => {
      this.#giveBack(call);
    }, RETRY_MS);
  }
}
