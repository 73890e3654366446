// npm run bench:held [-- --connections 250000]: as many connections as this machine holds, subscribed and idle, against lean
// sinks; says how many were held, at what cost, and what ended it.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { withContext } from './support/context.mjs';
import { openFilesLimit } from './support/processes.mjs';
import { machine } from './support/record.mjs';
import { Sinks } from './support/sinks.mjs';
import { stompede } from './support/stompede.mjs';
import { watch } from './support/watch.mjs';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '250000' },
    rate: { type: 'string', default: '2000' },
    hold: { type: 'string', default: '20' },
  },
});
const connections = Number(values.connections);
const ratePerSec = Number(values.rate);
const holdSec = Number(values.hold);
if (!(connections >= 1 && ratePerSec >= 1 && holdSec >= 1)) {
  console.error('Usage: npm run bench:held -- [--connections N] [--rate N] [--hold SECONDS]');
  process.exit(2);
}
/** Half of the local ports for each destination: for more the kernel searches a millisecond each. */
const OF_A_PORT = 14_000;
const FILES_OF_A_SINK = 100;
const ofASink = openFilesLimit() - FILES_OF_A_SINK;
/** Below it the kernel would begin to end processes: other people's too. */
const LEAST_FREE_BYTES = 1.5 * 2 ** 30;

console.log(`${machine()}; ${connections.toLocaleString('en')} connections at ${ratePerSec} a second`);
await withContext({}, async ({ programs, scratch }) => {
  const processes = Math.ceil(connections / ofASink);
  const ports = Math.ceil(Math.min(connections, ofASink) / OF_A_PORT);
  const freeBefore = availableBytes();
  await Sinks.during(programs.sink, { processes, ports }, async (sinks) => {
    const { result, seen, samples } = await hold(sinks, scratch);
    tell(result, seen, freeBefore, samples);
  });
});

async function hold(sinks, scratch) {
  let watched = null;
  let pid = 0;
  let over = false;
  const scenario = {
    target: sinks.urls,
    connect: { connections, rate: `${ratePerSec}/s`, subprotocols: ['v12.stomp'], inFlight: 2000 },
    subscribe: [{ destination: '/topic/a', awaitMessage: false }],
    hold: `${holdSec}s`,
    disconnect: { rate: `${ratePerSec / 2}/s` },
  };
  const running = stompede(scratch, scenario, {
    checked: false,
    limitMs: (connections / ratePerSec) * 4000 + (holdSec + 300) * 1000,
    onStart: (started) => {
      pid = started;
      watched = watch(pid, 2000);
    },
  }).finally(() => {
    over = true;
    return watched?.stop();
  });
  const stop = () => process.kill(pid, 'SIGINT');
  const [seen, result] = await Promise.all([look(sinks, () => over, stop), running]);
  return { result, seen, samples: watched.samples };
}

/** Follows the sinks until the run is over; stops the run in order when memory runs out. */
async function look(sinks, isOver, stop) {
  const seen = { open: 0, sinkBytes: 0, leastFree: Infinity, outOfMemory: false };
  while (!isOver()) {
    const { subscribed, residentBytes } = await sinks.counts();
    const free = availableBytes();
    if (subscribed > seen.open) Object.assign(seen, { open: subscribed, sinkBytes: residentBytes });
    seen.leastFree = Math.min(seen.leastFree, free);
    if (free < LEAST_FREE_BYTES && !seen.outOfMemory) {
      seen.outOfMemory = true;
      stop();
    }
    await sleep(1000);
  }
  return seen;
}

function tell(result, seen, freeBefore, samples) {
  const { connections: counts, failures, series, generator } = result;
  const own = Math.max(
    ...samples.map(({ processes }) => processes.reduce((sum, each) => sum + each.residentBytes, 0)),
  );
  const kilobytes = (bytes) => (bytes / 1024 / Math.max(1, seen.open)).toFixed(1);
  const openedBy = series.findLast(({ opened }) => opened > 0)?.atSec ?? 0;
  console.log(`held at once: ${seen.open.toLocaleString('en')} subscribed, opened within ${openedBy + 1} s`);
  console.log(
    `generator: ${generator.processes} processes, ${kilobytes(own)} KB a connection with all that they are`,
  );
  console.log(`sinks: ${kilobytes(seen.sinkBytes)} KB a connection`);
  console.log(
    `machine: ${kilobytes(freeBefore - seen.leastFree)} KB a connection, both sides and the kernel's sockets`,
  );
  console.log(`generator ${generator.verdict}; ${counts.failed} failed, ${counts.unfinished} unfinished`);
  for (const { phase, kind, count, sample } of failures.slice(0, 5))
    console.log(`  ${count} × ${kind} in ${phase}: ${sample}`);
  console.log(`ended by: ${whatEnded(counts, seen, failures)}`);
}

function whatEnded({ failed, planned }, { open, outOfMemory }, failures) {
  if (outOfMemory) return `memory: less than ${LEAST_FREE_BYTES / 2 ** 30} GB were left`;
  if (failed > 0) return `failures, most of all ${failures[0]?.kind}`;
  return open >= planned ? 'nothing: all were held' : 'the run itself';
}

function availableBytes() {
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
}
