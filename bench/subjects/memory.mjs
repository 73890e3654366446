// Resident memory for a connection that is held and subscribed.
import { Sinks } from '../support/sinks.mjs';
import { residentBytes, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { startTlsSink } from '../support/tls.mjs';
import { held } from './loads.mjs';

const RATE_PER_SEC = 2500;
const HOLD_SEC = 10;
const COUNTS = [1000, 10_000, 50_000];
const FULL = 100_000;
const SECURE = 5000;
/** What one process of the sink holds, with room to spare. */
const OF_A_SINK = 15_000;

export async function memory(context) {
  const { full } = context;
  const byCount = new Map();
  for (const connections of full ? [...COUNTS, FULL] : COUNTS)
    byCount.set(connections, await own(context, connections));
  const loops = await others(context);
  const rows = [...byCount].map(([connections, bytes]) =>
    newRow({
      id: `memory.${connections}`,
      what: `resident memory for a connection, ${connections.toLocaleString('en')} held`,
      unit: 'KB',
      own: [bytes / 1024],
      bound: connections >= 10_000 ? 6 : null,
    }),
  );
  const row = (id, what, ownKb, against, otherKb) =>
    newRow({ id, what, unit: 'KB', own: [ownKb], other: [otherKb], against });
  const most = Math.max(...byCount.keys());
  rows.push(
    {
      ...row(
        'memory.flat',
        `· with ${most.toLocaleString('en')}, by 10,000`,
        byCount.get(most) / 1024,
        '10,000',
        byCount.get(10_000) / 1024,
      ),
      bound: 1.1,
    },
    row('memory.bare', '· with 10,000, by a bare loop', byCount.get(10_000) / 1024, 'bare', loops.bare),
    row(
      'memory.stompjs',
      '· with 10,000, by `@stomp/stompjs` over `ws`',
      byCount.get(10_000) / 1024,
      'stompjs',
      loops.stompjs,
    ),
  );
  return [...rows, await secure(context)];
}

async function own({ programs, scratch }, connections) {
  const sinks = await Sinks.start(programs.sink, { processes: Math.ceil(connections / OF_A_SINK) });
  const { scenario } = held(sinks, { connections, ratePerSec: RATE_PER_SEC, holdSec: HOLD_SEC });
  const result = await stompede(scratch, scenario);
  await sinks.stop();
  return residentBytes(result);
}

async function others({ programs, loops }) {
  const kilobytes = {};
  for (const name of ['bare', 'stompjs']) {
    const sinks = await Sinks.start(programs.sink);
    const { options } = held(sinks, { connections: 10_000, ratePerSec: RATE_PER_SEC, holdSec: HOLD_SEC });
    kilobytes[name] = kilobytesOf(await loops[name]({ ...options, targets: sinks.targets.join(',') }));
    await sinks.stop();
  }
  return kilobytes;
}

async function secure({ scratch, loops }) {
  const kilobytes = {};
  for (const name of ['stompede', 'bare']) {
    const sink = await startTlsSink();
    const load = {
      connections: SECURE,
      ratePerSec: 400,
      holdSec: HOLD_SEC,
      urls: [`wss://${sink.target}/ws`],
    };
    const { scenario, options } = held(null, load);
    if (name === 'stompede') {
      scenario.connect.tls = { insecure: true };
      kilobytes[name] = residentBytes(await stompede(scratch, scenario)) / 1024;
    } else {
      kilobytes[name] = kilobytesOf(await loops.bare({ ...options, targets: sink.target, secure: 1 }));
    }
    await sink.stop();
  }
  return newRow({
    id: 'memory.tls',
    what: `resident memory for a connection with TLS, ${SECURE.toLocaleString('en')} held, by a bare loop`,
    unit: 'KB',
    own: [kilobytes.stompede],
    other: [kilobytes.bare],
    against: 'bare',
  });
}

const kilobytesOf = ({ residentBytesHeld, residentBytesBefore, connections }) =>
  (residentBytesHeld - residentBytesBefore) / 1024 / connections;
