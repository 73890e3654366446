import type { MetricChange } from '../model/comparison.js';

/**
 * Changes that can be drawn upon one axis: all that are shares of their baseline, or all that are differences in one unit.
 * A forest plot (Lewis and Clarke, "Forest plots: trying to see the wood and the trees", BMJ 2001).
 */
export interface Forest {
  readonly scale: MetricChange['scale'];
  readonly unit: MetricChange['unit'];
  /** The axis goes from minus this to this. */
  readonly half: number;
  readonly metrics: readonly MetricChange[];
}

/** One change on its axis, from 0 at the left to 1 at the right; nothing changed at 0.5. */
export interface ForestRow {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  /** The interval goes on beyond the axis. */
  readonly beyondLow: boolean;
  readonly beyondHigh: boolean;
  /** Within it a change is called the same. */
  readonly zone: readonly [from: number, to: number];
}

/** What has doubled or gone is drawn at the edge: the small changes beside it are still to be told apart. */
const MOST_RATIO = 1;
const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8, 10] as const;

/** In the order of their first metrics. */
export function forests(metrics: readonly MetricChange[]): readonly Forest[] {
  const groups = new Map<string, MetricChange[]>();
  for (const metric of metrics) {
    const key = metric.scale === 'ratio' ? 'ratio' : metric.unit;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [metric]);
    else group.push(metric);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ scale: first.scale, unit: first.unit, half: halfOf(group), metrics: group }];
  });
}

/** null: there is no interval to be drawn. */
export function forestRow({ change, low, high, matters }: MetricChange, half: number): ForestRow | null {
  if (change === null || low === null || high === null) return null;
  const at = (value: number): number => Math.min(1, Math.max(0, 0.5 + value / half / 2));
  return {
    point: at(change),
    low: at(low),
    high: at(high),
    beyondLow: low < -half,
    beyondHigh: high > half,
    zone: [at(-matters), at(matters)],
  };
}

function halfOf(group: readonly MetricChange[]): number {
  const reach = group.map(({ low, high, matters, scale }) => {
    const furthest = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0), 1.5 * matters);
    return scale === 'ratio' ? Math.min(MOST_RATIO, furthest) : furthest;
  });
  const most = Math.max(...reach);
  if (!(most > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(most));
  return (NICE.find((factor) => factor * decade >= most * 0.9999) ?? 10) * decade;
}
