import type { Check, CheckStatus } from '../model/check.js';
import { type Style, styles } from './text-style.js';
import { wrapText } from './text-table.js';
import { INDENT } from './text-view.js';
import { visibleText } from './visible-text.js';

/** Checks that belong together, under a title. */
export interface CheckSection {
  readonly title: string;
  readonly checks: readonly Check[];
  /** Whole sentences below them. */
  readonly remarks?: readonly string[];
}

const MARK: Readonly<Record<CheckStatus, readonly [mark: string, style: Style]>> = {
  ok: ['✓', 'good'],
  warn: ['!', 'note'],
  fail: ['✗', 'bad'],
};

/** Checks as aligned lines, each with what mends it below, and a line that sums them up. */
export function renderChecks(
  sections: readonly CheckSection[],
  options: { readonly color: boolean; readonly columns: number },
): string {
  const columns = Math.max(80, options.columns);
  const style = styles(options.color);
  const checks = sections.flatMap((section) => section.checks);
  const idWidth = Math.max(0, ...checks.map(({ id }) => id.length));
  const hang = ' '.repeat(INDENT.length + 2 + idWidth + 2);
  const oneCheck = ({ id, status, found, mend }: Check): string[] => {
    const [mark, tone] = MARK[status];
    const [first = '', ...rest] = wrapText(visibleText(found), columns - hang.length);
    return [
      `${INDENT}${style[tone](mark)} ${id.padEnd(idWidth)}  ${first}`,
      ...rest.map((line) => hang + line),
      // A command is never broken, so that it can be copied.
      ...(mend === null ? [] : [`${hang}${style.faint('→')} ${style.strong(visibleText(mend))}`]),
    ];
  };
  const blocks = sections.map(({ title, checks: own, remarks = [] }) => [
    style.strong(visibleText(title)),
    ...own.flatMap(oneCheck),
    ...remarks.flatMap((text) => wrapText(visibleText(text), columns - 2).map((line) => INDENT + line)),
  ]);
  const [summary, tone] = summaryOf(checks);
  return `${[...blocks, [style[tone](summary)]].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function summaryOf(checks: readonly Check[]): readonly [string, Style] {
  const count = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
  const [fails, warns] = [count('fail'), count('warn')];
  const warned = warns === 0 ? '' : `, ${warns} ${warns === 1 ? 'warns' : 'warn'}`;
  if (fails === 0) return [`All ${checks.length} checks passed${warned}.`, warns === 0 ? 'good' : 'note'];
  return [`${fails} of ${checks.length} checks ${fails === 1 ? 'fails' : 'fail'}${warned}.`, 'bad'];
}
