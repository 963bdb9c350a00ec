import { type Translate } from '../../shared/i18n/messages.js';
import { byId, setAttribute } from '../dom/element.js';
import { fitToScreen } from '../dom/fit-to-screen.js';
import { EquipmentPart } from '../equipment/equipment-part.js';
import { type CallStats } from '../softphone/call-stats.js';
import { Softphone } from '../softphone/softphone.js';
import { announcements } from './announcements.js';
import { createCallRegions } from './call-regions.js';
import { controls } from './controls.js';
import { DeskController } from './desk-controller.js';
import { CommandError, DeskLink } from './desk-link.js';
import { DeskStore, type DeskView } from './desk-store.js';
import { Drafts } from './drafts.js';
import { Keyboard } from './keyboard.js';
import { hasCallInHand } from './phase.js';
import { createCustomerRegions } from './customer-regions.js';
import { createCallbackRegions } from './callback-regions.js';
import { createRecordingBar } from './recording-region.js';
import { AttendancePanel } from './regions/attendance-panel.js';
import { BannerBar } from './regions/banner-bar.js';
import { LineMeter } from './regions/line-meter.js';
import { QueueBar } from './regions/queue-bar.js';
import { type RecordingBar } from './regions/recording-bar.js';
import { type Region, type RegionDeps } from './regions/region.js';
import { StartPanel } from './regions/start-panel.js';
import { StatusBar } from './regions/status-bar.js';
import { Tabs } from './regions/tabs.js';
import { reloadPage, reloadWhenOutdated } from './outdated-page.js';
import { ServerClock } from './server-clock.js';
import { Speaker } from './speaker.js';

const TICK_MS = 500;
/** The server says that the phone is gone while the page believes in it: asked again at most this often. */
const DOUBT_MS = 10_000;

export interface DeskPageDeps {
  readonly t: Translate;
  readonly locale: string;
  readonly pageId: string;
  readonly deviceId: string;
}

/** The agent's page: wires its parts together. What each does is theirs. */
export class DeskPage {
  readonly #deps: DeskPageDeps;
  readonly #root = byId('desk');
  readonly #clock = new ServerClock(() => Date.now());
  readonly #store: DeskStore;
  readonly #link: DeskLink;
  readonly #equipment: EquipmentPart;
  readonly #softphone: Softphone;
  readonly #drafts: Drafts;
  readonly #controller: DeskController;
  readonly #speaker: Speaker;
  readonly #recording: RecordingBar;
  readonly #regions: readonly Region[];
  readonly #banners: BannerBar;
  readonly #calls: ReturnType<typeof createCallRegions>;
  #doubtedAt = 0;

