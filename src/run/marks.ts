import type { RunInfo } from '../model/result.js';
import type { MarkName } from './interval-log.js';

/** Marks as a result has them: milliseconds from the start. */
export function marksMs(marksUs: ReadonlyMap<MarkName, number>): RunInfo['marksMs'] {
  const startUs = marksUs.get('start') ?? 0;
  const at = (mark: MarkName): number | undefined => {
    const us = marksUs.get(mark);
    return us === undefined ? undefined : Math.max(0, Math.round((us - startUs) / 1000));
  };
  const [holdStart, holdEnd] = [at('holdStart'), at('holdEnd')];
  // For what happened before it is all the same who ended the run.
  const stopAsked = earliest(at('stopAsked'), at('cutShort'));
  return {
    ...(holdStart === undefined ? {} : { holdStart }),
    ...(holdEnd === undefined ? {} : { holdEnd }),
    ...(stopAsked === undefined ? {} : { stopAsked }),
  };
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
