import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passingRun } from '../report/testing/sample-result.js';
import { Attempts, fateOf, type RunFate } from './repeat-attempts.js';

/** What is tried where each attempt ends as told; after the last word everything counts. */
function tried(attempts: Attempts, fates: readonly RunFate[]): string[] {
  const sides: string[] = [];
  for (let n = 0; ; n++) {
    const attempt = attempts.next();
    if (attempt === null) return sides;
    sides.push(attempt.sides.map((side) => (side === 'baseline' ? 'A' : 'B')).join(''));
    attempts.ended(fates[n] ?? 'counts');
  }
}

describe('the order of runs', () => {
  it('is the plan’s own where there is nothing to alternate with', () => {
    expect(tried(new Attempts(3, false), [])).toEqual(['B', 'B', 'B']);
  });

  it('is ABBA where there is', () => {
    expect(tried(new Attempts(5, true), [])).toEqual(['AB', 'BA', 'AB', 'BA', 'AB']);
  });

  it('is the same for a pair that is run again', () => {
    expect(tried(new Attempts(3, true), ['counts', 'unsound', 'unsound'])).toEqual([
      'AB',
      'BA',
      'BA',
      'BA',
      'AB',
    ]);
  });
});

describe('how many runs there are', () => {
  it('is never more than twice what is wanted, and else exactly as many sound ones as are wanted', () => {
    const fates = fc.array(fc.constantFrom<RunFate>('counts', 'unsound', 'cut-short'), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.boolean(), fates, (wanted, paired, ends) => {
        const attempts = new Attempts(wanted, paired);
        const count = tried(attempts, ends).length;
        const cutShort = ends.slice(0, count).filter((fate) => fate === 'cut-short').length;
        const unsound = ends.slice(0, count).filter((fate) => fate === 'unsound').length;
        expect(count).toBeLessThanOrEqual(2 * wanted);
        expect(attempts.begun).toBe(count);
        expect(attempts.counted + cutShort + unsound).toBe(count);
        expect(attempts.isShort).toBe(attempts.counted + cutShort < wanted);
        if (attempts.isShort) expect(unsound).toBeGreaterThan(wanted);
      }),
    );
  });

  it('grows by what has to be run again', () => {
    const attempts = new Attempts(3, true);
    expect(attempts.runsPlanned).toBe(6);
    attempts.next();
    expect(attempts.runsPlanned).toBe(6);
    attempts.ended('unsound');
    expect(attempts.runsPlanned).toBe(8);
    attempts.next();
    expect(attempts.runsPlanned).toBe(8);
    attempts.ended('counts');
    expect(attempts.runsPlanned).toBe(8);
  });

  it('does not grow any more once nothing is run again', () => {
    const attempts = new Attempts(2, false);
    expect(tried(attempts, ['unsound', 'unsound', 'unsound', 'counts'])).toHaveLength(4);
    expect(attempts.runsPlanned).toBe(4);
  });

  it.each<RunFate>(['stopped', 'never-reached'])('ends with one that was %s', (fate) => {
    const attempts = new Attempts(5, true);
    expect(tried(attempts, ['counts', fate])).toHaveLength(2);
    expect(attempts.isShort).toBe(false);
  });
});

describe('what came of a run', () => {
  const sound = passingRun();

  it.each<[RunFate, object]>([
    ['counts', {}],
    ['counts', { verdict: { ...sound.verdict, exitCode: 5, pass: false } }],
    ['cut-short', { outcome: 'cut-short', verdict: { ...sound.verdict, exitCode: 5 } }],
    ['unsound', { outcome: 'invalid' }],
    ['unsound', { generator: { ...sound.generator, verdict: 'invalid' } }],
    ['never-reached', { verdict: { ...sound.verdict, exitCode: 4 } }],
    // Whether it was sound is not asked any more of a run that a person ended.
    ['stopped', { outcome: 'stopped', generator: { ...sound.generator, verdict: 'invalid' } }],
  ])('is "%s" for %j', (fate, changes) => {
    expect(fateOf({ ...sound, ...changes })).toBe(fate);
  });
});
