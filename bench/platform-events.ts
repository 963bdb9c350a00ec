/**
 * `npm run bench`: how many of the exchange's events a second go through projection, journal and hub to a hundred
 * connected boards, until the database has them and the last board has seen the last. Beside it, in the same run, a bare
 * Socket.IO server that broadcasts the very same frames to the same boards: what is left when nothing has to be worked out
 * or written down. Loopback only; it ends by itself.
 */
import { BareServer } from './support/bare-server.js';
import { BoardProcess } from './support/board-process.js';
import { bytesOf, median, runBare, runPlatform } from './support/measure.js';
import { startPlatform } from './support/platform.js';
import { inboundCalls } from './support/workload.js';

const BOARDS = 100;
const AGENTS = 100;
const CALLS = 1000;
const ROUNDS = 5;
/** Nothing here may take longer, whatever hangs. */
const LIMIT_MS = 10 * 60_000;

setTimeout(() => {
  console.error(`the benchmark did not end within ${LIMIT_MS / 1000} s`);
  process.exit(1);
}, LIMIT_MS).unref();

interface Round {
  readonly platform: number;
  readonly bare: number;
}

async function run(): Promise<void> {
  using boards = new BoardProcess();
  await using platform = await startPlatform({ agents: AGENTS });
  await using bare = await BareServer.start();
  const marker = { queueId: platform.markerQueue.id, waiting: 1 };
  console.log(`${CALLS} inbound calls of ${AGENTS} agents a round, to ${BOARDS} boards; the first round warms up`);

  const rounds: Round[] = [];
  for (let n = 0; n <= ROUNDS; n += 1) {
    const round = String(n);
    const { queues, extensions } = platform;
    const events = [...inboundCalls({ queues, extensions, calls: CALLS, round, startAt: Date.now() })];
    await boards.connect(platform.url, BOARDS);
    const result = await runPlatform(platform, boards, events, round);
    await boards.disconnect();
    await boards.connect(bare.url, BOARDS);
    const bareMs = await runBare(bare, boards, result.frames, marker);
    await boards.disconnect();

    const figures = { platform: (result.events * 1000) / result.ms, bare: (result.events * 1000) / bareMs };
    if (n > 0) rounds.push(figures);
    console.log(
      `${n === 0 ? 'warm-up' : `round ${round}`}: ${result.events} events in ${result.ms.toFixed(0)} ms, ` +
        `as ${result.frames.length} frames of ${(bytesOf(result.frames) / 1024).toFixed(0)} KiB in all ` +
        `(each board had ${result.fewest} to ${result.most}); bare ${bareMs.toFixed(0)} ms`,
    );
  }
  const through = median(rounds.map((round) => round.platform));
  const peer = median(rounds.map((round) => round.bare));
  const ratio = median(rounds.map((round) => round.platform / round.bare));
  console.log(`\nmedian of ${ROUNDS} rounds`);
  console.log(`  through projection, journal and hub   ${through.toFixed(0)} events/s`);
  console.log(`  bare broadcast of the same frames     ${peer.toFixed(0)} events/s`);
  console.log(`  ratio                                 ${ratio.toFixed(3)}`);
}

await run();
