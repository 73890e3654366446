import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits for a condition. Rejects with `what` when it has not come about in time. */
export async function until(
  condition: () => boolean,
  what: string | (() => string),
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(POLL_MS);
  }
}
