import { isTemplateProblem, parseTemplate } from '../shared/template.js';

/** As many destinations as one publisher may go through. */
export const MAX_DESTINATIONS = 100_000;

/** Far beyond any message of a run, and still exact. */
const LATE_SEQ = 1e12;
const LATE_SAMPLES = 1000;
/** A prime, so that no period falls into step with the samples. */
const LATE_STEP = 7919;

/**
 * Whether a publisher of this template goes on to destinations that it has never used, for as long as the run lasts:
 * stompede and the target would have to remember them all. `{{ seq }}` does, `{{ seq % 100 }}` does not.
 */
export function isEndless(source: string, variables: readonly string[]): boolean {
  const template = parseTemplate(source, variables);
  if (isTemplateProblem(template) || !template.variables.has('seq')) return false;
  const at = (seq: number): string => template.render({ publisher: 0, seq, run: '00000000' });
  const early = new Set(Array.from({ length: MAX_DESTINATIONS }, (_, seq) => at(seq)));
  return Array.from({ length: LATE_SAMPLES }, (_, i) => at(LATE_SEQ + i * LATE_STEP)).some(
    (name) => !early.has(name),
  );
}
