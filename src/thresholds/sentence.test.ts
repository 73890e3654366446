import { describe, expect, it } from 'vitest';
import type { ThresholdPlan } from '../model/thresholds.js';
import type { Answer, Question } from './evaluate.js';
import { metricNamed } from './lookup.js';
import { answerText, windowsText } from './sentence.js';
import { SecondsTotal } from './seconds-total.js';
import { WindowTally } from './tally.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { secondAt, thresholdOf, times } from './testing/seconds.js';

const PLAN = samplePlan('sample', 100, 10, 1000);

function about(that: string, more: Partial<ThresholdPlan> = {}): Question {
  const threshold = thresholdOf(that, more);
  const metric = metricNamed(threshold.metric);
  if (metric === null) throw new Error(`no metric ${threshold.metric}`);
  return { index: 0, threshold, metric };
}

function said(outcome: Answer['outcome'], observed: number | null, more: Partial<Answer> = {}): Answer {
  return { outcome, observed, samples: null, samplesNeeded: null, errorUs: null, ...more };
}

describe('answerText', () => {
  it.each<[string, string, Answer]>([
    [
      'phases.connect.p99 was 2.12 ms, and had to be below 250 ms: 99.2 % to spare.',
      'phases.connect.p99 < 250000us',
      said('pass', 2123),
    ],
    [
      'phases.connect.p99 was 250.4 ms, and had to be below 250 ms: missed by 0.16 %.',
      'phases.connect.p99 < 250000us',
      said('miss', 250_400),
    ],
    [
      'connections.failed was 14.1 % of 2,000, and had to be below 5 %: missed by 182 %.',
      'connections.failed < 5%',
      said('miss', 0.141, { samples: 2000 }),
    ],
    ['deliveries.lost was 3, and had to be 0.', 'deliveries.lost == 0', said('miss', 3)],
    ['deliveries.lost was 0, and had to be 0.', 'deliveries.lost == 0', said('pass', 0)],
    [
      'phases.tcp.p50 was 181 µs, and had to be below 150 µs: that can’t be told, since the instrument’s own error is up to 310 µs.',
      'phases.tcp.p50 < 150us',
      said('unresolved', 181, { errorUs: 310 }),
    ],
    [
      'phases.connect.p99 takes 299 samples to be told, and there were 120.',
      'phases.connect.p99 < 250000us',
      said('too-few', null, { samples: 120, samplesNeeded: 299 }),
    ],
    [
      'phases.connect.p99 can’t be told: there was nothing to tell it from.',
      'phases.connect.p99 < 250000us',
      said('too-few', null, { samples: 0, samplesNeeded: 299 }),
    ],
  ])('is: %s', (text, that, answer) => {
    expect(answerText(about(that), answer)).toBe(text.replaceAll('’', "'"));
  });
});

describe('windowsText', () => {
  /** Windows of 10 s, one after another, with so many samples of that many microseconds. */
  function tallyOf(windows: readonly (readonly [number, number])[], that: string, fromMs = 0): WindowTally {
    const tally = new WindowTally(about(that, { fromMs, windowMs: 10_000 }));
    windows.forEach(([samples, us], i) => {
      const total = new SecondsTotal(PLAN, new Set(['delivery', 'read.delay']));
      if (samples > 0) total.add(secondAt(0, { latencies: { delivery: times(samples, us) } }));
      tally.judge(total, fromMs + i * 10_000, fromMs + (i + 1) * 10_000);
    });
    return tally;
  }
  const P50 = 'deliveries.latency.p50 < 8000us';

  it.each<[string, readonly (readonly [number, number])[]]>([
    [
      'deliveries.latency.p50 was up to 11.2 ms, from 10 s to 20 s, and had to be below 8 ms: missed in 1 of 3 windows.',
      [
        [5, 500],
        [5, 11_200],
        [5, 500],
      ],
    ],
    [
      'deliveries.latency.p50 was up to 7 ms, from 10 s to 20 s, and had to be below 8 ms: held in all 2 windows.',
      [
        [5, 500],
        [5, 7000],
      ],
    ],
    [
      'deliveries.latency.p50 was up to 500 µs, from 0 s to 10 s, and had to be below 8 ms; but 1 of 2 windows had fewer samples than the 5 that it can be told from.',
      [
        [5, 500],
        [4, 500],
      ],
    ],
    [
      'deliveries.latency.p50 takes 5 samples to be told, and of 2 windows each had fewer: one only 1.',
      [
        [4, 500],
        [1, 500],
      ],
    ],
    [
      "deliveries.latency.p50 can't be told: there was no window of 10 s with anything in it until the hold ended.",
      [],
    ],
  ])('is: %s', (text, windows) => {
    expect(windowsText(tallyOf(windows, P50))).toBe(text);
  });

  it('tells from when on there was nothing, and until when', () => {
    const since = new WindowTally(about('phases.close.p50 < 8000us', { fromMs: 30_000 }));
    expect(windowsText(since)).toBe(
      "phases.close.p50 can't be told: from 30 s on there was nothing until the run ended.",
    );
  });

  it('tells the lowest window of what has to be high', () => {
    const text = windowsText(
      tallyOf(
        [
          [5, 9000],
          [5, 100],
        ],
        'deliveries.latency.p50 > 8000us',
      ),
    );
    expect(text).toContain(
      'was down to 100 µs, from 10 s to 20 s, and had to be above 8 ms: missed in 1 of 2',
    );
  });
});
