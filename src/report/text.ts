import { kindInfo } from '../model/failures.js';
import type { LatencySummary, RunResult } from '../model/result.js';
import {
  connectionFacts,
  deliveryFacts,
  furtherReasons,
  generatorFacts,
  publishingFacts,
  scheduleSentence,
  serverFacts,
  targetOf,
  verdictLabel,
  formatMoment,
  type Fact,
} from './facts.js';
import { formatCount, formatMs, formatUs } from './format.js';
import { otherLatencies, phaseRows } from './latency-rows.js';
import { styles, type Styles } from './text-style.js';
import { textTable, wrapText, type Cell } from './text-table.js';
import { visibleResult, visibleText } from './visible-text.js';

export interface TextOptions {
  readonly color: boolean;
  /** Of the terminal; less than 80 is taken as 80. */
  readonly columns: number;
  /** Where the reports are, or null where none was written. */
  readonly reportDir: string | null;
  /** The names of the files there, where they shall be named. */
  readonly reportFiles?: readonly string[];
}

const INDENT = '  ';
const PERCENTILES = ['p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** The summary at the end of a run, verdict first. */
export function renderText(result: RunResult, options: TextOptions): string {
  const view: View = {
    result: visibleResult(result),
    columns: Math.max(80, options.columns),
    style: styles(options.color),
  };
  const attempted = result.connections.attempted > 0;
  const blocks = [
    verdictBlock(view),
    section(view, 'Connections', factsLines(view, connectionFacts(view.result))),
    section(view, 'Latencies', attempted ? phaseLines(view) : []),
    section(view, 'Failures', failureLines(view)),
    ...(attempted ? measuredBlocks(view) : []),
    section(view, 'Generator', factsLines(view, generatorFacts(view.result), true)),
    section(
      view,
      'Notes',
      view.result.notes.flatMap((note) => bullet(view, note)),
    ),
    section(view, 'Reports', reportLines(options)),
  ];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  // Lines are broken by now. Who searches the text for "12 ms" types a plain space.
  return `${text.replaceAll('\u00a0', ' ')}\n`;
}

/** What there is to say only if at least one connection was attempted. */
function measuredBlocks(view: View): readonly (readonly string[])[] {
  const { result } = view;
  const published = result.publishing.due > 0;
  const delivered = published || result.deliveries.foreign > 0;
  return [
    section(view, 'Deliveries', delivered ? factsLines(view, deliveryFacts(result)) : []),
    section(view, 'Publishing', published ? factsLines(view, publishingFacts(result)) : []),
    section(view, 'Schedule', sentence(view, scheduleSentence(result))),
    section(view, 'Server', answered(result) ? factsLines(view, serverFacts(result), true) : []),
  ];
}

interface View {
  readonly result: RunResult;
  readonly columns: number;
  readonly style: Styles;
}

function verdictBlock(view: View): readonly string[] {
  const { result, style, columns } = view;
  const { label, tone } = verdictLabel(result);
  const hang = ' '.repeat(label.length + 2);
  const [first = '', ...rest] = wrapText(result.verdict.headline, columns - hang.length);
  const about = [
    result.run.name,
    targetOf(result),
    formatMoment(result.run.startedAt),
    formatMs(result.run.durationMs),
    `run\u00a0${result.run.id}`,
  ];
  return [
    `${style[tone](style.strong(label))}  ${style.strong(first)}`,
    ...rest.map((line) => hang + style.strong(line)),
    ...furtherReasons(result).flatMap((reason) => bullet(view, reason)),
    '',
    ...wrapText(about.join(' · '), columns - INDENT.length).map((line) => INDENT + style.faint(line)),
  ];
}

function section(view: View, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [view.style.strong(title), ...lines];
}

/** "1,000 planned · 998 complete": facts whose value is a count read well before their label. */
function factsLines(view: View, facts: readonly Fact[], labelFirst = false): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const fact of facts) {
    const text = labelFirst ? `${fact.label} ${fact.value}` : `${fact.value} ${fact.label}`;
    const width = view.columns - INDENT.length;
    if (text.length > width) {
      if (line !== '') lines.push(INDENT + line);
      line = '';
      length = 0;
      lines.push(...wrapText(text, width).map((part) => INDENT + view.style[fact.tone](part)));
      continue;
    }
    if (length > 0 && INDENT.length + length + 3 + text.length > view.columns) {
      lines.push(INDENT + line);
      line = '';
      length = 0;
    }
    line += (length > 0 ? view.style.faint(' · ') : '') + view.style[fact.tone](text);
    length += (length > 0 ? 3 : 0) + text.length;
  }
  return line === '' ? lines : [...lines, INDENT + line];
}

