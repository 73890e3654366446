// Resident memory for a connection that is held and subscribed. Of memory it is no matter that several clients have the
// machine at once.
import { kilobytesOf } from '../support/loops.mjs';
import { Sinks } from '../support/sinks.mjs';
import { residentBytes, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { held } from './loads.mjs';

const FEW = 10_000;
const MANY = 50_000;
const FULL = 100_000;
const FEW_PER_SEC = 1000;
const MANY_PER_SEC = 2500;
/** What one process of the sink holds, with room to spare. */
const OF_A_SINK = 15_000;

export async function memory(context) {
  const load = { connections: FEW, ratePerSec: FEW_PER_SEC };
  const [thousand, few, bare, stompjs] = await Promise.all([
    own(context, { ...load, connections: 1000 }),
    own(context, load),
    other(context, context.loops.bare, load),
    other(context, context.loops.stompjs, load),
  ]);
  const byCount = new Map([
    [1000, thousand],
    [FEW, few],
  ]);
  for (const connections of context.full ? [MANY, FULL] : [MANY]) {
    byCount.set(connections, await own(context, { connections, ratePerSec: MANY_PER_SEC }));
  }
  const most = Math.max(...byCount.keys());
  const compared = (id, what, ownKb, against, otherKb, bound = null) =>
    newRow({ id: `memory.${id}`, what, unit: 'KB', own: [ownKb], other: [otherKb], against, bound });
  return [
    ...[...byCount].map(([connections, kilobytes]) => rowOf(connections, kilobytes)),
    compared(
      `flat.${most}`,
      `· with ${inWords(most)}, by ${inWords(FEW)}`,
      byCount.get(most),
      inWords(FEW),
      few,
      1.1,
    ),
    compared('bare', `· with ${inWords(FEW)}, by a bare loop over \`net\``, few, 'bare', bare),
    compared('stompjs', `· with ${inWords(FEW)}, by \`@stomp/stompjs\` over \`ws\``, few, 'stompjs', stompjs),
  ];
}

function rowOf(connections, kilobytes) {
  return newRow({
    id: `memory.${connections}`,
    what: `resident memory for a connection, ${inWords(connections)} held`,
    unit: 'KB',
    own: [kilobytes],
    bound: connections >= FEW ? 6 : null,
  });
}

const inWords = (count) => count.toLocaleString('en');

function own({ programs, scratch }, load) {
  const processes = Math.ceil(load.connections / OF_A_SINK);
  return Sinks.during(
    programs.sink,
    { processes },
    async (sinks) => residentBytes(await stompede(scratch, held(sinks, load).scenario)) / 1024,
  );
}

function other({ programs }, loop, load) {
  return Sinks.during(programs.sink, {}, async (sinks) => kilobytesOf(await loop(held(sinks, load).options)));
}
