import { numberedFindings, type NumberedFinding } from './soundness.js';
import { wrapText } from './text-table.js';
import { INDENT, type View } from './text-view.js';

/** Each finding: about whom, what and when, from what it is concluded, and what to do. */
export function findingLines(view: View): readonly string[] {
  return numberedFindings(view.result).flatMap((numbered) => oneFinding(view, numbered));
}

function oneFinding({ style, columns }: View, { number, finding, title, when }: NumberedFinding): string[] {
  const { about, severity, kind, evidence, advice } = finding;
  const paint = severity === 'critical' ? style.bad : style.note;
  const mark = `${number}. `;
  const hang = INDENT + ' '.repeat(mark.length);
  const width = columns - hang.length;
  const [first = '', ...rest] = wrapText(`${about}: ${title}`, width);
  return [
    INDENT + paint(mark) + style.strong(first),
    ...rest.map((line) => hang + style.strong(line)),
    `${hang}${paint(severity)}${style.faint(` · ${when}`)}`,
    ...wrapText(evidence.text, width - 2).map(
      (line, i) => `${hang}${style.faint(i === 0 ? '› ' : '  ')}${line}`,
    ),
    ...wrapText(advice, width).map((line) => hang + line),
    hang + style.faint(`docs/verdicts.md#${kind}`),
  ];
}
