import type { RunResult } from '../model/result.js';
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
import { failureGroups } from './failure-rows.js';
import { formatMs } from './format.js';
import { soundness, soundnessText } from './soundness.js';
import { addressLines } from './text-addresses.js';
import { failureLines } from './text-failures.js';
import { findingLines } from './text-findings.js';
import { comparisonLines } from './text-comparison.js';
import { latencyLines } from './text-latencies.js';
import { repeatLines } from './text-repeats.js';
import { styles } from './text-style.js';
import { wrapText } from './text-table.js';
import { thresholdLines, thresholdTitle } from './text-thresholds.js';
import { bullet, INDENT, section, sentence, type View } from './text-view.js';
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
    section(view, thresholdTitle(view), thresholdLines(view)),
    section(view, 'Against the baseline', baselineLines(view)),
    section(view, 'Runs', repeatLines(view)),
    section(view, 'Findings', findingLines(view)),
    section(view, 'Connections', factsLines(view, connectionFacts(view.result))),
    section(view, 'Latencies', attempted ? latencyLines(view) : []),
    ...failureGroups(view.result).map(({ title, rows }) => section(view, title, failureLines(view, rows))),
    ...(attempted ? measuredBlocks(view) : []),
    section(view, 'Addresses', addressLines(view)),
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

function baselineLines(view: View): readonly string[] {
  const { comparison } = view.result;
  return comparison === null ? [] : comparisonLines(comparison, view);
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

/** Whether the figures can be used stands in it before what they say, where they can't. */
function verdictBlock(view: View): readonly string[] {
  const { result, style, columns } = view;
  const { label, tone } = verdictLabel(result);
  const generator = soundness(result);
  const hang = ' '.repeat(label.length + 2);
  const lines = (text: string, paint: (line: string) => string): string[] =>
    wrapText(text, columns - hang.length).map(paint);
  const said = lines(`${soundnessText(generator)}.`, (line) => style[generator.tone](line));
  const headline = lines(result.verdict.headline, style.strong);
  const [first = '', ...rest] =
    generator.verdict === 'invalid' ? [...said.map(style.strong), ...headline] : [...headline, ...said];
  const about = [
    result.run.name,
    targetOf(result),
    formatMoment(result.run.startedAt),
    formatMs(result.run.durationMs),
    `run\u00a0${result.run.id}`,
  ];
  return [
    `${style[tone](style.strong(label))}  ${first}`,
    ...rest.map((line) => hang + line),
    ...furtherReasons(result).flatMap((reason) => bullet(view, reason)),
    '',
    ...wrapText(about.join(' · '), columns - INDENT.length).map((line) => INDENT + style.faint(line)),
  ];
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
