import { type Finding, type Severity } from '../model/findings.js';
import { generatorFindings } from './generator-findings.js';
import type { Measured } from './measured.js';
import { targetFindings } from './target-findings.js';

const ORDER: readonly Severity[] = ['critical', 'warning'];

/** All findings of a run: the worst first, then in their order in time. */
export function findAll(measured: Measured): Finding[] {
  const own = generatorFindings(measured);
  return [...own, ...targetFindings(measured, own)].sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.atMs - b.atMs,
  );
}
