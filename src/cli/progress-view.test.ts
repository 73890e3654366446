import { describe, expect, it } from 'vitest';
import type { Progress } from '../run/progress.js';
import { barLine, progressView } from './progress-view.js';

const HOLDING: Progress = {
  stage: 'holding',
  elapsedMs: 2000,
  leftMs: 3000,
  planned: 1000,
  started: 1000,
  opened: 1000,
  open: 998,
  settled: 1000,
  complete: 0,
  failed: 2,
  receivedPerSec: 1996,
  deliveryP99Us: 4200,
};

/** What a stream that is no terminal was told. */
function lines(tell: (view: ReturnType<typeof progressView>) => void, quiet = false): string[] {
  let said = '';
  const view = progressView({ write: (text) => (said += text) }, quiet);
  tell(view);
  view.close();
  return said.split('\n').slice(0, -1);
}

describe('progress without a terminal', () => {
  it('says which of several runs begins, and each one’s stages anew', () => {
    const told = lines((view) => {
      for (const n of [1, 2]) {
        view.begin(`run ${n} of 2`);
        view.show(HOLDING);
        view.show(HOLDING);
      }
    });
    expect(told.map((line) => line.trim().replace(/\s.*(holding).*/, ' $1'))).toEqual([
      'run 1 of 2',
      '2 holding',
      'run 2 of 2',
      '2 holding',
    ]);
  });

  it('is nothing with --quiet', () => {
    const told = lines((view) => {
      view.begin('run 1 of 2');
      view.show(HOLDING);
      view.notice('A notice.');
    }, true);
    expect(told).toEqual([]);
  });
});

describe('the line of a terminal', () => {
  it.each([60, 80, 100, 132, 200])('fits into %d columns, with which of several runs it is', (columns) => {
    const line = barLine(0.4, HOLDING, columns, 'run 3 of 10 (baseline)');
    expect(line.length).toBeLessThan(columns);
    expect(line).toContain('run 3 of 10 (baseline): holding');
  });
});
