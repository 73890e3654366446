import { nearest } from '../shared/nearest.js';
import { metricOf } from './family.js';
import type { ThresholdProblem, Word } from './grammar.js';
import { ENTRIES, type Entry, splitStatistic } from './lookup.js';
import type { Metric } from './metric.js';
import { statisticNamed } from './statistic.js';

/** `failures.kind` and the like, with what may stand in the parentheses. */
const CALLS = callsIn(ENTRIES.keys());

const COMMAND = 'stompede validate --metrics lists all of them';
const STATISTICS = 'write min, mean, max, or a percentile such as p50, p99 or p99.9';

/** The metric that a word names, or what is wrong with it. */
export function findMetric(word: Word): Metric | ThresholdProblem {
  const { text, offset } = word;
  const exact = ENTRIES.get(text);
  if (exact !== undefined) return withoutStatistic(exact, word);
  const { subject, statistic } = splitStatistic(text) ?? { subject: '', statistic: undefined };
  const entry = ENTRIES.get(subject);
  if (entry !== undefined && statistic !== undefined) {
    return withStatistic(entry, { text: statistic, offset: offset + subject.length + 1 });
  }
  return wrongCall(word) ?? unknown(word, statistic ?? 'p99');
}

function withoutStatistic({ family, subject }: Entry, { text, offset }: Word): Metric | ThresholdProblem {
  if (subject.reading.kind !== 'latency') return metricOf(family, subject, null);
  return {
    message: 'this is a latency: which figure of it is meant?',
    hint: `write ${text}.p99, or another percentile, min, mean or max`,
    offset: offset + text.length,
  };
}

function withStatistic({ family, subject }: Entry, { text, offset }: Word): Metric | ThresholdProblem {
  const { name, reading } = subject;
  if (reading.kind !== 'latency') {
    return { message: `${name} is one figure: it has no ${text}`, hint: `write ${name}`, offset };
  }
  const statistic = statisticNamed(text);
  if (statistic !== undefined) return metricOf(family, subject, statistic);
  const extreme = /^p0+(?:\.0*)?$/.test(text) ? 'min' : /^p100(?:\.0*)?$/.test(text) ? 'max' : undefined;
  const hint = extreme === undefined ? STATISTICS : `write ${name}.${extreme}`;
  return { message: 'there is no such percentile', hint, offset };
}

/** undefined: it is nothing of that form. */
function wrongCall({ text, offset }: Word): ThresholdProblem | undefined {
  const [, head = '', argument = '', rest = ''] = /^([^()]+)\(?([^()]*)([^]*)$/.exec(text) ?? [];
  const known = CALLS.get(head);
  if (known === undefined) return undefined;
  const example = `write e.g. ${head}(${known[0] ?? ''})`;
  if (argument === '') {
    const end = offset + head.length;
    return { message: 'this has to say which', hint: `${example}; ${COMMAND}`, offset: end };
  }
  const at = offset + head.length + 1;
  if (known.includes(argument)) {
    const message = rest === '' ? 'a parenthesis is missing' : 'there is no such metric';
    return { message, hint: `write ${head}(${argument})`, offset: at + argument.length };
  }
  const meant = nearest(argument, known);
  const hint = meant === undefined ? `${example};` : `did you mean ${head}(${meant})?`;
  const what = head.slice(head.lastIndexOf('.') + 1);
  return { message: `there is no such ${what}`, hint: `${hint} ${COMMAND}`, offset: at };
}

function unknown({ text, offset }: Word, statistic: string): ThresholdProblem {
  if (statisticNamed(text) !== undefined) {
    const hint = `write e.g. phases.connect.${text} or deliveries.latency.${text}; ${COMMAND}`;
    return { message: 'this does not say of what', hint, offset };
  }
  const names = [...ENTRIES.values()].map(({ subject: { name, reading } }) =>
    reading.kind === 'latency' ? `${name}.${statistic}` : name,
  );
  const meant = nearest(text, names);
  const hint = meant === undefined ? COMMAND : `did you mean ${meant}? ${COMMAND}`;
  return { message: 'there is no such metric', hint, offset };
}

function callsIn(names: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, string[]>();
  for (const name of names) {
    const [, head, argument] = /^([^()]+)\(([^()]+)\)$/.exec(name) ?? [];
    if (head !== undefined && argument !== undefined) calls.set(head, [...(calls.get(head) ?? []), argument]);
  }
  return calls;
}
