// What a collector that takes connections and never answers does to a run that exports to it, against a run that exports to
// nobody.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Sinks } from '../support/sinks.mjs';
import { deliveryUs, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { fanOut } from './loads.mjs';

const FAN_OUT = { connections: 1000, ratePerSec: 20, sizeBytes: 100, holdSec: 8 };

export async function exporting(context) {
  const { own, other } = await measure(context);
  const row = (id, what, unit, figure, bound, digits) =>
    newRow({
      id: `exporting.${id}`,
      what,
      unit,
      own: own.map(figure),
      other: other.map(figure),
      against: 'no exporter',
      bound,
      digits,
    });
  return [
    row(
      'latency',
      'p99 of delivery while exporting to a hanging collector',
      'ms',
      ({ deliveries }) => deliveries.latencyUs.p99 / 1000,
      1.2,
      2,
    ),
    row('cpu', 'CPU for a delivery while exporting to a hanging collector', 'µs', deliveryUs, 1.1, 1),
  ];
}

async function measure({ rounds, programs, scratch }) {
  const hanging = createServer((socket) => socket.on('error', () => undefined).resume());
  hanging.listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const args = ['--prometheus', '127.0.0.1:0', '--otlp', `http://127.0.0.1:${hanging.address().port}`];
  const samples = { own: [], other: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of Object.keys(samples)) {
        const result = await Sinks.during(programs.sink, {}, (sinks) =>
          stompede(scratch, fanOut(sinks, FAN_OUT).scenario, { args: name === 'own' ? args : [] }),
        );
        samples[name].push(result);
      }
    }
  } finally {
    hanging.close();
  }
  return samples;
}
