import { kindInfo } from '../model/failures.js';
import type { FailureRow, RunResult } from '../model/result.js';
import { failureGroups, whileUnsoundText } from './failure-rows.js';
import { formatCount } from './format.js';
import { markdownCode, markdownProse, markdownTable } from './markdown-text.js';
import { numberedFindings } from './soundness.js';

const MOST_ROWS = 10;
const LONGEST = 240;

/** The first findings, each with what it is concluded from. */
export function findingsMarkdown(result: RunResult): readonly string[] {
  const findings = numberedFindings(result);
  if (findings.length === 0) return [];
  const left = findings.length - MOST_ROWS;
  const lines = findings.slice(0, MOST_ROWS).map(({ number, finding, title, when }) => {
    const { about, severity, evidence, advice } = finding;
    const text = `**${about}: ${title}** (${severity}, ${when})`;
    return `${number}. ${text}: ${markdownProse(evidence.text, LONGEST)} ${markdownProse(advice, LONGEST)}`;
  });
  return ['### Findings', [...lines, ...(left <= 0 ? [] : [`\nAnd ${left} more.`])].join('\n')];
}

/** The most frequent failures, what this machine did to itself apart from the target's. */
export function failuresMarkdown(result: RunResult): readonly string[] {
  return failureGroups(result).flatMap(({ title, rows }) => {
    const shown = rows.slice(0, MOST_ROWS);
    const left = rows.length - shown.length;
    return [
      `### ${title}`,
      markdownTable(
        [
          ['count', 'right'],
          ['phase', 'left'],
          ['kind', 'left'],
          ['side', 'left'],
          ['first of them', 'left'],
        ],
        shown.map(cells),
      ),
      ...(left === 0 ? [] : [`And ${left} more kinds.`]),
    ];
  });
}

function cells(row: FailureRow): readonly string[] {
  const { count, phase, kind, side, role, sample, code } = row;
  const unsound = whileUnsoundText(row);
  const said = sample === '' ? kindInfo(kind).title : markdownCode(sample, LONGEST);
  return [
    formatCount(count),
    phase,
    `<code>${kind}</code>${code === null ? '' : ` (${code})`}`,
    role === 'publisher' ? `${side}, publisher` : side,
    unsound === null ? said : `${said}; ${unsound}`,
  ];
}
