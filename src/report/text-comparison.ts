import type { ChangeVerdict, ComparedSide, Comparison, MetricChange } from '../model/comparison.js';
import { formatMoment } from './facts.js';
import { formatChange, formatMetric } from './metric-text.js';
import type { Style, Styles } from './text-style.js';
import { type Cell, textTable, wrapText } from './text-table.js';
import { visibleText } from './visible-text.js';

/** Where the lines go to. */
export interface ComparisonTextOptions {
  readonly columns: number;
  readonly style: Styles;
}

/** How each is told, and where it stands: what got worse first. */
const TOLD: Readonly<Record<ChangeVerdict, { rank: number; words: string; style: Style }>> = {
  worse: { rank: 0, words: 'worse', style: 'bad' },
  better: { rank: 1, words: 'better', style: 'good' },
  same: { rank: 2, words: 'same', style: 'plain' },
  'cannot-tell': { rank: 3, words: "can't tell", style: 'note' },
};

const INDENT = '  ';
/** A narrower terminal has no room for how small a change would have been seen. */
const WIDE = 100;

/** What was compared with what, a row for each metric, why some can't be told, and what to mind. */
export function comparisonLines(comparison: Comparison, options: ComparisonTextOptions): readonly string[] {
  const { baseline, current, metrics, warnings, method } = comparison;
  const rows = [...metrics].sort((a, b) => TOLD[a.verdict].rank - TOLD[b.verdict].rank);
  const wrapped = (text: string, first: string, further: string): readonly string[] =>
    wrapText(visibleText(text), options.columns - further.length).map(
      (line, i) => (i === 0 ? first : further) + line,
    );
  const faint = (lines: readonly string[]): readonly string[] => lines.map(options.style.faint);
  return [
    ...wrapped(summaryOf(comparison), INDENT, INDENT),
    ...faint(wrapped(`${sideText(current)} against ${sideText(baseline)}`, INDENT, INDENT)),
    ...(rows.length === 0 ? [] : tableLines(rows, options)),
    ...reasons(rows).flatMap((text) => wrapped(text, '  - ', '    ')),
    ...warnings.flatMap((text) => wrapped(text, '  ! ', '    ')),
    ...faint(wrapped(method, INDENT, INDENT)),
  ];
}

/** "Of 16 metrics: 2 worse, 11 the same, 3 can’t be told." */
function summaryOf({ metrics }: Comparison): string {
  const count = (verdict: ChangeVerdict): number =>
    metrics.filter((metric) => metric.verdict === verdict).length;
  const counts = [
    [count('worse'), 'worse'],
    [count('better'), 'better'],
    [count('same'), 'the same'],
  ] as const;
  const parts = counts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`);
  const untold = count('cannot-tell');
  if (untold > 0) parts.push(`${untold} can’t be told`);
  if (parts.length === 0) return 'Nothing could be compared.';
  return `Of ${metrics.length} metrics: ${parts.join(', ')}.`;
}

function sideText({ name, startedAt, runs }: ComparedSide): string {
  return `${name} (${formatMoment(startedAt)}, ${runs} ${runs === 1 ? 'run' : 'runs'})`;
}

function tableLines(
  metrics: readonly MetricChange[],
  { columns, style }: ComparisonTextOptions,
): readonly string[] {
  const wide = columns >= WIDE;
  const heading = ['baseline', 'now', 'change', 'interval', ...(wide ? ['seen from'] : []), 'verdict'];
  const figures = metrics.map((metric): readonly Cell[] => {
    const { words, style: painted } = TOLD[metric.verdict];
    return [
      { text: valueText(metric.baseline, metric) },
      { text: valueText(metric.current, metric) },
      { text: metric.change === null ? '–' : formatChange(metric.change, metric) },
      { text: intervalText(metric), paint: style.faint },
      ...(wide ? [{ text: seenText(metric), paint: style.faint }] : []),
      { text: words, paint: style[painted] },
    ];
  });
  const headed = [heading.map((text) => ({ text, paint: style.faint })), ...figures];
  const names = fitting(['', ...metrics.map(({ metric }) => visibleText(metric))], headed, columns);
  const rows = headed.map((cells, i) => [{ text: names[i] ?? '' }, ...cells]);
  return textTable(rows, columns - INDENT.length).map((line) => INDENT + line);
}

/** Names as long as there is room for beside the figures: a file may call its metrics anything. */
function fitting(
  names: readonly string[],
  figures: readonly (readonly Cell[])[],
  columns: number,
): readonly string[] {
  const taken = (figures[0] ?? []).reduce(
    (sum, _, i) => sum + 1 + Math.max(...figures.map((cells) => cells[i]?.text.length ?? 0)),
    INDENT.length,
  );
  const width = Math.max(1, columns - taken);
  return names.map((name) => (name.length <= width ? name : `${name.slice(0, width - 1)}…`));
}

function valueText(value: number | null, { unit }: MetricChange): string {
  return value === null ? '–' : formatMetric(value, unit);
}

function seenText(metric: MetricChange): string {
  return metric.smallestSeen === null ? '–' : formatChange(metric.smallestSeen, metric).replace(/^\+/, '');
}

/** "-3.1 to +5.8", in the unit of the change beside it. */
function intervalText(metric: MetricChange): string {
  const { low, high } = metric;
  if (low === null || high === null) return '–';
  const bare = (change: number): string => formatChange(change, metric).replace(/\s(%|points)$/, '');
  return `${bare(low)} to ${bare(high)}`;
}

/** Each reason once, with what it is the reason of. */
function reasons(metrics: readonly MetricChange[]): readonly string[] {
  const told = new Map<string, string[]>();
  for (const { metric, why } of metrics) {
    if (why !== null) told.set(why, [...(told.get(why) ?? []), metric]);
  }
  return [...told].map(([why, names]) => `${names.join(', ')}: ${why}`);
}
