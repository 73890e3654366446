import { expect, it } from 'vitest';
import { CLIENTS } from './testing/clients.js';
import { expectSound } from './testing/fuzz/expect-sound.js';
import { fuzzLoopback } from './testing/fuzz/loopback-fuzz.js';
import { longestHeldBytes } from './testing/fuzz/memory.js';
import { fuzzNative, PLANS } from './testing/fuzz/native-fuzz.js';

// `npm run test:truth` has a hundred thousand of them.
it('5,000 mutated streams of a server end in one of the ways that there are, and leave nothing behind', () => {
  expectSound(fuzzNative({ seed: 1, batches: 10, streamsPerBatch: 500 }));
});

it('between two reads no more is held in one piece than the limit and the head of an answer', () => {
  const longest = PLANS.map((_, plan) =>
    longestHeldBytes(() => fuzzNative({ seed: plan, batches: 1, streamsPerBatch: 100 })),
  );
  const allowed = PLANS.map(({ maxMessageBytes }) => Math.max(maxMessageBytes, 16 * 1024));
  expect(longest.filter((bytes, plan) => bytes > (allowed[plan] ?? 0))).toEqual([]);
  expect(Math.max(...longest)).toBeGreaterThan(16 * 1024);
});

it.each(CLIENTS)('the %s client takes 200 of them over real sockets', async (_, newClient) => {
  const { problems, complete, failed } = await fuzzLoopback({
    seed: 1,
    batches: 2,
    streamsPerBatch: 100,
    newClient,
  });
  expect(problems).toEqual([]);
  expect(complete + failed).toBe(200);
  expect(complete).toBeGreaterThan(10);
  expect(failed).toBeGreaterThan(100);
});
