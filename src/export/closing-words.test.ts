import { describe, expect, it } from 'vitest';
import { type ClosingState, closingWords } from './closing-words.js';
import type { PushProgress } from './protocol.js';

const PUSHES: PushProgress = { begun: 4, sent: 4, failed: 0, problem: null, sentThroughSec: 20 };

function wordsOf(state: Partial<ClosingState>, pushes: Partial<PushProgress> = {}): string[] {
  return closingWords({
    throughSec: 20,
    mergedSec: 0,
    isDone: true,
    otlpUrl: 'http://collector:4318/v1/metrics',
    pushes: { ...PUSHES, ...pushes },
    ...state,
  });
}

describe('closingWords', () => {
  it('are none where everything got there', () => {
    expect(wordsOf({})).toEqual([]);
    expect(wordsOf({ otlpUrl: null, pushes: null })).toEqual([]);
  });

  it('tell of a collector that took nothing, with the last reason', () => {
    expect(wordsOf({}, { sent: 0, failed: 4, problem: 'ECONNREFUSED', sentThroughSec: null })).toEqual([
      'Live metrics: http://collector:4318/v1/metrics took nothing of this run, with 4 pushes (the last that failed: ECONNREFUSED).',
    ]);
  });

  it('tell of a collector that did not answer the only push until the end', () => {
    const unanswered = { begun: 1, sent: 0, sentThroughSec: null };
    expect(wordsOf({ isDone: false }, unanswered)).toEqual([
      'Live metrics: http://collector:4318/v1/metrics took nothing of this run, with 1 push (it did not answer in time).',
    ]);
  });

  it('tell how far a collector got that missed the end', () => {
    expect(wordsOf({}, { sent: 2, failed: 2, problem: 'HTTP 500', sentThroughSec: 9 })).toEqual([
      "Live metrics: http://collector:4318/v1/metrics has the first 9 s of this run's 20 s; 2 of 4 pushes failed (the last that failed: HTTP 500).",
    ]);
  });

  it('tell of pushes that failed and were made up for', () => {
    expect(wordsOf({}, { sent: 3, failed: 1, problem: 'HTTP 500' })).toEqual([
      'Live metrics: 1 of 4 pushes to http://collector:4318/v1/metrics failed (the last that failed: HTTP 500). Later ones made up for them, but for when it was.',
    ]);
  });

  it('tell of an exporter from which nothing was heard', () => {
    expect(wordsOf({ isDone: false, pushes: null })).toEqual([expect.stringContaining('was sent nothing')]);
    expect(wordsOf({ isDone: false, otlpUrl: null, pushes: null })).toEqual([
      expect.stringContaining('was ended'),
    ]);
  });

  it('tell of seconds that went together with later ones', () => {
    expect(wordsOf({ mergedSec: 7 })).toEqual([
      expect.stringContaining('7 s went to it together with later ones'),
    ]);
  });
});
