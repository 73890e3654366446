import type { Finding } from '../model/findings.js';
import type { Measured } from './measured.js';

/** What the run shows about the generator itself. */
export function generatorFindings(_measured: Measured): Finding[] {
  return [];
}
