import { expect, it } from 'vitest';
import { CLIENTS } from '../../src/session/testing/clients.js';
import { expectSound } from '../../src/session/testing/fuzz/expect-sound.js';
import { fuzzLoopback } from '../../src/session/testing/fuzz/loopback-fuzz.js';
import { fuzzNative } from '../../src/session/testing/fuzz/native-fuzz.js';

const STREAMS_PER_BATCH = 500;
const TIMEOUT_MS = 900_000;

/** The seed that a failure named, to see it again: STOMPEDE_FUZZ_SEED=1234 npm run test:truth -- fuzz */
const replay = process.env['STOMPEDE_FUZZ_SEED'];

it.runIf(replay === undefined)(
  '100,000 mutated streams of a server end in one of the ways that there are, and leave nothing behind',
  () => {
    expectSound(fuzzNative({ seed: 1000, batches: 200, streamsPerBatch: STREAMS_PER_BATCH }));
  },
  TIMEOUT_MS,
);

it.runIf(replay !== undefined)(`the streams of seed ${replay ?? ''} have no problem`, () => {
  const { problems } = fuzzNative({ seed: Number(replay), batches: 1, streamsPerBatch: STREAMS_PER_BATCH });
  expect(problems).toEqual([]);
});

it.each(CLIENTS)(
  'the %s client takes 5,000 of them over real sockets',
  async (_, newClient) => {
    const seed = Number(replay ?? 1000);
    const batches = replay === undefined ? 50 : 1;
    const { problems } = await fuzzLoopback({ seed, batches, streamsPerBatch: 100, newClient });
    expect(problems).toEqual([]);
  },
  TIMEOUT_MS,
);
