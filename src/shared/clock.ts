import { performance } from 'node:perf_hooks';

/**
 * Microseconds of the machine's monotonic clock (CLOCK_MONOTONIC), the same in every thread and process of one
 * machine. `performance.now()` reads that clock less the moment this thread began; the difference is constant,
 * so it is measured once and the cheap call is used ever after.
 */
const offsetUs = measureOffsetUs();

export function nowUs(): number {
  return performance.now() * 1000 + offsetUs;
}

function measureOffsetUs(): number {
  let offset = 0;
  let narrowest = Infinity;
  for (let i = 0; i < 32; i++) {
    const before = performance.now() * 1000;
    const monotonic = Number(process.hrtime.bigint()) / 1000;
    const after = performance.now() * 1000;
    if (after - before < narrowest) {
      narrowest = after - before;
      offset = monotonic - (before + after) / 2;
    }
  }
  return offset;
}

/** The calendar's time, for names and reports. Never for durations. */
export function wallClock(): Date {
  return new Date();
}
