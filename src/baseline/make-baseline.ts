import { BucketCounts } from '../metrics/bucket-counts.js';
import { decodePacked, encodePacked } from '../metrics/hdr-encoding.js';
import type { RunResult } from '../model/result.js';
import { StompedeError } from '../shared/errors.js';
import { BASELINE_SCHEMA, type Baseline, type BaselineRun, MAX_RUNS } from './baseline-file.js';
import {
  COMPARED_LATENCIES,
  COMPARED_SHARES,
  type ComparedLatency,
  type ComparedShare,
} from './compared-metrics.js';
import { type ComparedRun, type LatencyFigures, type ShareFigures, comparedRun } from './compared-run.js';
import { environmentDifferences } from './environment-differences.js';
import { metricTests } from './metric-tests.js';
import { refuseOtherScenario } from './refuse.js';
import { scenarioDigest } from './scenario-facts.js';

/** One run that a baseline is to be made of, and what it is told as. */
export interface BaselineSource {
  readonly name: string;
  readonly result: RunResult;
}

/**
 * The baseline that these runs make, of one scenario, one machine and one version.
 *
 * @param force take runs that don't count, too: every comparison with them says so
 * @throws StompedeError 'not-comparable' where they are not of the same, one of them does not count, or there is none
 */
export function makeBaseline(sources: Iterable<BaselineSource>, force: boolean): Baseline {
  const runs: CountableRun[] = [];
  for (const source of sources) {
    if (runs.length === MAX_RUNS) {
      throw new StompedeError('usage', `a baseline is made of at most ${MAX_RUNS} runs, and these are more`);
    }
    runs.push(countable(source, force));
  }
  const [first, ...others] = runs;
  if (first === undefined) throw new StompedeError('not-comparable', 'there is no run that counts');
  for (const { name, run } of others) {
    refuseOtherScenario(first.run.scenario, run.scenario, first.name);
    const [difference] = environmentDifferences([first.run], [run]);
    if (difference !== undefined) {
      throw new StompedeError(
        'not-comparable',
        `${first.name} and ${name} can't be one baseline. ${difference}`,
        { hint: 'Make a baseline of runs of one machine and one version.' },
      );
    }
  }
  const { stompede, environment, scenario } = first.run;
  return {
    schema: BASELINE_SCHEMA,
    stompede,
    summary: summaryOf(runs.map(({ run }) => run)),
    scenario: { digest: scenarioDigest(scenario), facts: scenario },
    environment,
    runs: runs.map(({ run }) => ofItself(run)),
    histograms: histogramsOf(runs),
  };
}

/** What is kept of a result: the rest may be megabytes of series and blocks. */
interface CountableRun {
  readonly name: string;
  readonly run: ComparedRun;
  readonly encoded: RunResult['histograms'];
}

function countable({ name, result }: BaselineSource, force: boolean): CountableRun {
  const run = comparedRun(result);
  const encoded = result.histograms;
  if (run.unusable === null) return { name, run, encoded };
  if (force) {
    const doubts = [...run.doubts, `${run.unusable} (--force)`];
    return { name, run: { ...run, unusable: null, doubts }, encoded };
  }
  throw new StompedeError('not-comparable', `${name} is no run to compare others with: ${run.unusable}`, {
    hint: 'Run it again; with --force it is taken all the same, and every comparison says so.',
  });
}

// In one order, whatever order they came in: what did not change is no difference between two files.
function ofItself({ startedAt, doubts, instrumentUs, shares, latencies }: ComparedRun): BaselineRun {
  return {
    startedAt,
    doubts,
    instrumentUs,
    shares: inOrder<ComparedShare, ShareFigures>(COMPARED_SHARES, shares),
    latencies: inOrder<ComparedLatency, LatencyFigures>(
      COMPARED_LATENCIES.map(({ name }) => name),
      latencies,
    ),
  };
}

function inOrder<K extends string, V>(
  order: readonly K[],
  values: Readonly<Partial<Record<K, V>>>,
): Partial<Record<K, V>> {
  const ordered: Partial<Record<K, V>> = {};
  for (const key of order) {
    const value = values[key];
    if (value !== undefined) ordered[key] = value;
  }
  return ordered;
}

/** In milliseconds whatever their size, so that a column of them can be read down. */
function summaryOf(runs: readonly ComparedRun[]): Readonly<Record<string, string>> {
  const tests = metricTests({ baseline: runs, current: runs, unit: 'runs' });
  return Object.fromEntries(
    tests.flatMap(({ metric, unit, baseline, why }) =>
      baseline === null || why !== null
        ? []
        : [[metric, unit === 'us' ? `${digits(baseline / 1000)} ms` : `${digits(baseline * 100)} %`]],
    ),
  );
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function histogramsOf(runs: readonly CountableRun[]): Baseline['histograms'] {
  const histograms: Partial<Record<ComparedLatency, string>> = {};
  const counts = new BucketCounts();
  for (const { name, latency } of COMPARED_LATENCIES) {
    counts.clear();
    for (const { run, encoded } of runs) {
      const histogram = encoded[latency];
      if (run.latencies[name] !== undefined && histogram !== undefined)
        counts.addPacked(decodePacked(histogram));
    }
    if (counts.total > 0) histograms[name] = encodePacked(counts.packed());
  }
  return histograms;
}
