import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparator, ThresholdPlan } from '../model/thresholds.js';
import { COMPARATORS } from '../model/thresholds.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { type Answer, answer, badness, compare, marginOf } from './evaluate.js';
import { metricNamed } from './lookup.js';
import { SecondsTotal } from './seconds-total.js';
import { type SecondGiven, secondAt, thresholdOf, times } from './testing/seconds.js';

const PLAN = samplePlan('sample', 100, 10, 1000);

/** What a part of a run, in which only what is given happened, says to a threshold. */
function answerTo(threshold: ThresholdPlan, given: SecondGiven): Answer {
  const metric = metricNamed(threshold.metric);
  if (metric === null) throw new Error(`no metric ${threshold.metric}`);
  const total = new SecondsTotal(PLAN, new Set(['connect', 'lag.arrival', 'read.delay']));
  total.add(secondAt(0, given));
  return answer({ index: 0, threshold, metric }, total);
}

const connects = (count: number, us: number): SecondGiven => ({ latencies: { connect: times(count, us) } });

describe('answer', () => {
  it('tells a percentile from as many samples as it takes, and not from one less', () => {
    const asked = thresholdOf('phases.connect.p99 < 250000us');
    expect(answerTo(asked, connects(299, 1000))).toMatchObject({ outcome: 'pass', samples: 299 });
    expect(answerTo(asked, connects(298, 1000))).toEqual({
      outcome: 'too-few',
      observed: null,
      samples: 298,
      samplesNeeded: 299,
      errorUs: null,
    });
  });

  it('is too few, and no pass, where there is no sample at all', () => {
    expect(answerTo(thresholdOf('phases.connect.p50 < 250000us'), {})).toMatchObject({
      outcome: 'too-few',
      observed: null,
      samples: 0,
    });
    expect(answerTo(thresholdOf('phases.connect.max < 250000us'), {})).toMatchObject({ outcome: 'too-few' });
  });

  it('takes one sample for a minimum, a maximum or a mean', () => {
    for (const statistic of ['min', 'mean', 'max']) {
      const said = answerTo(thresholdOf(`phases.connect.${statistic} < 250000us`), connects(1, 1000));
      expect(said).toMatchObject({ outcome: 'pass', observed: 1000, samples: 1, samplesNeeded: null });
    }
  });

  it('has no share of nothing', () => {
    expect(answerTo(thresholdOf('connections.failed < 5%'), {})).toMatchObject({ outcome: 'too-few' });
    const some = answerTo(thresholdOf('connections.failed < 5%'), { counts: { started: 40, failed: 1 } });
    expect(some).toMatchObject({ outcome: 'pass', observed: 0.025, samples: 40 });
  });

  it('misses a share that is exactly its bound, however fractions come out', () => {
    const share = thresholdOf('connections.failed < 0.1%');
    const said = answerTo(share, { counts: { started: 3000, failed: 3 } });
    expect(said.outcome).toBe('miss');
  });

  it('has a count of nothing: it is 0', () => {
    expect(answerTo(thresholdOf('connections.failed == 0'), {})).toMatchObject({
      outcome: 'pass',
      observed: 0,
    });
  });

  it('does not resolve what lies within the instrument’s own error of the bound', () => {
    const asked = thresholdOf('phases.connect.p50 < 1000us');
    const measured = (us: number): Answer =>
      answerTo(asked, { latencies: { connect: times(5, us), 'read.delay': times(100, 300) } });
    expect(measured(999)).toMatchObject({ outcome: 'pass', errorUs: 300 });
    expect(measured(1000)).toMatchObject({ outcome: 'unresolved', errorUs: 300 });
    expect(measured(1299)).toMatchObject({ outcome: 'unresolved', observed: 1299 });
    expect(measured(1300)).toMatchObject({ outcome: 'miss' });
  });

  it('has no such error in what the generator measured of itself', () => {
    const said = answerTo(thresholdOf('schedule.lag.p50 < 1000us'), {
      latencies: { 'lag.arrival': times(5, 1100), 'read.delay': times(100, 300) },
    });
    expect(said).toMatchObject({ outcome: 'miss', errorUs: null });
  });
});

describe('compare', () => {
  it.each<[Comparator, string]>([
    ['<', 'pass unresolved unresolved miss'],
    ['<=', 'pass pass unresolved unresolved'],
    ['>', 'miss miss unresolved unresolved'],
    ['>=', 'miss unresolved unresolved pass'],
    ['==', 'miss unresolved unresolved unresolved'],
    ['!=', 'pass unresolved unresolved unresolved'],
  ])('of %s 100, measured 99, 100, 105 and 110 with an error of up to 10, is %s', (comparator, outcomes) => {
    const came = [99, 100, 105, 110].map((observed) => compare(observed, comparator, 100, 10));
    expect(came.join(' ')).toBe(outcomes);
  });

  it('resolves everything without an error, as arithmetic would', () => {
    const small = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(small, small, fc.constantFrom(...COMPARATORS), (observed, bound, comparator) => {
        const holds = {
          '<': observed < bound,
          '<=': observed <= bound,
          '>': observed > bound,
          '>=': observed >= bound,
          '==': observed === bound,
          '!=': observed !== bound,
        }[comparator];
        expect(compare(observed, comparator, bound, 0)).toBe(holds ? 'pass' : 'miss');
      }),
    );
  });

  it('passes or misses only what every value within the error passes or misses', () => {
    const small = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        small,
        small,
        small,
        fc.constantFrom(...COMPARATORS),
        (observed, bound, error, comparator) => {
          const lowest = Math.max(0, observed - error);
          const real = Array.from({ length: observed - lowest + 1 }, (_, i) => lowest + i);
          const outcomes = new Set(real.map((value) => compare(value, comparator, bound, 0)));
          const [only] = outcomes.size === 1 ? outcomes : ['unresolved'];
          expect(compare(observed, comparator, bound, error)).toBe(only);
        },
      ),
    );
  });
});

describe('marginOf', () => {
  it.each<[string, number, number | null]>([
    ['phases.connect.p99 < 200us', 150, 0.25],
    ['phases.connect.p99 <= 200us', 220, -0.1],
    ['connections.rate > 100/s', 150, 0.5],
    ['connections.rate >= 100/s', 90, -0.1],
    ['deliveries.lost < 0', 3, null],
    ['connections.failed == 5', 3, null],
    ['connections.failed != 5', 3, null],
  ])('of %s at %d is %d', (that, observed, margin) => {
    const came = marginOf(observed, thresholdOf(that));
    if (margin === null) expect(came).toBeNull();
    else expect(came).toBeCloseTo(margin, 12);
  });
});

describe('badness', () => {
  it.each<[string, number, number]>([
    ['phases.connect.p99 < 200us', 100, 150],
    ['connections.rate > 200/s', 150, 100],
    ['connections.failed == 5', 6, 3],
    ['connections.failed != 5', 9, 6],
  ])('of %s is less at %d than at %d', (that, better, worse) => {
    const threshold = thresholdOf(that);
    expect(badness(better, threshold)).toBeLessThan(badness(worse, threshold));
  });
});
