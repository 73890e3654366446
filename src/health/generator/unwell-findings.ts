import type { Evidence, Finding, Severity } from '../../model/findings.js';
import type { UnsoundCause } from '../../model/health.js';
import type { Measured } from '../measured.js';
import { LATE_US, STARVED_SHARE } from '../soundness.js';
import { finding, msOf, percentOf, secondsOf } from './finding.js';
import { type Unwell, unwellTimes } from './unwell.js';

/** A single bad second is weather: it takes two of them, and one in a hundred of the run. */
const ENOUGH_SEC = 2;
const ENOUGH_SHARE = 0.01;
/** A standstill as long as this is enough by itself. */
const LONG_STANDSTILL_US = 1_000_000;
/** What made less than this of the time that the main cause made is the main cause's noise. */
const BESIDE_SHARE = 1 / 3;

/** Most of the run, and no less than this: then the figures are asked whether they can be used at all. */
const MOSTLY_SHARE = 0.5;
const MOSTLY_SEC = 5;
const USELESS_ERROR_US = LATE_US;

/** Workers that were not well for long enough, by why. A cause is named once; a lag that follows from it is not another. */
export function unwellFindings(measured: Measured): Finding[] {
  const ranSec = secondsOf(measured);
  const times = unwellTimes(measured.series, measured.environment.cpus);
  const [main] = times;
  const enough = times.filter((unwell) => isEnough(unwell, ranSec, main?.seconds ?? 0));
  const others = enough.filter(({ cause }) => cause !== 'schedule-lag');
  const named = others.length > 0 ? others : enough;
  const severity = severityOf(times, ranSec, measured);
  return named.map((unwell, i) =>
    finding(
      unwell.cause,
      i === 0 ? severity : 'warning',
      unwell.atMs,
      EVIDENCE[unwell.cause](unwell, ranSec),
    ),
  );
}

function isEnough({ seconds, worst, cause }: Unwell, ranSec: number, mainSec: number): boolean {
  // In a row with several causes the longest standstill is of one that lasted as long.
  const longest = Math.min(worst.loopDelayMaxUs, seconds * 1e6);
  if (cause !== 'schedule-lag' && longest >= LONG_STANDSTILL_US) return true;
  return seconds >= ENOUGH_SEC && seconds >= ranSec * ENOUGH_SHARE && seconds >= mainSec * BESIDE_SHARE;
}

/**
 * Critical: for most of the run some worker was not well, and the instrument's error is above what it has measured: of
 * every second latency can't be told whether it was the target's or the generator's.
 */
function severityOf(times: readonly Unwell[], ranSec: number, measured: Measured): Severity {
  const unwellSec = times.reduce((sum, { seconds }) => sum + seconds, 0);
  if (unwellSec < MOSTLY_SEC || unwellSec < ranSec * MOSTLY_SHARE) return 'warning';
  const errorUs = measured.generator.readDelayUs?.p99 ?? 0;
  const typicalUs = measured.deliveries.latencyUs?.p50 ?? measured.phases.upgrade?.us?.p50 ?? Infinity;
  return errorUs >= USELESS_ERROR_US && errorUs > typicalUs ? 'critical' : 'warning';
}

const EVIDENCE: Readonly<Record<UnsoundCause, (unwell: Unwell, ranSec: number) => Evidence>> = {
  'process-paused': (unwell, ranSec) => {
    const pausedMaxMs = unwell.worst.pausedMs;
    return {
      text: `A worker neither ran nor waited for a CPU for up to ${pausedMaxMs} ms at a time, within ${within(unwell, ranSec)}.`,
      values: { ...spans(unwell, ranSec), pausedMaxMs, loopDelayMaxMs: msOf(unwell.worst.loopDelayMaxUs) },
    };
  },
  'gc-pauses': (unwell, ranSec) => {
    const gcMaxMs = msOf(unwell.worst.gcMaxUs);
    return {
      text: `Garbage collection kept a worker's event loop from turning for more than ${msOf(LATE_US)} ms in ${within(unwell, ranSec)}; the longest collection took ${gcMaxMs} ms.`,
      values: { ...spans(unwell, ranSec), gcMaxMs, loopDelayMaxMs: msOf(unwell.worst.loopDelayMaxUs) },
    };
  },
  'loop-blocked': (unwell, ranSec) => {
    const { loopDelayMaxUs, readDelayMaxUs } = unwell.worst;
    return {
      text: `A worker's event loop was kept from turning by other work than its own for more than ${msOf(LATE_US)} ms in ${within(unwell, ranSec)}, for ${msOf(loopDelayMaxUs)} ms at most; what came then has a time stamp up to ${msOf(readDelayMaxUs)} ms late.`,
      values: {
        ...spans(unwell, ranSec),
        loopDelayMaxMs: msOf(loopDelayMaxUs),
        readDelayMaxMs: msOf(readDelayMaxUs),
      },
    };
  },
  'cpu-starved': (unwell, ranSec) => {
    const { cpuWaitMs, machineBusy, loopDelayMaxUs } = unwell.worst;
    const own = percentOf(unwell.ownCpuShare);
    return {
      text: `A worker was ready to run and had no CPU for more than ${percentOf(STARVED_SHARE)} % of ${within(unwell, ranSec)}, for ${cpuWaitMs} ms of the worst one. The CPUs were up to ${percentOf(machineBusy)} % busy, ${own} % with the generator itself.`,
      values: {
        ...spans(unwell, ranSec),
        cpuWaitMaxMs: cpuWaitMs,
        loopDelayMaxMs: msOf(loopDelayMaxUs),
        machineBusyPercent: percentOf(machineBusy),
        ownCpuPercent: own,
      },
    };
  },
  'cpu-saturated': (unwell, ranSec) => {
    const { utilization, readDelayMaxUs, ownLagMaxUs } = unwell.worst;
    return {
      text: `A worker's event loop was busy ${percentOf(utilization)} % of the time with its own connections and messages, and more than ${msOf(LATE_US)} ms late in ${within(unwell, ranSec)}: ${msOf(readDelayMaxUs)} ms at most with reading, ${msOf(ownLagMaxUs)} ms with its schedule.`,
      values: {
        ...spans(unwell, ranSec),
        utilizationPercent: percentOf(utilization),
        readDelayMaxMs: msOf(readDelayMaxUs),
        ownLagMaxMs: msOf(ownLagMaxUs),
      },
    };
  },
  'schedule-lag': (unwell, ranSec) => {
    const ownLagMaxMs = msOf(unwell.worst.ownLagMaxUs);
    return {
      text: `Arrivals or SENDs began more than ${msOf(LATE_US)} ms late in ${within(unwell, ranSec)}, by ${ownLagMaxMs} ms at most, though nothing of the target held them up.`,
      values: { ...spans(unwell, ranSec), ownLagMaxMs },
    };
  },
};

function within({ seconds }: Unwell, ranSec: number): string {
  return `${tenths(Math.min(seconds, ranSec))} of ${tenths(ranSec)} s`;
}

function spans({ seconds }: Unwell, ranSec: number): { unwellSec: number; ranSec: number } {
  return { unwellSec: tenths(Math.min(seconds, ranSec)), ranSec: tenths(ranSec) };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
