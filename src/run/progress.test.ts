import { expect, it } from 'vitest';
import { samplePlan } from '../report/testing/sample-plan.js';
import { type RunStage, leftMs } from './progress.js';

const sample = samplePlan('sample', 100, 10, 5000);
const plan = {
  ...sample,
  connect: { ...sample.connect, stages: [{ fromPerSec: 10, toPerSec: 10, durationMs: null }] },
  publish: [{ ...sample.publish[0]!, publishers: 21 }],
  holdMs: 5000,
  disconnect: { ratePerSec: 50 },
};

// Publishers 2 s, arrivals 9.9 s, hold 5 s, leaving 2 s.
it.each<[RunStage, number, number]>([
  ['preparing', 0, 18_900],
  ['preparing', 500, 18_400],
  ['preparing', 60_000, 16_900],
  ['arriving', 900, 16_000],
  ['holding', 1000, 6000],
  ['holding', 9000, 2000],
  ['leaving', 500, 1500],
  ['stopping', 9000, 0],
])('%s for %d ms leaves %d ms', (stage, inStageMs, expected) => {
  expect(leftMs(plan, stage, inStageMs)).toBe(expected);
});

it('leaves nothing to leave where all leave at once', () => {
  expect(leftMs({ ...plan, disconnect: { ratePerSec: null } }, 'holding', 0)).toBe(5000);
});
