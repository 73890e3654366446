import type { RunResult } from '../model/result.js';
import { formatCount } from './format.js';
import { PASSED, type Case, type Suite } from './junit-case.js';
import { formatMetric } from './metric-text.js';
import { fullThat, thresholdRows, type ThresholdRow } from './threshold-rows.js';

/** One case for each threshold, written or asked for by itself; too few samples and what can't be resolved are no pass. */
export function thresholdSuite(result: RunResult): Suite {
  return { name: 'thresholds', cases: thresholdRows(result).map(caseOf) };
}

function caseOf(row: ThresholdRow): Case {
  const { verdict } = row;
  const facts = factsOf(row);
  return {
    name: fullThat(row),
    timeSec: null,
    outcome:
      verdict.outcome === 'pass'
        ? PASSED
        : {
            is: 'failure',
            type: verdict.outcome,
            message: verdict.text,
            details: [...facts, ...placeOf(row)],
          },
    out: [verdict.text, ...facts],
  };
}

function factsOf({ verdict, observed, margin, remark }: ThresholdRow): readonly string[] {
  const { threshold, samples } = verdict;
  return [
    `observed: ${observed}`,
    `bound: ${threshold.comparator} ${formatMetric(threshold.bound, threshold.unit)}`,
    ...(margin === '' ? [] : [`margin: ${margin}`]),
    ...(samples === null ? [] : [`samples: ${formatCount(samples)}`]),
    ...(remark === '' ? [] : [remark]),
  ];
}

function placeOf({ verdict }: ThresholdRow): readonly string[] {
  const { place } = verdict.threshold;
  if (place === null) return [];
  return [place.file === null ? 'asked for by --threshold' : `${place.file}:${place.line}:${place.column}`];
}