  constructor(deps: DeskPageDeps) {
    this.#deps = deps;
    const { t, pageId, locale } = deps;
    this.#speaker = new Speaker(t);
    const data = this.#root.dataset;
    this.#store = new DeskStore({
      pageId,
      deviceId: deps.deviceId,
      clock: this.#clock,
      permissions: { canDial: data['canDial'] !== 'false', canSchedule: data['canSchedule'] !== 'false' },
    });
    this.#link = this.#createLink();
    const remoteAudio = byId('remote-audio', HTMLAudioElement);
    this.#equipment = new EquipmentPart({
      t,
      store: this.#store,
      link: this.#link,
      remoteAudio,
      person: data['person'] ?? '',
      stats: () => this.stats(),
      refreshMicrophone: () => this.#softphone.refreshMicrophone(),
      followSpeaker: () => {
        this.#softphone.followSpeaker();
      },
      notice: (tone, text) => {
        this.#banners.notice(tone, text);
      },
      say: (text) => {
        this.#speaker.say(text);
      },
    });
    const { tones, microphone } = this.#equipment;
    this.#softphone = new Softphone({
      getCredentials: () => this.#link.send('phone:credentials', { pageId }),
      microphone,
      audioContext: tones.context,
      remoteAudio,
      instanceId: pageId,
      now: () => this.#clock.now(),
      pageUrl: window.location.href,
    });
    this.#drafts = this.#createDrafts();
    const region: RegionDeps = { t, locale, now: () => this.#clock.now() };
    this.#banners = new BannerBar({
      ...region,
      act: (action) => this.#controller.act(action),
      say: (text) => {
        this.#speaker.say(text);
      },
    });
    this.#recording = createRecordingBar(region, this.#link, this.#speaker, this.#banners);
    const startPanel = new StartPanel({
      t,
      start: () => {
        this.#equipment.askForNotices();
        return this.#controller.startShift();
      },
    });
    this.#controller = new DeskController({
      t,
      store: this.#store,
      link: this.#link,
      softphone: this.#softphone,
      microphone,
      tones,
      drafts: this.#drafts,
      notice: (tone, text) => {
        this.#banners.notice(tone, text);
      },
      openEquipment: () => {
        this.#equipment.open();
      },
      onShiftProgress: (progress) => {
        startPanel.showProgress(progress);
      },
      reload: reloadPage,
    });
    const actions = this.#controller;
    const status = new StatusBar({ ...region, actions });
    this.#calls = createCallRegions({ ...region, link: this.#link, controller: actions, banners: this.#banners });
    const attendance = new AttendancePanel({
      ...region,
      actions,
      drafts: this.#drafts,
      say: (text) => {
        this.#speaker.say(text);
      },
    });
    const tabs = new Tabs();
    this.#regions = [
      status,
      new QueueBar({ ...region, actions }),
      new LineMeter({ t, stats: () => this.stats() }),
      this.#banners,
      startPanel,
      this.#recording,
      ...this.#calls.all,
      attendance,
      ...createCustomerRegions({
        ...region,
        data,
        link: this.#link,
        controller: this.#controller,
        banners: this.#banners,
        speaker: this.#speaker,
      }),
      ...createCallbackRegions({
        ...region,
        timeZone: data['timeZone'] ?? 'America/Sao_Paulo',
        controller: this.#controller,
        banners: this.#banners,
      }),
      tabs,
      this.#equipment,
    ];
    new Keyboard({
      t,
      actions: {
        number: () => {
          tabs.show('work');
          this.#calls.dialPad.focus();
        },
        description: () => {
          tabs.show('call');
          attendance.focus();
        },
        customer: () => {
          tabs.show('customer');
          focusCustomer();
        },
        pause: () => {
          status.pauseMenu.open();
        },
      },
    });
  }

  start(): void {
    this.#store.subscribe((view, before) => {
      this.#changed(view, before);
    });
    this.#softphone.events.on('changed', (phone) => {
      this.#store.update({ phone });
    });
    this.#softphone.events.on('problem', (problem) => {
      this.#controller.phoneProblem(problem);
    });
    window.addEventListener('beforeunload', (event) => {
      // Only a question. Nothing is hung up here: a page that comes back gets its call again.
      if (hasCallInHand(this.#store.view)) event.preventDefault();
    });
    reloadWhenOutdated(() => this.#softphone.snapshot().call === null);
    fitToScreen(this.#root);
    this.#render(this.#store.view);
    setInterval(() => {
      for (const region of this.#regions) region.tick?.(this.#store.view);
    }, TICK_MS);
    this.#link.connect();
  }

  stats(): Promise<CallStats | null> {
    return this.#softphone.stats();
  }

  #changed(view: DeskView, before: DeskView): void {
    this.#render(view);
    for (const announcement of announcements(view, before)) this.#speaker.announce(announcement);
    if (view.desk !== before.desk || view.isStartingShift !== before.isStartingShift) this.#controller.followPhone();
    if (view.desk !== before.desk) {
      this.#doubtPhone(view);
      void this.#controller.calls.followConference();
    }
    if (view.socket === 'ended' && view.phone.call === null) reloadPage();
  }

  #render(view: DeskView): void {
    const possible = controls(view);
    setAttribute(this.#root, 'data-stale', view.socket === 'up' ? null : 'true');
    setAttribute(this.#root, 'data-ready', view.desk === null ? null : 'true');
    for (const region of this.#regions) region.render(view, possible);
  }

  #createLink(): DeskLink {
    const store = this.#store;
    return new DeskLink({
      pageId: this.#deps.pageId,
      t: this.#deps.t,
      onConnected: () => {
        store.connected();
      },
      onOpened: (desk) => {
        store.apply(desk);
        store.update({ socket: 'up', refusal: null });
        // The way to the server is back: so may be the way to the exchange, and what could not be saved.
        this.#softphone.verify();
        this.#drafts.retryNow();
      },
      onChanged: (desk) => {
        store.apply(desk);
      },
      onTargetsChanged: (targets) => {
        this.#calls.transferDialog.apply(targets);
      },
      onRecording: (recording) => {
        this.#recording.changed(recording);
      },
      onPhoneChanged: () => {
        this.#softphone.renew();
      },
      onRefused: (refusal) => {
        store.update({ refusal });
      },
      onLost: () => {
        store.update({ socket: 'down' });
      },
      onSessionEnded: () => {
        store.update({ socket: 'ended' });
      },
    });
  }

  #createDrafts(): Drafts {
    return new Drafts({
      storage: sessionStorage,
      save: (attendanceId, entry, version) => this.#link.send('attendance:save', { attendanceId, version, ...entry }),
      refusalOf: (error) =>
        error instanceof CommandError && error.isFinal ? { message: error.message, field: error.field } : null,
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => {
          clearTimeout(timer);
        };
      },
      onChanged: () => {
        this.#render(this.#store.view);
      },
    });
  }

  /** The server knows better whether the phone is registered: where the two disagree, the phone asks. */
  #doubtPhone(view: DeskView): void {
    const disagrees = view.phone.isRegistered && view.desk?.agent.phoneRegistered === false;
    if (!disagrees || !view.desk.link.connected || Date.now() - this.#doubtedAt < DOUBT_MS) return;
    this.#doubtedAt = Date.now();
    this.#softphone.verify();
  }
}

/** The customer's name, or the panel where nobody is in it. */
function focusCustomer(): void {
  const name = byId('customer-name');
  (name.checkVisibility() ? name : byId('panel-customer')).focus();
}
