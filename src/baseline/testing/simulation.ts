import { mulberry32 } from '../../shared/testing/mulberry32.js';
import type { ComparedLatency, ComparedShare } from '../compared-metrics.js';
import type { ComparedRun, LatencyFigures, ShareFigures } from '../compared-run.js';
import { comparedRunOf } from './compared-runs.js';

/** Of each p50 and p99: fourteen metrics, and two shares. */
const LATENCIES: readonly ComparedLatency[] = [
  'phases.tcp',
  'phases.upgrade',
  'phases.connect',
  'phases.subscribe',
  'phases.unsubscribe',
  'phases.disconnect',
  'deliveries.latency',
];

export interface Noise {
  /** How far the machine drifts between one pair and the next; both of a pair feel it. */
  readonly drift: number;
  /** How far two runs of the same differ in each metric: the standard deviation of the logarithm. */
  readonly run: number;
  /** The part of that variance that all metrics of a run have in common. */
  readonly common: number;
  /** How often a metric of a run is thrown off by five times as much; 0: it is normally distributed. */
  readonly outliers: number;
  /** How far the log-odds of a share differ between runs of the same: their standard deviation. */
  readonly shares: number;
}

/** How often it happens on the average, how many there are that stand by themselves, and how many go together. */
const SHARES = {
  'connections.failed': { share: 0.02, independent: 5000, together: 1 },
  'deliveries.lost': { share: 0.3, independent: 5000, together: 10 },
} as const satisfies Record<ComparedShare, object>;

/** Runs of the same, and runs of what is slower by a factor, as a noisy machine would measure them; the same for a seed. */
export class Simulation {
  readonly #random: () => number;
  readonly #noise: Noise;

  constructor(seed: number, noise: Noise) {
    this.#random = mulberry32(seed);
    this.#noise = noise;
  }

  /** Runs that alternate; the current ones are slower by that factor. */
  pairs(count: number, factor: number): { baseline: ComparedRun[]; current: ComparedRun[] } {
    const baseline: ComparedRun[] = [];
    const current: ComparedRun[] = [];
    for (let i = 0; i < count; i++) {
      const drift = this.#noise.drift * this.#normal();
      baseline.push(this.#run(drift));
      current.push(this.#run(drift + Math.log(factor)));
    }
    return { baseline, current };
  }

  /** One run with stretches of time of its own, which differ among themselves less than runs do. */
  single(factor: number, withinRun: number): ComparedRun {
    const shift = Math.log(factor);
    return this.#run(shift, (us) =>
      Array.from({ length: 15 }, () => us * Math.exp(withinRun * this.#normal())),
    );
  }

  #run(shift: number, batches: (us: number) => readonly number[] = () => []): ComparedRun {
    const common = Math.sqrt(this.#noise.common) * this.#noise.run * this.#normal();
    const latencies: Partial<Record<ComparedLatency, LatencyFigures>> = {};
    LATENCIES.forEach((name, i) => {
      const [p50, p99] = [2000 * (i + 1), 9000 * (i + 1)].map(
        (us) => us * Math.exp(shift + common + this.#own()),
      );
      if (p50 === undefined || p99 === undefined) return;
      const [of50, of99] = [batches(p50), batches(p99)];
      latencies[name] = {
        samples: 2000,
        us: { p50, p99, 'p99.9': p99 },
        batchesUs: of50.length === 0 ? {} : { p50: of50, p99: of99 },
      };
    });
    const shares = {
      'connections.failed': this.#share('connections.failed'),
      'deliveries.lost': this.#share('deliveries.lost'),
    };
    return comparedRunOf({ latencies, shares });
  }

  #share(name: ComparedShare): ShareFigures {
    const { share, independent, together } = SHARES[name];
    const logOdds = Math.log(share / (1 - share)) + this.#noise.shares * this.#normal();
    const p = 1 / (1 + Math.exp(-logOdds));
    const happened = independent * p + Math.sqrt(independent * p * (1 - p)) * this.#normal();
    const count = together * Math.min(independent, Math.max(0, Math.round(happened)));
    return { count, of: independent * together, independent };
  }

  #own(): number {
    const { run, common, outliers } = this.#noise;
    const wide = this.#random() < outliers ? 5 : 1;
    return wide * Math.sqrt(1 - common) * run * this.#normal();
  }

  /** Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
