import type { RunResult } from '../../model/result.js';
import type { Comparator, MetricUnit, ThresholdPlan, ThresholdVerdict } from '../../model/thresholds.js';

const FILE = 'perf/live-comments.yaml';

/** The verdicts on what `run` measured: each outcome that there is, with figures that its tables show too. */
export function everyOutcome(run: RunResult): readonly ThresholdVerdict[] {
  const delivery = run.deliveries.latencyUs?.p99 ?? 0;
  const connect = run.phases.connect?.us?.p99 ?? 0;
  const tcp = run.phases.tcp?.us?.p50 ?? 0;
  const error = run.generator.readDelayUs?.p99 ?? null;
  return [
    ...allPassing(run).slice(0, 1),
    verdict(threshold('phases.connect.p99', '<', 250_000, 'us', 'phases.connect.p99 < 250ms', 42), {
      observed: connect,
      margin: 1 - connect / 250_000,
      samples: 1000,
      samplesNeeded: 100,
      errorUs: error,
      text: `phases.connect.p99 was 2.12 ms, ${percent(1 - connect / 250_000)} below 250 ms.`,
    }),
    verdict(threshold('deliveries.latency.p99', '<', 5000, 'us', 'deliveries.latency.p99 < 5ms', 43), {
      outcome: 'miss',
      observed: delivery,
      margin: 1 - delivery / 5000,
      samples: run.deliveries.received,
      samplesNeeded: 100,
      errorUs: error,
      text: `deliveries.latency.p99 was 7.48 ms, and had to be below 5 ms: missed by ${percent(delivery / 5000 - 1)}.`,
    }),
    verdict(
      {
        ...threshold('deliveries.latency.p99', '<', 8000, 'us', 'deliveries.latency.p99 < 8ms', 44),
        fromMs: 5000,
        windowMs: 5000,
      },
      {
        outcome: 'miss',
        observed: 11_200,
        margin: -0.4,
        samples: 15_000,
        samplesNeeded: 100,
        errorUs: error,
        windows: {
          judged: 4,
          missed: 1,
          tooFew: 0,
          unresolved: 0,
          worstFromMs: 10_000,
          worstToMs: 15_000,
        },
        text: 'deliveries.latency.p99 was up to 11.2 ms, from 10 s to 15 s, and had to be below 8 ms: missed in 1 of 4 windows.',
      },
    ),
    verdict(threshold('phases.connect.p99.99', '<', 1_000_000, 'us', 'phases.connect.p99.99 < 1s', 45), {
      outcome: 'too-few',
      samples: 1000,
      samplesNeeded: 10_000,
      errorUs: error,
      text: 'phases.connect.p99.99 takes 10,000 samples to be told, and there were 1,000.',
    }),
    verdict(threshold('phases.tcp.p50', '<', 150, 'us', 'phases.tcp.p50 < 150us', 46), {
      outcome: 'unresolved',
      observed: tcp,
      margin: 1 - tcp / 150,
      samples: 1000,
      samplesNeeded: 2,
      errorUs: error,
      text: "phases.tcp.p50 was 181 µs: 150 µs lies within the instrument's error of ±310 µs.",
    }),
    ...allPassing(run).slice(1),
  ];
}

/** What a run that held is told: written ones first, then what nobody wrote. */
export function allPassing(run: RunResult): readonly ThresholdVerdict[] {
  return [
    verdict(threshold('connections.complete', '==', 1, 'share', 'connections.complete == 100%', 41), {
      observed: 1,
      text: 'connections.complete was 100 %, as asked for.',
    }),
    verdict(
      threshold('failures.kind(stomp-error)', '==', 0, 'count', 'failures.kind(stomp-error) == 0', 47),
      {
        observed: 0,
        text: 'failures.kind(stomp-error) was 0, as asked for.',
      },
    ),
    implied('deliveries.lost', run.deliveries.lost),
    implied('publishing.unsent', run.publishing.unsent),
  ];
}

/** The one that ended its run. */
export function aborting(atMs: number): ThresholdVerdict {
  return verdict(
    {
      ...threshold('connections.failed', '<', 0.05, 'share', 'connections.failed < 5%', 48),
      abort: true,
      afterMs: 10_000,
    },
    {
      outcome: 'miss',
      observed: 0.141,
      margin: -1.82,
      abortedAtMs: atMs,
      text: 'connections.failed was 14.1 %, and had to be below 5 %: missed by 182 %, and the run was ended at 11 s.',
    },
  );
}

export function threshold(
  metric: string,
  comparator: Comparator,
  bound: number,
  unit: MetricUnit,
  that: string,
  line: number,
): ThresholdPlan {
  return {
    that,
    metric,
    comparator,
    bound,
    unit,
    fromMs: 0,
    windowMs: null,
    abort: false,
    afterMs: 0,
    place: { file: FILE, line, column: 5 },
  };
}

export function verdict(plan: ThresholdPlan, more: Partial<ThresholdVerdict>): ThresholdVerdict {
  return {
    threshold: plan,
    implied: false,
    outcome: 'pass',
    observed: null,
    margin: null,
    samples: null,
    samplesNeeded: null,
    errorUs: null,
    windows: null,
    abortedAtMs: null,
    text: '',
    ...more,
  };
}

function implied(metric: string, observed: number): ThresholdVerdict {
  const plan = { ...threshold(metric, '==', 0, 'count', `${metric} == 0`, 0), place: null };
  const outcome = observed === 0 ? 'pass' : 'miss';
  const text =
    observed === 0 ? `${metric} was 0, as asked for.` : `${metric} was ${observed}, and had to be 0.`;
  return verdict(plan, { implied: true, outcome, observed, text });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
