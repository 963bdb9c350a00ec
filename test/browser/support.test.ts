import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { existsSync, rmSync } from 'node:fs';
import { measureAudio } from '../support/audio.js';
import { useBrowser } from '../support/browser.js';

/** Two ends of a call in one page, with a tone or with silence on the line; the same `stats` as our pages have. */
const CALL_SCRIPT = `
  const gain = Number(new URLSearchParams(location.search).get('gain'));
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = gain;
  const line = sound.createMediaStreamDestination();
  tone.connect(volume).connect(line);
  tone.start();
  const here = new RTCPeerConnection();
  const there = new RTCPeerConnection();
  here.onicecandidate = (event) => event.candidate && there.addIceCandidate(event.candidate);
  there.onicecandidate = (event) => event.candidate && here.addIceCandidate(event.candidate);
  for (const end of [here, there]) {
    for (const track of line.stream.getTracks()) end.addTrack(track, line.stream);
    end.ontrack = (event) => { const audio = new Audio(); audio.srcObject = event.streams[0]; audio.play(); };
  }
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
  window.citrusVoz = { async stats() {
    const sum = { inboundPackets: 0, outboundPackets: 0, inboundEnergy: 0 };
    for (const [, entry] of await here.getStats()) {
      if (entry.type === 'inbound-rtp') {
        sum.inboundPackets += entry.packetsReceived;
        sum.inboundEnergy += entry.totalAudioEnergy ?? 0;
      }
      if (entry.type === 'outbound-rtp') sum.outboundPackets += entry.packetsSent;
    }
    return sum;
  } };`;

/** What the tests of the browser helpers look at. */
const PAGES: Readonly<Record<string, string>> = {
  '/': '<p>nothing</p>',
  '/call': '<script type="module" src="/call.js"></script>',
  '/call.js': CALL_SCRIPT,
  '/throws': '<script type="module" src="/throws.js"></script>',
  '/throws.js': 'throw new Error("the page is broken");',
  '/inline': '<script>document.title = "inline";</script>',
};

describe('browser helpers', () => {
  const browser = useBrowser();
  let server: Server;
  let url = '';

  before(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html');
      response.setHeader('content-security-policy', "default-src 'self'; img-src 'self' data:");
      response.end(`${pathname.endsWith('.js') ? '' : '<link rel="icon" href="data:,">'}${PAGES[pathname] ?? ''}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Runs a test that is meant to fail; returns its message without the pictures it leaves. */
  async function failure(path: string, expected?: RegExp): Promise<string | null> {
    const outcome = await browser
      .run('helper that fails', async (windows) => {
        if (expected !== undefined) windows.expectComplaint(expected);
        const page = await windows.open(`${url}${path}`);
        await page.waitForLoadState('networkidle');
      })
      .then(
        () => null,
        (error: unknown) => (error as Error).message,
      );
    const picture = /pictures: (\S+)/.exec(outcome ?? '')?.[1];
    if (picture !== undefined) {
      assert.ok(existsSync(picture), 'a failed test leaves a picture');
      rmSync(picture);
    }
    return outcome;
  }

  it('let a page that complains of nothing pass', async () => {
    assert.equal(await failure('/'), null);
  });

  it('fail for an error that a page throws', async () => {
    assert.match((await failure('/throws')) ?? '', /thrown: Error: the page is broken/);
  });

  it('fail for what the content security policy refuses', async () => {
    assert.match((await failure('/inline')) ?? '', /Content Security Policy/i);
  });

  it('let a complaint pass that was expected', async () => {
    assert.equal(await failure('/throws', /the page is broken/), null);
  });

  it('measure audio on both ways of a call with sound', () =>
    browser.run('measure audio', async (windows) => {
      const page = await windows.open(`${url}/call?gain=0.5`);
      const grown = await measureAudio(page, 'the test');
      assert.ok(grown.inboundPackets >= 10 && grown.outboundPackets >= 10 && grown.inboundEnergy > 0);
    }));

  it('do not take silence for audio', () =>
    browser.run('measure silence', async (windows) => {
      const page = await windows.open(`${url}/call?gain=0`);
      await assert.rejects(
        measureAudio(page, 'the test', { limitMs: 2500 }),
        /waited 2500 ms for audio both ways on the side of the test: no growth of inboundEnergy; /,
      );
    }));

  for (const [microphone, outcome] of [
    ['granted', 'live'],
    ['refused', 'NotAllowedError'],
  ] as const) {
    it(`open a window with the microphone ${microphone}`, () =>
      browser.run('microphone', async (windows) => {
        const page = await windows.open(url, { microphone });
        const got = await page.evaluate(() =>
          navigator.mediaDevices.getUserMedia({ audio: true }).then(
            (stream) => stream.getAudioTracks()[0]?.readyState,
            (error: unknown) => (error as Error).name,
          ),
        );
        assert.equal(got, outcome);
      }));
  }
});
