// npm run bench: each pair in turn in one run, medians, spread, and the ratio. bench/README.md has the last table.
import os from 'node:os';
import { clients } from './clients.mjs';
import { recorder } from './recorder.mjs';
import { wire } from './wire.mjs';

console.log(
  `Node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.availableParallelism()} cores`,
);
await recorder();
await wire();
clients();
