import type { Latency } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import type { Metric, Observation } from './metric.js';
import type { MetricSource } from './source.js';
import type { Statistic } from './statistic.js';

/** Metrics that are told in one line of the catalogue. */
export interface Family {
  /** With what stands for many in angle brackets: `phases.<phase>.<stat>`. */
  readonly name: string;
  readonly unit: Metric['unit'];
  readonly shareOf: string | null;
  readonly description: string;
  readonly better: 'lower' | 'higher';
  readonly inParts: boolean;
  readonly subjects: readonly Subject[];
}

/** What one metric is about; of a latency all its statistics together. */
export interface Subject {
  /** Without a statistic: `phases.connect`, `failures.kind(closed)`. */
  readonly name: string;
  readonly reading: Reading;
  readonly absentFrom: (plan: RunPlan) => string | null;
}

export type Read = (source: MetricSource) => number | null;

export type Reading =
  | { readonly kind: 'latency'; readonly latency: Latency; readonly fromSocket: boolean }
  | { readonly kind: 'count'; readonly read: Read; readonly share: Share | null }
  /** `read` is the number of events. */
  | { readonly kind: 'rate'; readonly read: Read }
  | { readonly kind: 'figure'; readonly read: Read };

export interface Share {
  /** What is counted of the whole; not always what the plain count has. */
  readonly part: Read;
  readonly whole: Read;
}

/** The metric that a subject is, or that a statistic makes of a latency. */
export function metricOf(family: Family, subject: Subject, statistic: Statistic | null): Metric {
  const { unit, description, better, inParts } = family;
  const { reading, absentFrom } = subject;
  const shareOf = reading.kind === 'count' && reading.share !== null ? family.shareOf : null;
  return {
    name: statistic === null ? subject.name : `${subject.name}.${statistic.name}`,
    unit,
    shareOf,
    description,
    better,
    inParts,
    latency: reading.kind === 'latency' ? reading.latency : null,
    percentile: statistic?.percentile ?? null,
    fromSocket: reading.kind === 'latency' && reading.fromSocket,
    absentFrom,
    observe: (source, asked) => observe(reading, statistic, source, asked === 'share'),
  };
}

function observe(
  reading: Reading,
  statistic: Statistic | null,
  source: MetricSource,
  asShare: boolean,
): Observation | null {
  switch (reading.kind) {
    case 'latency': {
      const figures = source.latency(reading.latency);
      if (figures === null || statistic === null) return null;
      const us = statistic.of(figures);
      return us === null ? null : { value: us, samples: figures.count };
    }
    case 'count':
      if (asShare) return reading.share === null ? null : shareOf(reading.share, source);
      return plain(reading.read(source));
    case 'rate': {
      const count = reading.read(source);
      return count === null || source.seconds <= 0 ? null : plain(count / source.seconds);
    }
    case 'figure':
      return plain(reading.read(source));
  }
}

function plain(value: number | null): Observation | null {
  return value === null ? null : { value, samples: null };
}

// In a window a thing can happen to what was counted before it (a RECEIPT that is given up): there are never less in all
// than there are of these.
function shareOf({ part, whole }: Share, source: MetricSource): Observation | null {
  const [some, counted] = [part(source), whole(source)];
  if (some === null || counted === null) return null;
  const all = Math.max(some, counted);
  return all === 0 ? null : { value: some / all, samples: all };
}
