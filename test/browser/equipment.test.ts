import assert from 'node:assert/strict';
import { type Page } from 'playwright-core';
import { audioStats } from '../support/audio.js';
import { useBrowser, signIn, type TestBrowser, type Windows } from '../support/browser.js';
import { eventually } from '../support/wait.js';
import { AdminPage } from './support/admin-page.js';
import { AgentPage } from './support/agent-page.js';
import { CustomerPhone } from './support/customer-phone.js';
import {
  clickNotice,
  deviceId,
  goBehind,
  machineOf,
  plugIn,
  refuseVoice,
  sentTrack,
  unplug,
  watchMachine,
} from './support/machine.js';
import { VoiceApp } from './support/voice-app.js';

const HEADSET = 'Fake Audio Input 2';
const EARPIECE = 'Fake Audio Output 2';
const ROOM = 'Fake Audio Output 1';

function journeyIn(browser: TestBrowser) {
  return (title: string, body: (app: VoiceApp, windows: Windows) => Promise<void>): void => {
    it(title, async function () {
      this.timeout(90_000);
      const app = await VoiceApp.start();
      try {
        await browser.run(title, (windows) => body(app, windows));
      } catch (error) {
        const logged = await app.abandon();
        throw new Error([(error as Error).message, ...logged].join('\n'), { cause: error });
      }
      await app.end();
    });
  };
}

/** The agent's page on a machine whose plugs can be pulled. */
async function openDesk(app: VoiceApp, windows: Windows): Promise<AgentPage> {
  const page = await windows.open(`${app.url}/sign-in?next=%2Fdesk`);
  await watchMachine(page);
  await signIn(page, app.agent.login, app.agent.password);
  await page.goto(`${app.url}/desk`);
  return new AgentPage(page, app.agent.name);
}

async function openEquipment(agent: AgentPage): Promise<void> {
  await agent.press('equipment-open');
  await agent.page.locator('#equipment-dialog[open]').waitFor();
  await agent.page
    .getByTestId('equipment-microphone')
    .locator('option', { hasText: HEADSET })
    .waitFor({ state: 'attached' });
}

async function choose(agent: AgentPage, use: string, label: string): Promise<void> {
  await agent.page.getByTestId(`equipment-${use}`).selectOption({ label });
}

function chosen(agent: AgentPage, use: string): Promise<string> {
  return agent.page.getByTestId(`equipment-${use}`).locator('option:checked').innerText();
}

async function talk(app: VoiceApp, windows: Windows, agent: AgentPage): Promise<CustomerPhone> {
  const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
  await customer.callQueue(app.queue.number);
  await agent.waitForStatus('offered');
  await agent.press('accept');
  await agent.waitForStatus('talking');
  await Promise.all([agent.hears(), customer.hears()]);
  return customer;
}

function sinkOfVoice(page: Page): Promise<string> {
  return page.locator('#remote-audio').evaluate((element: HTMLAudioElement) => element.sinkId);
}

