import type { Finding } from '../model/findings.js';
import { limitFindings } from './generator/limit-findings.js';
import { lostFindings } from './generator/lost-findings.js';
import { networkFindings } from './generator/network-findings.js';
import { unwellFindings } from './generator/unwell-findings.js';
import type { Measured } from './measured.js';

/** What the run shows about the generator itself, and about the network as this machine sees it (docs/verdicts.md). */
export function generatorFindings(measured: Measured): Finding[] {
  const limits = limitFindings(measured);
  // A heap that is full is collected again and again: that is what its limit does, and not another finding.
  const full = limits.some(({ kind }) => kind === 'memory-limit');
  const unwell = unwellFindings(measured).filter(({ kind }) => !(full && kind === 'gc-pauses'));
  return [...limits, ...lostFindings(measured), ...unwell, ...networkFindings(measured)];
}
