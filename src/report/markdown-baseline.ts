import type { ChangeVerdict, ComparedSide, MetricChange } from '../model/comparison.js';
import type { RunResult } from '../model/result.js';
import { formatMoment } from './facts.js';
import { markdownCode, markdownProse, markdownTable } from './markdown-text.js';
import { formatChange, formatInterval, formatMetric, formatSize } from './metric-text.js';

const MOST_ROWS = 30;
const MOST_WARNINGS = 5;
const LONGEST = 160;

/** The order of the rows, and how each is told. */
const TOLD: Readonly<Record<ChangeVerdict, readonly [rank: number, words: string]>> = {
  worse: [0, '❌ worse'],
  'cannot-tell': [1, "❓ can't tell"],
  better: [2, '✅ better'],
  same: [3, '✅ same'],
};

/** What got worse first; nothing where nothing was compared. */
export function baselineMarkdown({ comparison, repeats }: RunResult): readonly string[] {
  if (comparison === null) return [];
  const { baseline, current, metrics, warnings, method } = comparison;
  const shown = [...metrics].sort((a, b) => TOLD[a.verdict][0] - TOLD[b.verdict][0]).slice(0, MOST_ROWS);
  const left = metrics.length - shown.length;
  const leftOut = (repeats ?? []).filter((row) => row.leftOut).length;
  return [
    `### Against the baseline: ${TOLD[comparison.verdict][1]}`,
    `${sideOf(current)} against ${sideOf(baseline)}${leftOutText(leftOut)}.`,
    ...warnings.slice(0, MOST_WARNINGS).map((warning) => `> ${markdownProse(warning, LONGEST)}`),
    markdownTable(
      [
        ['', 'left'],
        ['metric', 'left'],
        ['baseline', 'right'],
        ['now', 'right'],
        ['change', 'right'],
        [`${Math.round(comparison.confidence * 100)} % interval`, 'right'],
        ['would have seen', 'right'],
        ['', 'left'],
      ],
      shown.map(cells),
    ),
    ...(left === 0 ? [] : [`And ${left} more.`]),
    markdownProse(method, LONGEST),
  ];
}

function cells(metric: MetricChange): readonly string[] {
  const { unit, verdict, why, smallestSeen } = metric;
  const value = (of: number | null): string => (of === null ? '–' : formatMetric(of, unit));
  return [
    TOLD[verdict][1],
    markdownCode(metric.metric, LONGEST),
    value(metric.baseline),
    value(metric.current),
    metric.change === null ? '–' : formatChange(metric.change, metric),
    formatInterval(metric) ?? '–',
    smallestSeen === null ? '–' : formatSize(smallestSeen, metric),
    verdict === 'cannot-tell' ? markdownProse(why ?? '', LONGEST) : '',
  ];
}

function leftOutText(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '; one more run was left out' : `; ${count} more runs were left out`;
}

function sideOf({ name, startedAt, runs }: ComparedSide): string {
  const moment = markdownProse(formatMoment(startedAt), 40);
  return `${markdownCode(name, LONGEST)} (${moment}, ${runs} ${runs === 1 ? 'run' : 'runs'})`;
}
