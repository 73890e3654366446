// How long it takes to open and subscribe 10,000 connections as fast as a client can, from the first that the server
// accepts to the last RECEIPT that it writes; the server shares the machine.
import { Sinks } from '../support/sinks.mjs';
import { stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { opening } from './loads.mjs';

const CONNECTIONS = 10_000;
const IN_FLIGHT = 500;

export async function openingTime({ rounds, programs, scratch, loops }) {
  const samples = { stompede: [], floor: [], bare: [], stompjs: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(samples)) {
      const seconds = await Sinks.during(programs.sink, {}, async (sinks) => {
        const { scenario, options } = opening(sinks, { connections: CONNECTIONS, ratePerSec: 0 });
        // All are due at once: how many are on their way is what limits each.
        Object.assign(scenario.connect, { rate: '100000/s', inFlight: IN_FLIGHT });
        const client =
          name === 'stompede'
            ? stompede(scratch, scenario)
            : loops[name]({ ...options, 'in-flight': IN_FLIGHT, 'hold-ms': 1000 });
        const [{ firstMs, allMs }] = await Promise.all([sinks.openingOf(CONNECTIONS), client]);
        return (allMs - firstMs) / 1000;
      });
      samples[name].push(seconds);
    }
  }
  const row = (id, what, own) =>
    newRow({ id, what, unit: 's', own, other: samples.floor, against: 'floor', digits: 2 });
  return [
    row('opening-time', 'time to open 10,000 at once', samples.stompede),
    row('opening-time.bare', '· of a bare loop over `net`', samples.bare),
    row('opening-time.stompjs', '· of `@stomp/stompjs` over `ws`', samples.stompjs),
  ];
}
