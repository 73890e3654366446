import { formatCount } from './format.js';
import { type ThresholdRow, thresholdRows, thresholdSummary } from './threshold-rows.js';
import type { Cell } from './text-table.js';
import { INDENT, sentence, table, type View } from './text-view.js';

/** "Thresholds: 5 met, 2 missed" */
export function thresholdTitle({ result }: View): string {
  return `Thresholds: ${thresholdSummary(result)}`;
}

/** Each threshold that somebody wrote, and what was asked for by itself only where it was missed. */
export function thresholdLines(view: View): readonly string[] {
  const rows = thresholdRows(view.result);
  const shown = rows.filter(({ verdict }) => !verdict.implied || verdict.outcome !== 'pass');
  const left = rows.length - shown.length;
  const lines = table(view, [
    ['', 'observed', 'margin'].map((text) => ({ text, paint: view.style.faint })),
    ...shown.map((row) => cells(row, view)),
  ]);
  const [heading = '', ...others] = lines;
  return [
    ...(shown.length === 0 ? [] : [heading]),
    ...others.flatMap((line, i) => [line, ...remarkLines(shown[i], view)]),
    ...(left === 0 ? [] : sentence(view, leftText(left, shown.length))),
  ];
}

function cells({ mark, tone, that, observed, margin }: ThresholdRow, view: View): readonly Cell[] {
  const paint = tone === 'good' ? view.style.plain : view.style[tone];
  // Room for the widest figures beside it.
  const width = view.columns - INDENT.length - 2 * 13;
  const text = `${mark} ${that}`;
  return [
    { text: text.length <= width ? text : `${text.slice(0, width - 1)}…`, paint },
    { text: observed, paint },
    { text: margin, paint },
  ];
}

function remarkLines(row: ThresholdRow | undefined, view: View): readonly string[] {
  const text = [row?.scope, row?.remark].filter((part) => part !== undefined && part !== '').join(': ');
  if (text === '') return [];
  const narrower = { ...view, columns: view.columns - INDENT.length };
  return sentence(narrower, text).map((line) => INDENT + view.style.faint(line));
}

function leftText(left: number, shown: number): string {
  if (shown === 0) return `${formatCount(left)} that were asked for by themselves, and met`;
  return `and ${formatCount(left)} more that ${left === 1 ? 'was' : 'were'} asked for by ${left === 1 ? 'itself' : 'themselves'}, and met`;
}
