// The two clients through the real command line against the embedded broker: CPU of the generator for a connection's
// whole cycle, and for a delivery, in turn. Figures are of the generator's processes alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { report } from './support.mjs';

const bin = path.resolve(import.meta.dirname, '../dist/bin/stompede.js');

const SHAPES = {
  'CPU for a connection, whole cycle without messages': {
    scenario: { connect: { connections: 5000, rate: '1500/s' }, hold: '0s', disconnect: { rate: '1500/s' } },
    per: ({ connections }) => connections.complete,
    subscribe: { destination: '/topic/a', awaitMessage: false },
  },
  'CPU for a delivery of 200 bytes, 500 subscribers': {
    scenario: {
      connect: { connections: 500, rate: '1000/s' },
      publish: [{ destination: '/topic/a', rate: '40/s' }],
      hold: '5s',
      disconnect: { rate: '1000/s' },
    },
    per: ({ deliveries }) => deliveries.received,
    subscribe: { destination: '/topic/a' },
  },
};

export function clients(count = 3) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-bench-'));
  try {
    for (const [title, shape] of Object.entries(SHAPES)) {
      const samples = { native: [], stompjs: [] };
      for (let round = 0; round < count; round++) {
        for (const client of Object.keys(samples)) samples[client].push(microseconds(shape, client, scratch));
      }
      report(title, 'µs', samples);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function microseconds({ scenario, subscribe, per }, client, scratch) {
  const file = path.join(scratch, 'bench.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'bench',
      target: 'embedded',
      client,
      workers: 1,
      subscribe: [subscribe],
      ...scenario,
    }),
  );
  execFileSync(process.execPath, [bin, 'run', file, '--out', scratch, '--quiet'], { stdio: 'ignore' });
  const result = JSON.parse(readFileSync(path.join(scratch, 'latest/result.json'), 'utf8'));
  return (result.generator.cpuMs * 1000) / per(result);
}
