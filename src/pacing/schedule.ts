/** Arrivals go linearly from one rate to the other within durationMs; null: the stage never ends. */
export interface RateStage {
  readonly fromPerSec: number;
  readonly toPerSec: number;
  readonly durationMs: number | null;
}

interface Segment {
  readonly startSec: number;
  readonly endSec: number;
  readonly fromPerSec: number;
  /** Change of the rate, per second per second. */
  readonly slope: number;
  /** Arrivals due before the segment starts, a real number. */
  readonly before: number;
  /** Arrivals due before it ends. */
  readonly until: number;
}

/**
 * An open-loop schedule as a pure function: the cumulative number of arrivals N(t) is the integral of the rate, and
 * arrival n (from 0) is due when N(t) is about to pass n. There is no clock inside, and no drift: whoever starts
 * late is late against this, not against its own last start.
 */
export class Schedule {
  readonly #segments: readonly Segment[];

  constructor(stages: readonly RateStage[]) {
    this.#segments = toSegments(stages);
  }

  /** Milliseconds after the start when arrival n is due; Infinity if the rate stays 0 before it. */
  dueMs(n: number): number {
    for (const segment of this.#segments) {
      if (n >= segment.until) continue;
      const sec = segment.startSec + secondsFor(n - segment.before, segment);
      return Math.min(sec, segment.endSec) * 1000;
    }
    return Infinity;
  }

  /** How many arrivals are due within the first `ms` milliseconds: all n with dueMs(n) <= ms. */
  countAt(ms: number): number {
    if (ms < 0) return 0;
    const sec = ms / 1000;
    let due = 0;
    for (const segment of this.#segments) {
      if (sec < segment.startSec) break;
      const within = Math.min(sec, segment.endSec) - segment.startSec;
      due = segment.before + arrivalsWithin(within, segment);
    }
    // Arrival 0 is due at once, so that after N arrivals' worth of time N + 1 have been due: near enough to start
    // from. The last digit of a sum must not decide, so dueMs has the last word.
    let count = Math.floor(due) + 1;
    while (count > 0 && this.dueMs(count - 1) > ms) count--;
    while (this.dueMs(count) <= ms) count++;
    return count;
  }
}

function toSegments(stages: readonly RateStage[]): Segment[] {
  const segments: Segment[] = [];
  let startSec = 0;
  let before = 0;
  for (const { fromPerSec, toPerSec, durationMs } of stages) {
    const lengthSec = durationMs === null ? Infinity : durationMs / 1000;
    const slope = durationMs === null || lengthSec === 0 ? 0 : (toPerSec - fromPerSec) / lengthSec;
    const until =
      durationMs === null ? endless(fromPerSec, before) : before + ((fromPerSec + toPerSec) / 2) * lengthSec;
    segments.push({ startSec, endSec: startSec + lengthSec, fromPerSec, slope, before, until });
    startSec += lengthSec;
    before = until;
  }
  const last = stages.at(-1);
  if (last !== undefined && last.durationMs !== null) {
    const fromPerSec = last.toPerSec;
    segments.push({
      startSec,
      endSec: Infinity,
      fromPerSec,
      slope: 0,
      before,
      until: endless(fromPerSec, before),
    });
  }
  return segments;
}

/** How many arrivals there are before the end of a stage that has none. */
function endless(perSec: number, before: number): number {
  return perSec > 0 ? Infinity : before;
}

function arrivalsWithin(sec: number, { fromPerSec, slope }: Segment): number {
  return fromPerSec * sec + (slope * sec * sec) / 2;
}

/** Inverts arrivalsWithin: the root of slope/2 t² + from t - arrivals = 0, in the form that cancels nothing. */
function secondsFor(arrivals: number, { fromPerSec, slope }: Segment): number {
  if (arrivals <= 0) return 0;
  const discriminant = Math.max(0, fromPerSec * fromPerSec + 2 * slope * arrivals);
  const divisor = fromPerSec + Math.sqrt(discriminant);
  return divisor === 0 ? Infinity : (2 * arrivals) / divisor;
}

/** What starts later than this after its due moment counts as late: well above a timer's own millisecond. */
export const LATE_TOLERANCE_US = 10_000;
