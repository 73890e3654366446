import { readFileSync, writeFileSync } from 'node:fs';
import { KINDS } from './kinds.mjs';

/** What a change of everything shows in first, and what a loss shows in. */
const SHOWN = {
  'connect p50': 'phases.connect.p50',
  'delivery p50': 'deliveries.latency.p50',
  'delivery p99': 'deliveries.latency.p99',
  lost: 'deliveries.lost',
};

/** How one kind did: `entries` are all that were tried of it. */
export function judge(kind, entries) {
  const { isWrong, mostWrong } = KINDS[kind];
  const answered = entries.filter((entry) => entry.answered);
  const wrong = answered.filter(isWrong).length;
  return {
    answered,
    wrong,
    mostWrong: mostWrong(answered.length),
    unanswered: entries.length - answered.length,
    holds: answered.length > 0 && wrong <= mostWrong(answered.length),
  };
}

/** One table as Markdown, with what it comes to above it. */
export function tableOf(kind, entries) {
  const { title, about, wrong: name } = KINDS[kind];
  const { answered, wrong, mostWrong, unanswered, holds } = judge(kind, entries);
  const tried =
    unanswered === 0
      ? ''
      : ` ${unanswered} more gave no answer (most often an unsound generator: exit 6) and were made again.`;
  const rows = answered.map((entry, i) => [
    String(i + 1),
    entry.worse ? 'worse' : entry.verdict === 'cannot-tell' ? 'not worse¹' : 'not worse',
    String(entry.exitCode),
    ...Object.values(SHOWN).map((metric) => changeOf(entry, metric)),
    String(entry.leftOut),
    entry.load.toFixed(1),
  ]);
  return [
    `### ${title}`,
    '',
    `${about} ${answered.length} comparisons: ${wrong} ${name}, at most ${mostWrong} allowed: ${holds ? 'holds' : '**does not hold**'}.${tried}`,
    '',
    ...markdown([['#', 'verdict', 'exit', ...Object.keys(SHOWN), 'left out', 'load'], ...rows]),
  ].join('\n');
}

function changeOf({ metrics }, name) {
  const found = metrics.find(({ metric }) => metric === name);
  if (found === undefined || found.change === null) return '';
  const { change, low, high, scale } = found;
  const text = (value) => `${value < 0 ? '' : '+'}${(value * 100).toFixed(scale === 'ratio' ? 1 : 2)}`;
  return `${text(change)} (${text(low)} to ${text(high)})`;
}

function markdown(rows) {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(3, ...rows.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const [first, ...others] = rows;
  return [line(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others.map(line)];
}

const BEGIN = '<!-- npm run prove:gate writes what follows -->';
const END = '<!-- end of what npm run prove:gate writes -->';

/** Puts the tables between their marks; where the document has none yet, at its end. */
export function writeTables(file, text) {
  const document = readFileSync(file, 'utf8');
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  const whole = `${BEGIN}\n\n${text.trim()}\n\n${END}`;
  const changed =
    from === -1 || to < from
      ? `${document.trimEnd()}\n\n${whole}\n`
      : document.slice(0, from) + whole + document.slice(to + END.length);
  writeFileSync(file, changed);
}