describe('equipment', () => {
  const browser = useBrowser();
  const journey = journeyIn(browser);

  journey('is chosen once, found again after a reload also under another id, and rings apart', async (app, windows) => {
    const agent = await openDesk(app, windows);
    await openEquipment(agent);
    await choose(agent, 'microphone', HEADSET);
    await choose(agent, 'speaker', EARPIECE);
    await choose(agent, 'ringer', ROOM);
    // A machine that was set up anew knows the same headset by another id.
    await eventually('the choice to be stored', () =>
      agent.page.evaluate(() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith('citrus-voz.equipment'));
        const stored = key === undefined ? null : localStorage.getItem(key);
        if (key === undefined || stored?.includes('Output 1') !== true) return false;
        const choices = JSON.parse(stored) as Record<string, { id: string }>;
        for (const choice of Object.values(choices)) choice.id = 'another';
        localStorage.setItem(key, JSON.stringify(choices));
        return true;
      }),
    );
    await agent.page.reload();
    await openEquipment(agent);
    assert.deepEqual(
      [await chosen(agent, 'microphone'), await chosen(agent, 'speaker'), await chosen(agent, 'ringer')],
      [HEADSET, EARPIECE, ROOM],
    );
    await agent.press('equipment-close');

    await agent.startWork(app.queue.id);
    assert.equal(await sinkOfVoice(agent.page), await deviceId(agent.page, 'audiooutput', EARPIECE));
    const room = await deviceId(agent.page, 'audiooutput', ROOM);
    await eventually('the ringer to be ready on its own device', async () =>
      (await machineOf(agent.page)).played.some(
        ({ sink, isOnPage, isRefused }) => sink === room && !isOnPage && !isRefused,
      ),
    );
    const customer = await talk(app, windows, agent);
    assert.deepEqual(await sentTrack(agent.page), { label: HEADSET, state: 'live' });
    await customer.hangUp();
  });

  journey('is tested, and who supervises sees the result', async (app, windows) => {
    const agent = await openDesk(app, windows);
    await openEquipment(agent);
    await choose(agent, 'microphone', HEADSET);
    const level = agent.page.getByTestId('equipment-level');
    await eventually('the meter to move', async () => Number(await level.getAttribute('aria-valuenow')) > 20);
    await agent.press('equipment-test-ringer');
    await agent.page.getByText(/^Tocando em: /).waitFor();
    await agent.press('equipment-echo');
    await agent.page.locator('#equipment-result[data-stored="true"]').waitFor({ timeout: 20_000 });
    assert.match(await agent.page.getByTestId('equipment-result').innerText(), /^Microfone bom .* servidor: \d+ ms$/);

    const admin = await AdminPage.open(windows, app.url, app.supervisor);
    await admin.page.goto(`${app.url}/admin/logged-in`);
    const row = admin.page.getByTestId('session').filter({ hasText: app.agent.name });
    assert.match(
      await row.getByTestId('equipment-check').innerText(),
      new RegExp(`^Microfone bom, \\d\\d/\\d\\d .*\\s*${HEADSET} · \\d+ ms$`),
    );
  });

  journey(
    'that is unplugged in a call is replaced and taken back, and the call never falls silent',
    async (app, windows) => {
      const agent = await openDesk(app, windows);
      await openEquipment(agent);
      await choose(agent, 'microphone', HEADSET);
      await choose(agent, 'speaker', EARPIECE);
      await agent.press('equipment-close');
      await agent.startWork(app.queue.id);
      const customer = await talk(app, windows, agent);

      await unplug(agent.page, [HEADSET, EARPIECE]);
      await agent.banner.getByText(`“${HEADSET}” foi desconectado. Em uso agora: “Fake Default Audio Input”`).waitFor();
      await agent.banner.getByText(`“${EARPIECE}” foi desconectado.`).waitFor();
      assert.deepEqual(await sentTrack(agent.page), { label: 'Fake Default Audio Input', state: 'live' });
      assert.equal(await sinkOfVoice(agent.page), '');
      await Promise.all([agent.hears(), customer.hears()]);

      await plugIn(agent.page);
      await agent.page.getByTestId('notice').getByText(`O microfone “${HEADSET}” voltou`).waitFor();
      await agent.banner.getByText(HEADSET).waitFor({ state: 'detached' });
      assert.deepEqual(await sentTrack(agent.page), { label: HEADSET, state: 'live' });
      assert.equal(await sinkOfVoice(agent.page), await deviceId(agent.page, 'audiooutput', EARPIECE));
      await Promise.all([agent.hears(), customer.hears()]);

      await agent.banner.waitFor({ state: 'detached' });
      await agent.press('mute');
      await unplug(agent.page, [HEADSET]);
      await agent.banner.getByText(HEADSET).waitFor();
      const muted = await agent.page.evaluate(
        () =>
          (globalThis as unknown as { machine: { connections: RTCPeerConnection[] } }).machine.connections
            .at(-1)
            ?.getSenders()[0]?.track?.enabled,
      );
      assert.equal(muted, false, 'who was muted stays muted');
    },
  );

  journey('that is all gone is said, with the way back', async (app, windows) => {
    const agent = await openDesk(app, windows);
    await agent.startWork(app.queue.id);
    await agent.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));
    });
    await unplug(agent.page, ['Fake Default Audio Input', 'Fake Audio Input 1', HEADSET]);
    await agent.banner.getByText(/Nenhum microfone foi encontrado/).waitFor();
    await agent.banner.getByRole('button', { name: 'Tentar de novo' }).waitFor();
  });

  journey(
    'shows ringing in title, icon and a notice, on the page that has the phone and only while it rings',
    async (app, windows) => {
      const agent = await openDesk(app, windows);
      assert.equal((await machineOf(agent.page)).asked, 0, 'nobody is asked before the click');
      await agent.startWork(app.queue.id);
      assert.equal((await machineOf(agent.page)).asked, 1);
      const other = new AgentPage(await windows.openTab(agent.page, `${app.url}/desk`), app.agent.name);
      await other.banner.getByText(/em outra página/).waitFor();
      await goBehind(other.page);
      const title = await agent.page.title();

      const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
      await customer.callQueue(app.queue.number);
      await agent.waitForStatus('offered');
      await other.waitForStatus('offered');
      // The exchange's name of the caller, then the number, then who it is: what is tested is the last.
      await eventually('the customer to be known', async () => {
        return (await agent.card.locator('#call-name').innerText()) === app.customer.name;
      });
      await eventually('the title to name the caller', async () =>
        (await agent.page.title()).includes(app.customer.name),
      );
      const icon = agent.page.locator('link[rel="icon"]');
      await eventually('the icon to ring', async () => (await icon.getAttribute('href')) === '/icon-ringing.svg');
      assert.deepEqual((await machineOf(agent.page)).notices, [], 'who looks at the page needs none');
      await goBehind(agent.page);
      const [notice, ...more] = (await machineOf(agent.page)).notices;
      assert.deepEqual(
        [notice?.title, notice?.body, notice?.isClosed, more.length],
        [`Ligação de ${app.customer.name}`, `Fila ${app.queue.name}`, false, 0],
      );
      assert.deepEqual((await machineOf(other.page)).notices, []);
      await clickNotice(agent.page);
      assert.equal((await machineOf(agent.page)).focused, 1);

      await agent.press('accept');
      await agent.waitForStatus('talking');
      assert.ok((await machineOf(agent.page)).notices.every(({ isClosed }) => isClosed));
      await eventually('title and icon to rest', async () => {
        return (await agent.page.title()) === title && (await icon.getAttribute('href')) === '/icon.svg';
      });
    },
  );

  journey('whose voice the browser refuses to play says so, and one button repairs it', async (app, windows) => {
    const agent = await openDesk(app, windows);
    await agent.startWork(app.queue.id);
    await refuseVoice(agent.page, true);
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    await customer.callQueue(app.queue.number);
    await agent.press('accept');
    await agent.waitForStatus('talking');
    const unblock = agent.banner.getByRole('button', { name: 'Liberar o som' });
    await unblock.click();
    await eventually('the second refusal', async () => {
      return (await machineOf(agent.page)).played.filter(({ isRefused }) => isRefused).length >= 2;
    });
    assert.ok(await unblock.isVisible(), 'it is not said to be repaired while it is not');
    await refuseVoice(agent.page, false);
    await unblock.click();
    await unblock.waitFor({ state: 'detached' });
    const { played } = await machineOf(agent.page);
    assert.deepEqual([played.at(-1)?.isOnPage, played.at(-1)?.isRefused], [true, false]);
  });

  journey('measures each call, and the call’s page tells how it sounded', async (app, windows) => {
    const agent = await openDesk(app, windows);
    await openEquipment(agent);
    await choose(agent, 'microphone', HEADSET);
    await agent.press('equipment-close');
    await agent.startWork(app.queue.id);
    const customer = await talk(app, windows, agent);
    const first = await eventually('a first sample', async () => (await app.lines())[0], { limitMs: 20_000 });
    assert.deepEqual([first.agentId, first.microphone], [app.agent.id, HEADSET]);
    assert.ok(first.seconds > 5 && first.seconds < 20, `${String(first.seconds)} s`);
    assert.ok(first.rating > 80 && first.lossPercent < 3, JSON.stringify(first));
    // Two seconds more, so that something is left to be told at the end.
    const { inboundPackets } = (await audioStats(agent.page))!;
    await eventually(
      'more of the call',
      async () => (await audioStats(agent.page))!.inboundPackets > inboundPackets + 100,
    );
    await agent.press('hang-up');
    await customer.waitForState('ended');
    const last = await eventually('the last sample', async () => {
      const [line] = await app.lines();
      return line !== undefined && line.seconds > first.seconds && line;
    });
    assert.equal((await app.lines()).length, 1);

    const admin = await AdminPage.open(windows, app.url, app.supervisor);
    await admin.page.goto(`${app.url}/calls/${last.callId}`);
    assert.equal(await admin.page.getByTestId('call-line-word').innerText(), 'boa');
    assert.match(await admin.page.getByTestId('call-line-round-trip').innerText(), /^\d+ ms \(pior \d+ ms\)$/);
    assert.equal(await admin.page.getByTestId('call-line-microphone').innerText(), HEADSET);
    await admin.page.goto(`${app.url}/admin/logged-in`);
    const row = admin.page.getByTestId('session').filter({ hasText: app.agent.name });
    assert.match(await row.getByTestId('line-today').innerText(), /^boa \(\d,\d\)$/);
  });
});

