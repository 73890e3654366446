// Preloaded by the trials of the generator (NODE_OPTIONS=--import): keeps the event loop of every worker thread from
// turning, again and again, as a synchronous library in it would. In no other thread does it do anything.
import { isMainThread } from 'node:worker_threads';

const BLOCKED_MS = 300;
const EVERY_MS = 1000;

if (!isMainThread) {
  setInterval(() => {
    const untilMs = performance.now() + BLOCKED_MS;
    while (performance.now() < untilMs);
  }, EVERY_MS).unref();
}
