import type { RunResult } from '../model/result.js';
import { markdownCode, markdownProse, markdownTable } from './markdown-text.js';
import { fullThat, type ThresholdRow, thresholdRows, thresholdSummary } from './threshold-rows.js';

const MOST_ROWS = 30;
const LONGEST = 160;
const MARK: Readonly<Record<ThresholdRow['mark'], string>> = { '✓': '✅', '✗': '❌', '?': '❓' };

/** What was missed before what was met, so that a bound on the rows hides nothing that matters; nothing without thresholds. */
export function thresholdsMarkdown(result: RunResult): readonly string[] {
  const rows = thresholdRows(result);
  if (rows.length === 0) return [];
  const missed = rows
    .filter(({ verdict }) => verdict.outcome !== 'pass')
    .sort((a, b) => Number(b.verdict.outcome === 'miss') - Number(a.verdict.outcome === 'miss'));
  const met = rows.filter(({ verdict }) => verdict.outcome === 'pass' && !verdict.implied);
  const shown = [...missed, ...met].slice(0, MOST_ROWS);
  const left = rows.length - shown.length;
  const more = left === 0 ? [] : [leftText(left, missed.length > MOST_ROWS, shown.length)];
  if (shown.length === 0) return [`### Thresholds: ${thresholdSummary(result)}`, ...more];
  return [
    `### Thresholds: ${thresholdSummary(result)}`,
    markdownTable(
      [
        ['', 'left'],
        ['threshold', 'left'],
        ['observed', 'right'],
        ['margin', 'right'],
        ['', 'left'],
      ],
      shown.map((row) => [
        MARK[row.mark],
        markdownCode(fullThat(row), LONGEST),
        row.observed,
        row.margin,
        markdownProse(row.remark, LONGEST),
      ]),
    ),
    ...more,
  ];
}

function leftText(left: number, someMissed: boolean, shown: number): string {
  if (shown === 0) return 'All of them hold by themselves: the scenario says nothing of them.';
  return someMissed ? `And ${left} more, some of them missed.` : `And ${left} more, all of them met.`;
}
