import type { RunPlan } from '../model/plan.js';
import { StompedeError } from '../shared/errors.js';

/** What a run is held against, and how often it is run, as the flags say it. */
export interface GateFlags {
  readonly repeat?: number;
  /** A file. */
  readonly baseline?: string;
  /** URLs; none: there is no such target. */
  readonly baselineTarget: readonly string[];
}

export const MAX_REPEAT = 50;
/** Of pairs, where nothing is said: the fewest from which a usual change can be told with some certainty. */
const PAIRS = 5;

/** How many runs there are to be, or pairs of them. Throws `usage` where flags do not go together. */
export function repeatOf({ repeat, baseline, baselineTarget }: GateFlags, plan: RunPlan): number {
  if (baselineTarget.length === 0) return repeat ?? 1;
  if (baseline !== undefined) {
    const message = '--baseline and --baseline-target are two different things to compare with';
    throw new StompedeError('usage', message, { hint: 'Leave one of them out.' });
  }
  if (plan.target.embedded) {
    const message = '--baseline-target needs a scenario whose own target is a server, too';
    const hint = 'This one starts the embedded broker: give the URL of what is to be compared as its target.';
    throw new StompedeError('usage', message, { hint });
  }
  if (repeat === 1) {
    const message = '--baseline-target needs two pairs of runs at least, and --repeat says one';
    throw new StompedeError('usage', message, { hint: `Leave --repeat out: it is ${PAIRS} then.` });
  }
  return repeat ?? PAIRS;
}

export function parseRepeat(text: string): number {
  const repeat = Number(text);
  if (/^\d+$/.test(text) && repeat >= 1 && repeat <= MAX_REPEAT) return repeat;
  const hint = `Write a number from 1 to ${MAX_REPEAT}.`;
  throw new StompedeError('usage', `--repeat ${text} is no number of runs`, { hint });
}
