// Preloaded by a trial of the target (NODE_OPTIONS=--import): keeps the event loop of a broker's process from turning,
// again and again. In no other process does it do anything.
import { isMainThread } from 'node:worker_threads';

const BLOCKED_MS = 300;
const EVERY_MS = 1000;

if (isMainThread && process.argv.includes('broker')) {
  setInterval(() => {
    const untilMs = performance.now() + BLOCKED_MS;
    while (performance.now() < untilMs);
  }, EVERY_MS).unref();
}
