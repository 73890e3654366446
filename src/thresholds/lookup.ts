import { FAMILIES } from './catalogue.js';
import { type Family, metricOf, type Subject } from './family.js';
import type { Metric } from './metric.js';
import { statisticNamed } from './statistic.js';

export interface Entry {
  readonly family: Family;
  readonly subject: Subject;
}

/** Everything that the catalogue has, by name; a latency is there once, without a statistic. */
export const ENTRIES: ReadonlyMap<string, Entry> = new Map(
  FAMILIES.flatMap((family) =>
    family.subjects.map((subject): [string, Entry] => [subject.name, { family, subject }]),
  ),
);

/** The metric of a full name, as a ThresholdPlan has it; null: there is none. */
export function metricNamed(name: string): Metric | null {
  const exact = ENTRIES.get(name);
  if (exact !== undefined) {
    return exact.subject.reading.kind === 'latency' ? null : metricOf(exact.family, exact.subject, null);
  }
  const parts = splitStatistic(name);
  const entry = parts === null ? undefined : ENTRIES.get(parts.subject);
  const statistic = parts === null ? undefined : statisticNamed(parts.statistic);
  if (entry?.subject.reading.kind !== 'latency' || statistic === undefined) return null;
  return metricOf(entry.family, entry.subject, statistic);
}

/** `phases.connect.p99.9` → `phases.connect` and `p99.9`, whatever of it there is; null: it names no statistic. */
export function splitStatistic(
  name: string,
): { readonly subject: string; readonly statistic: string } | null {
  const [, subject, statistic] = /^(.+?)\.(p\d[^.]*(?:\.[^.]*)?|min|mean|max)$/.exec(name) ?? [];
  return subject === undefined || statistic === undefined ? null : { subject, statistic };
}
