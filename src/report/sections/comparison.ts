import type { ChangeVerdict, Comparison, ComparisonUnit, MetricChange } from '../../model/comparison.js';
import type { RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { formatMoment } from '../facts.js';
import { forestRow, forests, type Forest, type ForestRow } from '../forest.js';
import { formatCount } from '../format.js';
import { formatChange, formatInterval, formatMargin, formatMetric } from '../metric-text.js';
import { repeats } from './repeats.js';
import { columnHead, tableCard } from './table.js';

interface Look {
  /** Of one metric. */
  readonly word: string;
  readonly mark: string;
  readonly tone: 'good' | 'note' | 'bad' | 'plain';
  /** Of the whole. */
  readonly says: string;
}

const LOOKS: Readonly<Record<ChangeVerdict, Look>> = {
  worse: { word: 'worse', mark: '✗', tone: 'bad', says: 'Worse than the baseline' },
  better: { word: 'better', mark: '✓', tone: 'good', says: 'Better than the baseline' },
  same: { word: 'the same', mark: '=', tone: 'plain', says: 'The same as the baseline' },
  'cannot-tell': {
    word: "can't tell",
    mark: '?',
    tone: 'note',
    says: "Whether it differs from the baseline can't be told",
  },
};

const UNITS: Readonly<Record<ComparisonUnit, string>> = {
  pairs: 'pairs of runs that alternated',
  runs: 'whole runs',
  blocks: 'stretches of time of one run',
};

/** Of a drawn interval, in units of its drawing. */
const WIDTH = 220;
const EDGE = 8;

/** The run against a baseline: each change with its interval, drawn; and all the runs that there were. */
export function comparison(result: RunResult): Markup | null {
  const { comparison: compared } = result;
  const runs = repeats(result);
  if (compared === null) {
    return runs === null
      ? null
      : escaped`<section aria-labelledby="runs"><h2 id="runs">All runs</h2>
${runs}</section>`;
  }
  const below = runs === null ? null : escaped`<h3 class="above">All runs</h3>${runs}`;
  return escaped`<section aria-labelledby="comparison"><h2 id="comparison">Against the baseline</h2>
${body(compared)}${below}</section>`;
}

function body(compared: Comparison): Markup {
  const { baseline, current, verdict, warnings, metrics } = compared;
  const { tone, says, mark } = LOOKS[verdict];
  const sides = `${side(current)}, against ${side(baseline)}`;
  return escaped`<p class="change ${tone}"><span aria-hidden="true">${mark} </span>${says}<span class="count">${tally(metrics)}</span></p>
<p class="muted">${sides}</p>${warnings.map((text) => escaped`<p class="below which">${text}</p>`)}
${forests(metrics).map((forest) => forestTable(forest))}
<p class="below">The shaded zone around no change is what does not matter; the line is the interval in which the change lies, with a confidence of ${formatMargin(compared.confidence)} for all of them together.</p>
<details class="method" data-unfold><summary>How they were compared</summary><p>${compared.method} The unit is ${UNITS[compared.unit]}. “Would have seen” is the smallest change that this much data shows four times in five.</p></details>`;
}

function side({ name, startedAt, runs }: Comparison['baseline']): string {
  return `${name} (${formatMoment(startedAt)}, ${runs === 1 ? '1 run' : `${formatCount(runs)} runs`})`;
}

function tally(metrics: readonly MetricChange[]): string {
  return (Object.keys(LOOKS) as ChangeVerdict[])
    .map((verdict) => ({ verdict, count: metrics.filter((one) => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${formatCount(count)} ${LOOKS[verdict].word}`)
    .join(', ');
}

function forestTable(forest: Forest): Markup {
  const { scale, unit, half, metrics } = forest;
  const inUnit = unit === 'share' ? 'percentage points' : 'their own unit';
  const caption = scale === 'ratio' ? 'Changes, of the baseline' : `Changes, in ${inUnit}`;
  return tableCard({
    caption,
    classes: 'forest',
    head: [
      columnHead('metric', 'words'),
      columnHead('verdict', 'words'),
      columnHead('change'),
      escaped`<th scope="col" class="drawn">${axis(forest)}</th>`,
      columnHead('baseline'),
      columnHead('now'),
      columnHead('would have seen'),
    ],
    rows: metrics.map((metric) => metricRow(metric, half)),
  });
}

/** The ends of the axis and its middle, as the heading of the drawn column. */
function axis({ half, ...of }: Forest): Markup {
  return escaped`<span class="axis"><span>${formatChange(-half, of)}</span><span>0</span><span>${formatChange(half, of)}</span></span>`;
}

function metricRow(metric: MetricChange, half: number): Markup {
  const { word, mark, tone } = LOOKS[metric.verdict];
  const { baseline, current, change, smallestSeen, unit, why, better } = metric;
  const value = (figure: number | null): string => (figure === null ? '–' : formatMetric(figure, unit));
  const interval = formatInterval(metric);
  const row = forestRow(metric, half);
  const seen = smallestSeen === null ? '–' : formatChange(smallestSeen, metric).replace(/^\+/, '');
  return escaped`
<tr class="${tone}"><th scope="row" class="words"><code>${metric.metric}</code><span class="more">${why ?? `${better} is better`}</span></th><td class="words outcome"><span aria-hidden="true">${mark} </span>${word}</td><td class="observed">${change === null ? '–' : formatChange(change, metric)}${interval === null ? null : escaped`<span class="more">${interval}</span>`}</td><td class="drawn">${row === null ? null : drawn(row, tone)}</td><td>${value(baseline)}</td><td>${value(current)}</td><td>${seen}</td></tr>`;
}

/** The words beside it say the same. */
function drawn(row: ForestRow, tone: string): Markup {
  const x = (share: number): string => (EDGE + share * (WIDTH - 2 * EDGE)).toFixed(1);
  const [from, to] = row.zone;
  const low = row.beyondLow ? escaped`<path class="end" d="M${x(0)} 8l-5 4 5 4"/>` : cap(x(row.low));
  const high = row.beyondHigh ? escaped`<path class="end" d="M${x(1)} 8l5 4-5 4"/>` : cap(x(row.high));
  return escaped`<svg class="interval ${tone}" viewBox="0 0 ${WIDTH} 24" width="${WIDTH}" height="24" aria-hidden="true" focusable="false"><rect class="zone" x="${x(from)}" y="0" width="${(Number(x(to)) - Number(x(from))).toFixed(1)}" height="24"/><path class="zero" d="M${x(0.5)} 0v24"/><path class="line" d="M${x(row.low)} 12H${x(row.high)}"/>${low}${high}<circle cx="${x(row.point)}" cy="12" r="4.5"/></svg>`;
}

function cap(x: string): Markup {
  return escaped`<path class="end" d="M${x} 7v10"/>`;
}
