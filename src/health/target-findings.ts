import type { Finding } from '../model/findings.js';
import type { Measured } from './measured.js';

/** What the timeline shows about the target and the network; `own` are the findings about the generator. */
export function targetFindings(_measured: Measured, _own: readonly Finding[]): Finding[] {
  return [];
}