describe('equipment in a browser that wants a click before each sound', () => {
  const browser = useBrowser('user-gesture-required');
  const journey = journeyIn(browser);

  journey(
    'says before a call comes that the ringer would not be heard, and is repaired by a click',
    async (app, windows) => {
      const agent = await openDesk(app, windows);
      await openEquipment(agent);
      await choose(agent, 'ringer', ROOM);
      await agent.press('equipment-close');
      await agent.startWork(app.queue.id);
      await agent.page.reload();
      // Whatever is asked of the page in the usual way counts as a click; this does not.
      const devtools = await agent.page.context().newCDPSession(agent.page);
      const ask = async (expression: string): Promise<unknown> =>
        (await devtools.send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
      await eventually('the warning', () => ask(`document.querySelector('[data-banner="sound-blocked"]') !== null`), {
        limitMs: 20_000,
      });
      const played = (await ask('machine.played')) as Awaited<ReturnType<typeof machineOf>>['played'];
      assert.ok(
        played.some(({ isOnPage, isRefused }) => !isOnPage && isRefused),
        'the browser has refused the ringer',
      );

      await agent.page.getByTestId('unblock-sound').click();
      await agent.page.locator('[data-banner="sound-blocked"]').waitFor({ state: 'detached' });
      const last = (await machineOf(agent.page)).played.at(-1);
      assert.deepEqual([last?.isOnPage, last?.isRefused], [false, false]);
    },
  );
});
