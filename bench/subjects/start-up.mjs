// How long it takes until `stompede --help` has been said, by a node that does nothing.
import { spawnSync } from 'node:child_process';
import { BIN } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';

const ROUNDS = 15;

export async function startUp() {
  const samples = { help: [], nothing: [] };
  const subjects = { help: [BIN, '--help'], nothing: ['-e', '0'] };
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(subjects)) {
      const startMs = performance.now();
      const { status } = spawnSync(process.execPath, args);
      if (status !== 0) throw new Error(`node ${args.join(' ')}: status ${status}`);
      if (round >= 0) samples[name].push(performance.now() - startMs);
    }
  }
  return [
    newRow({
      id: 'start-up',
      what: '`stompede --help`, by `node -e 0`',
      unit: 'ms',
      own: samples.help,
      other: samples.nothing,
      against: 'node',
      bound: 2,
      digits: 0,
    }),
  ];
}
