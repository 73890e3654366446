// 60,000 connections opened and closed in a row from one address to one target, so that every local port is used again
// while it is in TIME_WAIT: what does a connect cost at the end, by what it cost at the beginning?
import path from 'node:path';
import { run } from '../support/child.mjs';
import { Sinks } from '../support/sinks.mjs';
import { newRow } from '../support/table.mjs';

const CONNECTIONS = 60_000;
const client = path.resolve(import.meta.dirname, '../clients/connects.mjs');

export async function localPorts({ programs }) {
  const { own, kernel } = await Sinks.during(programs.sink, {}, async (sinks) => ({
    // An address that nobody else binds to.
    own: await costs(sinks, {
      ports: 'own',
      address: `127.0.0.${10 + (process.pid % 200)}`,
      connections: CONNECTIONS,
    }),
    kernel: await costs(sinks, { ports: 'kernel', connections: CONNECTIONS }),
  }));
  const row = (id, what, last, against, first, bounds) =>
    newRow({ id, what, unit: 'µs', own: [last], other: [first], against, bound: bounds, digits: 0 });
  return [
    row(
      'ports',
      'CPU for a connect + close from a port of our choice, the last 10,000 of 60,000',
      own.at(-1),
      'the first',
      own[0],
      1.2,
    ),
    row(
      'ports.kernel',
      '· by the kernel’s choice of address and port',
      own.at(-1),
      'kernel',
      kernel.at(-1),
      null,
    ),
  ];
}

async function costs(sinks, options) {
  const args = Object.entries({ target: sinks.targets[0], ...options }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  return JSON.parse((await run(process.execPath, [client, ...args])).stdout).costsUs;
}
