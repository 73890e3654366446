import { describe, expect, it } from 'vitest';
import type { RunResult } from '../src/model/result.js';
import { passingRun } from '../src/report/testing/sample-result.js';
import { soundly } from './support/sound-runs.js';

const SOUND = passingRun();
const LATE: RunResult = { ...SOUND, generator: { ...SOUND.generator, verdict: 'invalid' } };
/** Of several runs: the one that is shown was sound, and too few of the others were. */
const SHORT: RunResult = { ...SOUND, outcome: 'invalid' };
/** Its generator was well, and what a threshold asks for lies within the instrument's error. */
const UNRESOLVED: RunResult = { ...SOUND, verdict: { ...SOUND.verdict, pass: false, exitCode: 6 } };

/** Which of these runs a test gets to see. */
async function seenOf(...results: readonly (RunResult | null)[]): Promise<number> {
  let begun = 0;
  const { nth } = await soundly(() => Promise.resolve({ result: results[begun] ?? null, nth: ++begun }));
  return nth;
}

describe('of runs a test judges', () => {
  it('the first one that a sound generator made', async () => {
    expect(await seenOf(SOUND, SOUND)).toBe(1);
    expect(await seenOf(LATE, SOUND)).toBe(2);
    expect(await seenOf(SHORT, UNRESOLVED, SOUND)).toBe(3);
  });

  it('the third one whatever it was', async () => {
    expect(await seenOf(LATE, LATE, LATE, SOUND)).toBe(3);
  });

  it('one that left no result, as it is', async () => {
    expect(await seenOf(null, SOUND)).toBe(1);
  });
});
