// What the embedded broker itself costs, against a sink in C that does as little as one can (bench/native/README.md):
// CPU of the broker's process alone for a connection and for a delivery, and its memory for a connection that is held.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startBroker } from '../dist/src/broker/host.js';
import { buildNative } from './native/build.mjs';
import { report } from './support.mjs';

const bin = path.resolve(import.meta.dirname, '../dist/bin/stompede.js');
const CONNECTIONS = 10_000;
const CONNECTIONS_PER_SEC = 3000;
const CYCLES = 5000;
const DELIVERIES_PER_SEC = 20_000;
const AUDIENCES = [500, 2000];
const HOLD_MS = 4000;
const EMBEDDED = 'embedded broker';
const SINK = 'sink in C';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Rows of { title, unit, samples, bound }: `samples` has what each of `count` rounds found, by subject, and `bound` is
 * what the embedded broker may cost; absent where it is only measured. Needs a C compiler.
 */
export async function broker(count = 3) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-bench-'));
  try {
    const { floor, sink } = buildNative(scratch);
    const subjects = { [EMBEDDED]: embedded, [SINK]: () => cSink(sink) };
    const connecting = await alternate(count, subjects, (start) => connected(start, floor));
    const rows = [
      { title: 'CPU for a connection, to its SUBSCRIBE', unit: 'µs', samples: pick(connecting, 'cpuUs') },
      {
        title: `Resident memory for a connection, ${CONNECTIONS} held`,
        unit: 'KB',
        samples: pick(connecting, 'residentKb'),
        bound: 10,
      },
    ];
    for (const subscribers of AUDIENCES) {
      rows.push({
        title: `CPU for a delivery of 100 bytes, ${subscribers} subscribers, ${DELIVERIES_PER_SEC}/s`,
        unit: 'µs',
        samples: await alternate(count, subjects, (start) => delivered(start, floor, subscribers)),
        bound: 8,
      });
    }
    const plain = { [EMBEDDED]: embedded, [`${EMBEDDED}, TLS`]: () => embedded({ tls: identity() }) };
    const cycles = await alternate(count, plain, (start) => cycled(start, scratch));
    rows.push(
      { title: 'CPU for a connection, whole cycle', unit: 'µs', samples: pick(cycles, 'cpuUs') },
      {
        title: `Resident memory for a connection, ${CYCLES} held, with and without TLS`,
        unit: 'KB',
        samples: pick(cycles, 'residentKb'),
      },
    );
    return rows;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** One round of each in turn, `count` times over. */
async function alternate(count, subjects, measure) {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const [name, start] of Object.entries(subjects)) samples[name].push(await measure(start));
  }
  return samples;
}

function pick(samples, key) {
  return Object.fromEntries(
    Object.entries(samples).map(([name, each]) => [name, each.map((one) => one[key])]),
  );
}

async function connected(start, floor) {
  const target = await start();
  await sleep(500);
  const before = await target.stats();
  const load = run(floor, [
    ...['--targets', target.address, '--connections', CONNECTIONS, '--rate', CONNECTIONS_PER_SEC],
    ...['--hold-ms', HOLD_MS],
  ]);
  const open = await until(target, ({ subscribed }) => subscribed === CONNECTIONS, load);
  await sleep(HOLD_MS / 2);
  const held = await target.stats();
  await load;
  await target.stop();
  return {
    cpuUs: (open.cpuUs - before.cpuUs) / CONNECTIONS,
    residentKb: (held.residentBytes - before.residentBytes) / CONNECTIONS / 1024,
  };
}

/** The first half second warms it up, and does not count. */
async function delivered(start, floor, subscribers) {
  const target = await start();
  const load = run(floor, [
    ...['--targets', target.address, '--connections', subscribers, '--rate', CONNECTIONS_PER_SEC],
    ...['--hold-ms', HOLD_MS, '--publish-rate', DELIVERIES_PER_SEC / subscribers],
  ]);
  const all = (DELIVERIES_PER_SEC * HOLD_MS) / 1000;
  const begin = await until(target, ({ deliveries }) => deliveries >= all / 8, load);
  const end = await until(target, ({ deliveries }) => deliveries >= all * 0.95, load);
  await load;
  await target.stop();
  return (end.cpuUs - begin.cpuUs) / (end.deliveries - begin.deliveries);
}

/** By the real command line: the whole cycle without messages. */
async function cycled(start, scratch) {
  const target = await start();
  await sleep(500);
  const before = await target.stats();
  const file = path.join(scratch, 'cycle.yaml');
  const connect = { connections: CYCLES, rate: '1500/s', tls: { insecure: true } };
  const scenario = {
    ...{ name: 'bench', target: target.url, connect, hold: `${HOLD_MS}ms`, report: ['json'] },
    subscribe: [{ destination: '/topic/a', awaitMessage: false }],
    disconnect: { rate: '1500/s' },
  };
  writeFileSync(file, JSON.stringify(scenario));
  const load = run(process.execPath, [bin, 'run', file, '--out', scratch, '--quiet', '--force'], true);
  await until(target, ({ subscribed }) => subscribed === CYCLES, load);
  await sleep(HOLD_MS / 2);
  const held = await target.stats();
  await load;
  const after = await target.stats();
  await target.stop();
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / CYCLES,
    residentKb: (held.residentBytes - before.residentBytes) / CYCLES / 1024,
  };
}

async function embedded(options = {}) {
  const target = await startBroker(options);
  return {
    url: target.url,
    address: `127.0.0.1:${target.port}`,
    stop: () => target.stop(),
    async stats() {
      const { cpuMs, rssBytes, subscriptions, deliveriesOut } = await target.stats();
      return {
        cpuUs: cpuMs * 1000,
        residentBytes: rssBytes,
        subscribed: subscriptions,
        deliveries: deliveriesOut,
      };
    },
  };
}

async function cSink(program) {
  const child = spawn(program, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const line = async () => JSON.parse((await once(lines, 'line'))[0]);
  const { processes } = await line();
  return {
    address: processes[0][0],
    async stats() {
      const answer = line();
      child.kill('SIGUSR1');
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Asks until it says so; `load` that has ended before then failed. */
async function until(target, isReached, load) {
  let ended = false;
  load.finally(() => (ended = true)).catch(() => undefined);
  for (;;) {
    const stats = await target.stats();
    if (isReached(stats)) return stats;
    if (ended) throw new Error(`the load has ended before it was reached: ${JSON.stringify(stats)}`);
    await sleep(20);
  }
}

/** A finding makes stompede's exit code no zero, and this machine may be busy: `anyExit`. */
async function run(command, args, anyExit = false) {
  const child = spawn(command, args.map(String), {
    stdio: ['ignore', 'ignore', anyExit ? 'ignore' : 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 && !anyExit) throw new Error(`${path.basename(command)} ended with ${code}`);
}

function identity() {
  const folder = path.resolve(import.meta.dirname, '../test/support/tls');
  const pem = (name) => readFileSync(path.join(folder, name), 'utf8');
  return { key: pem('server-key.pem'), cert: pem('localhost.pem') };
}

if (process.argv[1] === import.meta.filename) {
  for (const { title, unit, samples, bound } of await broker()) {
    report(bound === undefined ? title : `${title} (at most ${bound} ${unit})`, unit, samples);
  }
}
