import { PHASES } from '../model/phases.js';
import type { LatencySummary, RunResult } from '../model/result.js';
import { formatUs } from './format.js';

/** From where the two latencies of one thing tell different stories: half of the one from due was spent before it began. */
const MUCH = 2;

/**
 * Which of two latencies to read where they differ much, each in a sentence: what is timed from its start only leaves
 * out how long it was kept from starting (coordinated omission: Gil Tene, "How NOT to Measure Latency").
 */
export function whichLatency(result: RunResult): readonly string[] {
  const { deliveries, schedule } = result;
  const sentences: string[] = [];
  for (const phase of PHASES) {
    const found = result.phases[phase];
    if (found === undefined || !differ(found.us, found.fromDueUs, schedule.lateToleranceUs)) continue;
    sentences.push(
      `Of ${phase} read the row from due (p99 ${p99(found.fromDueUs)}), not the one from its start ` +
        `(p99 ${p99(found.us)}): connections were started late, and users wait from the moment at which they want one. ${WHY}`,
    );
  }
  if (readsDeliveriesFromDue(result)) {
    sentences.push(
      `Of deliveries read the row from due (p99 ${p99(deliveries.latencyFromDueUs)}), not the one from the SEND ` +
        `(p99 ${p99(deliveries.latencyUs)}): messages were kept from being sent, and that wait is in the row from due only. ${WHY}`,
    );
  }
  return sentences;
}

/** Whether what deliveries took from the SEND leaves out most of what they took. */
export function readsDeliveriesFromDue({ deliveries, schedule }: RunResult): boolean {
  return differ(deliveries.latencyUs, deliveries.latencyFromDueUs, schedule.lateToleranceUs);
}

const WHY = 'To leave it out is coordinated omission (Gil Tene).';

/** What is late by less than the tolerance is not called late anywhere else either. */
function differ(us: LatencySummary | null, dueUs: LatencySummary | null, toleranceUs: number): boolean {
  return us !== null && dueUs !== null && dueUs.p99 >= MUCH * us.p99 && dueUs.p99 - us.p99 > toleranceUs;
}

function p99(us: LatencySummary | null): string {
  return us === null ? '–' : formatUs(us.p99);
}
