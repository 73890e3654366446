import { type Finding, type FindingKind, type Severity, findingInfo } from '../../model/findings.js';
import { formatCount } from '../../shared/units.js';

/** A finding with what its kind always says. */
export function found(
  kind: FindingKind,
  severity: Severity,
  atMs: number,
  text: string,
  values: Readonly<Record<string, number>>,
): Finding {
  const { about, advice } = findingInfo(kind);
  return { about, kind, severity, atMs: Math.max(0, Math.round(atMs)), evidence: { text, values }, advice };
}

/** `12.3 s`: when something was, from the start of the run. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
}

/** Two or three significant digits are what a rate over a few rows is worth. */
export function rounded(value: number): number {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}

/** `1 connection`, `200 connections`. */
export function many(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(Math.round(count))} ${Math.round(count) === 1 ? noun : plural}`;
}
