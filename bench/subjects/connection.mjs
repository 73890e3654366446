// CPU of the generator for a connection, from the first packet to the RECEIPT of its SUBSCRIBE.
import { Sinks } from '../support/sinks.mjs';
import { openingUs, stompede, warmOpeningUs } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { opening } from './loads.mjs';

const LOAD = { connections: 10_000, ratePerSec: 1500 };

export async function connection({ rounds, programs, scratch, loops }) {
  const samples = { stompede: [], floor: [], bare: [], stompjs: [] };
  const warm = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(samples)) {
      // A server of its own: what the last one left in TIME_WAIT is in nobody's way.
      const cost = await Sinks.during(programs.sink, {}, async (sinks) => {
        const { scenario, options } = opening(sinks, LOAD);
        if (name === 'stompede') {
          const result = await stompede(scratch, scenario);
          warm.push(warmOpeningUs(result));
          return openingUs(result);
        }
        const { openCpuUs, connections } = await loops[name](options);
        return openCpuUs / connections;
      });
      samples[name].push(cost);
    }
  }
  const row = (id, what, own, bound) =>
    newRow({ id, what, unit: 'µs', own, other: samples.floor, against: 'floor', bound, digits: 0 });
  return [
    row('connection', 'CPU for a connection, up to subscribed', samples.stompede, 1.5),
    row('connection.warm', '· after three seconds, when V8 has compiled', warm, null),
    row('connection.bare', '· of a bare loop over `net`', samples.bare, null),
    row('connection.stompjs', '· of `@stomp/stompjs` over `ws`', samples.stompjs, null),
  ];
}
