// What the embedded broker itself costs, against the sink in C: CPU of its process for a connection and for a delivery,
// and its memory for a connection that is held, with TLS too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../../dist/src/broker/host.js';
import { Sinks } from '../support/sinks.mjs';
import { stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';

const CONNECTIONS = 10_000;
const CYCLES = 5000;
const CONNECTIONS_PER_SEC = 3000;
const CYCLES_PER_SEC = 1500;
const DELIVERIES_PER_SEC = 20_000;
const HOLD_MS = 4000;

export async function broker(context) {
  const servers = { embedded, sink };
  const connecting = await alternate(context, servers, connected);
  const few = await alternate(context, servers, fanOut(500));
  const many = await alternate(context, servers, fanOut(2000));
  const tls = () => embedded(null, { tls: identity() });
  const cycles = await alternate(context, { ...servers, tls }, cycled);
  const row = (id, what, unit, own, other, against) =>
    newRow({ id: `broker.${id}`, what, unit, own, other, against, digits: id.startsWith('c') ? 0 : 1 });
  const us = (id, what, samples) =>
    row(id, what, 'µs', pick(samples.embedded, 'cpuUs'), pick(samples.sink, 'cpuUs'), 'sink');
  const beside = (id, what, unit, figure) =>
    row(id, what, unit, pick(cycles.tls, figure), pick(cycles.embedded, figure), 'without');
  const residentKb = pick(connecting.embedded, 'residentKb');
  return [
    us('connection', 'CPU of the embedded broker for a connection, up to subscribed', connecting),
    us('cycle', '· for its whole cycle', cycles),
    beside('cycle.tls', '· for its whole cycle, with TLS', 'µs', 'cpuUs'),
    us('delivery', '· for a delivery of 100 bytes, 500 subscribers', few),
    us('delivery.2000', '· the same, 2,000 subscribers', many),
    newRow({
      id: 'broker.memory',
      what: '· memory for a held connection',
      unit: 'KB',
      own: residentKb,
      bound: 10,
    }),
    beside('memory.tls', '· the same with TLS', 'KB', 'residentKb'),
  ];
}

const pick = (samples, figure) => samples.map((each) => each[figure]);

/** One round of each in turn, so that all have the same machine. */
async function alternate({ rounds, ...context }, servers, measure) {
  const samples = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(servers)) {
      const server = await start(context.programs);
      try {
        // What its start has put off is done.
        await sleep(500);
        samples[name].push(await measure(server, context));
      } finally {
        await server.stop();
      }
    }
  }
  return samples;
}

async function connected(server, { loops }) {
  const before = await server.counts();
  const load = loops.floor({
    targets: server.target,
    connections: CONNECTIONS,
    rate: CONNECTIONS_PER_SEC,
    'hold-ms': HOLD_MS,
  });
  return await costs(server, before, CONNECTIONS, load);
}

async function cycled(server, { scratch }) {
  const before = await server.counts();
  const load = stompede(scratch, {
    target: server.url,
    connect: { connections: CYCLES, rate: `${CYCLES_PER_SEC}/s`, tls: { insecure: true } },
    subscribe: [{ destination: '/topic/a', awaitMessage: false }],
    hold: `${HOLD_MS}ms`,
    disconnect: { rate: `${CYCLES_PER_SEC}/s` },
  });
  const { residentKb } = await costs(server, before, CYCLES, load);
  const after = await server.counts();
  return { cpuUs: (after.cpuUs - before.cpuUs) / CYCLES, residentKb };
}

/** Of the connections that `load` opens and holds. */
async function costs(server, before, connections, load) {
  const open = await reached(server, ({ subscribed }) => subscribed === connections, load);
  await sleep(HOLD_MS / 2);
  const held = await server.counts();
  await load;
  return {
    cpuUs: (open.cpuUs - before.cpuUs) / connections,
    residentKb: (held.residentBytes - before.residentBytes) / connections / 1024,
  };
}

/** What comes first, in which V8 compiles, does not count. */
function fanOut(subscribers) {
  return async (server, { loops }) => {
    const load = loops.floor({
      ...{ targets: server.target, connections: subscribers, rate: CONNECTIONS_PER_SEC },
      ...{ 'hold-ms': HOLD_MS, 'publish-rate': DELIVERIES_PER_SEC / subscribers },
    });
    const all = (DELIVERIES_PER_SEC * HOLD_MS) / 1000;
    const begin = await reached(server, ({ deliveries }) => deliveries >= all / 5, load);
    const end = await reached(server, ({ deliveries }) => deliveries >= all * 0.95, load);
    await load;
    return { cpuUs: (end.cpuUs - begin.cpuUs) / (end.deliveries - begin.deliveries) };
  };
}

/** Asks until it is; an Error when the load has ended before. */
async function reached(server, isReached, load) {
  let ended = false;
  const end = () => (ended = true);
  load.then(end, end);
  for (;;) {
    const counts = await server.counts();
    if (isReached(counts)) return counts;
    if (ended) throw new Error(`the load has ended before: ${JSON.stringify(counts)}`);
    await sleep(20);
  }
}

async function embedded(_programs, options = {}) {
  const server = await startBroker(options);
  return {
    url: server.url,
    target: `127.0.0.1:${server.port}`,
    stop: () => server.stop(),
    async counts() {
      const { cpuMs, rssBytes, subscriptions, deliveriesOut } = await server.stats();
      return {
        cpuUs: cpuMs * 1000,
        residentBytes: rssBytes,
        subscribed: subscriptions,
        deliveries: deliveriesOut,
      };
    },
  };
}

async function sink(programs) {
  const sinks = await Sinks.start(programs.sink);
  return {
    url: sinks.urls[0],
    target: sinks.targets[0],
    counts: () => sinks.counts(),
    stop: () => sinks.stop(),
  };
}

function identity() {
  const folder = path.resolve(import.meta.dirname, '../../test/support/tls');
  const pem = (name) => readFileSync(path.join(folder, name), 'utf8');
  return { key: pem('server-key.pem'), cert: pem('localhost.pem') };
}
