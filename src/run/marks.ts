import type { RunInfo } from '../model/result.js';
import type { MarkName } from './interval-log.js';

/** Marks as a result has them: milliseconds from the start. */
export function marksMs(marksUs: ReadonlyMap<MarkName, number>): RunInfo['marksMs'] {
  const startUs = marksUs.get('start') ?? 0;
  const at = (mark: MarkName): number | undefined => {
    const us = marksUs.get(mark);
    return us === undefined ? undefined : Math.max(0, Math.round((us - startUs) / 1000));
  };
  const [holdStart, holdEnd, stopAsked] = [at('holdStart'), at('holdEnd'), at('stopAsked')];
  return {
    ...(holdStart === undefined ? {} : { holdStart }),
    ...(holdEnd === undefined ? {} : { holdEnd }),
    ...(stopAsked === undefined ? {} : { stopAsked }),
  };
}