function phaseLines(view: View): readonly string[] {
  const rows = phaseRows(view.result);
  if (rows.length === 0) return [INDENT + view.style.faint('No phase was reached.')];
  const { style } = view;
  const cells = rows.map((row): readonly Cell[] => {
    if (row.of === 'from due') {
      return [{ text: `  ${row.label}` }, { text: '' }, { text: '' }, ...latencyCells(row.us)].map(
        (cell) => ({
          ...cell,
          paint: style.faint,
        }),
      );
    }
    return [
      { text: row.label },
      { text: formatCount(row.count) },
      { text: formatCount(row.failed), paint: row.failed > 0 ? style.bad : style.plain },
      ...latencyCells(row.us),
    ];
  });
  const unconfirmed = rows.filter((row) => row.unconfirmed > 0);
  return [
    ...table(view, [heading(view, ['', 'count', 'failed', ...PERCENTILES]), ...cells, ...deliveryRows(view)]),
    ...unconfirmed.flatMap((row) =>
      sentence(
        view,
        `${row.label}: ${formatCount(row.unconfirmed)} had nothing to wait for, and are not timed.`,
      ),
    ),
  ];
}

/** Deliveries stand under the phases: the same columns, and what most people look for first. */
function deliveryRows({ result, style }: View): readonly (readonly Cell[])[] {
  return otherLatencies(result)
    .filter(({ within }) => within === 'delivery')
    .map(({ label, us }) =>
      [{ text: label }, { text: '' }, { text: '' }, ...latencyCells(us)].map((cell) => ({
        ...cell,
        paint: label === 'delivery' ? style.plain : style.faint,
      })),
    );
}

/** A path is never broken, so that it can be clicked on. */
function reportLines({ reportDir, reportFiles }: TextOptions): readonly string[] {
  if (reportDir === null) return [];
  const paths = reportFiles?.map((name) => `${reportDir}/${name}`) ?? [reportDir];
  return paths.map((path) => INDENT + visibleText(path));
}

/** Whether any server ever said CONNECTED. */
function answered({ server }: RunResult): boolean {
  return Object.keys(server.stompVersions).length > 0;
}

function failureLines(view: View): readonly string[] {
  const { result, style, columns } = view;
  return result.failures.flatMap((row) => {
    const info = kindInfo(row.kind);
    const who = row.role === 'publisher' ? ', publisher' : '';
    const code = row.code === null ? '' : `, code ${row.code}`;
    const deeper = INDENT + INDENT;
    const width = columns - deeper.length;
    return [
      `${INDENT}${style.bad(formatCount(row.count))} × ${style.strong(`${row.phase}: ${row.kind}`)}` +
        style.faint(` (${row.side}${who}${code})`),
      ...wrapText(row.sample === '' ? info.title : row.sample, width - 2).map(
        (line, i) => `${deeper}${style.faint(i === 0 ? '› ' : '  ')}${line}`,
      ),
      ...wrapText(info.advice, width).map((line) => deeper + line),
      deeper + style.faint(`docs/failures.md#${row.kind}`),
    ];
  });
}

function latencyCells(us: LatencySummary | null): readonly Cell[] {
  if (us === null) return PERCENTILES.map(() => ({ text: '–' }));
  return [us.p50, us.p90, us.p99, us.p999, us.max].map((value) => ({ text: formatUs(value) }));
}

function heading(view: View, titles: readonly string[]): readonly Cell[] {
  return titles.map((text) => ({ text, paint: view.style.faint }));
}

function table(view: View, rows: readonly (readonly Cell[])[]): readonly string[] {
  return textTable(rows, view.columns - INDENT.length).map((line) => INDENT + line);
}

function sentence(view: View, text: string): readonly string[] {
  return wrapText(text, view.columns - INDENT.length).map((line) => INDENT + line);
}

function bullet(view: View, text: string): readonly string[] {
  return wrapText(text, view.columns - 4).map((line, i) => (i === 0 ? '  - ' : '    ') + line);
}
