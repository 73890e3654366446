import {
  type Evidence,
  type Finding,
  type FindingKind,
  type Severity,
  findingInfo,
} from '../../model/findings.js';
import type { Measured } from '../measured.js';

export function finding(kind: FindingKind, severity: Severity, atMs: number, evidence: Evidence): Finding {
  const { about, advice } = findingInfo(kind);
  return { about, kind, severity, atMs, evidence, advice };
}

/** Whole milliseconds, as evidence shows them. */
export function msOf(us: number): number {
  return Math.round(us / 1000);
}

export function percentOf(share: number): number {
  return Math.round(share * 100);
}

/** Seconds of the run that have a row. */
export function secondsOf({ series }: Measured): number {
  return series.reduce((sum, { widthSec }) => sum + widthSec, 0);
}
