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
  const connecting = await alternate(context, { embedded, sink }, connected);
  const few = await alternate(context, { embedded, sink }, fanOut(500));
  const many = await alternate(context, { embedded, sink }, fanOut(2000));
  const cycles = await alternate(
    context,
    { embedded, tls: () => embedded(null, { tls: identity() }) },
    cycled,
  );
  const of = (samples, figure) => samples.map((each) => each[figure]);
  const toSink = (id, what, samples, figure) =>
    newRow({
      ...{ id: `broker.${id}`, what, unit: 'µs', against: 'sink' },
      ...{ own: of(samples.embedded, figure), other: of(samples.sink, figure) },
    });
  const alone = (id, what, unit, own, bound = null) =>
    newRow({ id: `broker.${id}`, what, unit, own, bound, digits: unit === 'µs' && bound === null ? 0 : 1 });
  return [
    toSink('connection', 'CPU of the broker for a connection, up to subscribed', connecting, 'cpuUs'),
    alone('cycle', '· for its whole cycle', 'µs', of(cycles.embedded, 'cpuUs')),
    alone('cycle.tls', '· for its whole cycle with TLS', 'µs', of(cycles.tls, 'cpuUs')),
    alone('memory', 'memory of the broker, 10,000 held', 'KB', of(connecting.embedded, 'residentKb'), 10),
    alone('memory.tls', '· 5,000 held, with TLS', 'KB', of(cycles.tls, 'residentKb')),
    alone('delivery', 'CPU of the broker for a delivery, 500', 'µs', of(few.embedded, 'cpuUs'), 8),
    alone('delivery.2000', '· 2,000 subscribers', 'µs', of(many.embedded, 'cpuUs'), 8),
    toSink('delivery.sink', '· 500, against the sink', few, 'cpuUs'),
    toSink('delivery.2000.sink', '· 2,000, against the sink', many, 'cpuUs'),
  ];
}

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
  return { target: sinks.targets[0], counts: () => sinks.counts(), stop: () => sinks.stop() };
}

function identity() {
  const folder = path.resolve(import.meta.dirname, '../../test/support/tls');
  const pem = (name) => readFileSync(path.join(folder, name), 'utf8');
  return { key: pem('server-key.pem'), cert: pem('localhost.pem') };
}
