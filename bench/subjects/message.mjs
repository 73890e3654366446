// CPU of the generator for a delivered message, by its size and by how many frames the server writes to a socket at once.
import { Sinks } from '../support/sinks.mjs';
import { deliveryUs, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { fanOut } from './loads.mjs';

const CONNECTIONS = 1000;
const HOLD_SEC = 5;
const CASES = [
  {
    id: '',
    what: '100 bytes',
    sizeBytes: 100,
    ratePerSec: 20,
    batch: 1,
    against: ['bare', 'stompjs'],
    bound: 1.6,
  },
  { id: '.1k', what: '1 KB', sizeBytes: 1024, ratePerSec: 20, batch: 1, against: [], bound: null },
  { id: '.16k', what: '16 KB', sizeBytes: 16_384, ratePerSec: 5, batch: 1, against: [], bound: null },
  {
    id: '.batch',
    what: '100 bytes, 8 frames in a write',
    sizeBytes: 100,
    ratePerSec: 80,
    batch: 8,
    against: ['stompjs'],
    bound: null,
  },
];

export async function message(context) {
  const rows = [];
  let alone = null;
  for (const one of CASES) {
    const samples = await measure(context, one);
    if (one.batch === 1) alone ??= samples.stompede;
    rows.push(...rowsOf(one, samples));
    if (one.batch > 1) rows.push(batchRow(samples.stompede, alone));
  }
  return rows;
}

async function measure({ rounds, programs, scratch, loops }, { sizeBytes, ratePerSec, batch, against }) {
  const samples = Object.fromEntries(['stompede', 'floor', ...against].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(samples)) {
      const cost = await Sinks.during(programs.sink, { batch }, async (sinks) => {
        const load = { connections: CONNECTIONS, ratePerSec, sizeBytes, holdSec: HOLD_SEC };
        const { scenario, options } = fanOut(sinks, load);
        if (name === 'stompede') return deliveryUs(await stompede(scratch, scenario));
        const { holdCpuUs, messages } = await loops[name](options);
        return holdCpuUs / messages;
      });
      samples[name].push(cost);
    }
  }
  return samples;
}

function rowsOf({ id, what, against, bound }, samples) {
  const row = (suffix, text, own, most) =>
    newRow({
      id: `message${id}${suffix}`,
      what: text,
      unit: 'µs',
      own,
      other: samples.floor,
      against: 'floor',
      bound: most,
    });
  const names = { bare: '· of a bare loop over `net`', stompjs: '· of `@stomp/stompjs` over `ws`' };
  return [
    row('', `CPU for a delivery of ${what}`, samples.stompede, bound),
    ...against.map((name) => row(`.${name}`, names[name], samples[name], null)),
  ];
}

function batchRow(own, other) {
  const what = 'the same, by one frame in a write';
  return newRow({ id: 'message.batch.alone', what, unit: 'µs', own, other, against: 'stompede', bound: 0.5 });
}
