// Resident memory for a connection that is held and subscribed.
import { kilobytesOf } from '../support/loops.mjs';
import { Sinks } from '../support/sinks.mjs';
import { residentBytes, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { held } from './loads.mjs';

const RATE_PER_SEC = 2500;
const HOLD_SEC = 10;
const COUNTS = [1000, 10_000, 50_000];
const FULL = 100_000;
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
  return rows;
}

async function own({ programs, scratch }, connections) {
  const processes = Math.ceil(connections / OF_A_SINK);
  const result = await Sinks.during(programs.sink, { processes }, (sinks) => {
    const { scenario } = held(sinks.urls, { connections, ratePerSec: RATE_PER_SEC, holdSec: HOLD_SEC });
    return stompede(scratch, scenario);
  });
  return residentBytes(result);
}

async function others({ programs, loops }) {
  const kilobytes = {};
  for (const name of ['bare', 'stompjs']) {
    kilobytes[name] = await Sinks.during(programs.sink, {}, async (sinks) =>
      kilobytesOf(
        await loops[name]({
          targets: sinks.targets.join(','),
          connections: 10_000,
          rate: RATE_PER_SEC,
          'hold-ms': HOLD_SEC * 1000,
        }),
      ),
    );
  }
  return kilobytes;
}
