/** Where a finding about the target begins. One place, each with its reason; docs/verdicts.md repeats them for readers. */

/** Fewer than this of anything is chance: a finding that is drawn from numbers needs at least as many. */
export const FEWEST = 5;

/** A row of a second cannot say what was within it: whatever is to have gone on did so for two whole rows. */
export const LASTING_ROWS = 2;

/** Nearly all: a straggler or a race at the edge of a row must not hide what happened to the rest. */
export const NEARLY_ALL = 0.9;

/** A large part of the connections: when that many go at once, the target broke, whatever the rest does. */
export const LARGE_PART = 0.5;

/** A loss of all "at once" can straddle the ends of rows: a server's death takes no longer than this. */
export const AT_ONCE_MS = 3000;

/** At a limit of connections nothing is let in. A connection that ends on its own makes room for another now and then. */
export const STRAY_SHARE = 0.05;

/** Connects that fail before the limit is reached have another reason; with more of them the limit is not the story. */
export const OTHER_REASON_SHARE = 0.1;

/** A limit on the rate refuses a tenth at least: less than that is an accept queue that overflows now and then. */
export const REFUSED_SHARE = 0.1;

/** What was asked for varies: then successes that don't vary with it (next line) show a limit by themselves. */
export const ASKED_VARIES = 1.5;

/** A rate is flat when its rows stay within this of their mean: rows and the target's seconds don't begin together. */
export const FLAT = 0.15;

/** So many rows at a constant rate tell a limit (always the same number) from a share that fails by chance. */
export const CONSTANT_RATE_ROWS = 8;

/**
 * Successes by chance wander from a straight line, by 0.87 standard deviations times √rows on average (the supremum of
 * a Brownian bridge); the ones of a limit do not. So near to the line, in the same unit, chance keeps them once in 500
 * runs: found by playing 20,000 for each of 8 to 60 rows.
 */
export function leastWandering(rows: number): number {
  return 0.4 - 0.63 / Math.sqrt(rows);
}

/** An age is constant when the middle and the upper percentiles are that near to each other: timers are that coarse. */
export const CONSTANT_AGE = 0.1;

/** Moments that are spread that much wider than ages: it was the age that was constant, and not the moment. */
export const SPREAD_RATIO = 3;

/** Below half a second a lag is what queues, fan-out and garbage collections make of a busy but healthy server. */
export const SLOW_US = 500_000;

/** A lag that grows by less than this over the whole time is not told from a server that warms up or fills caches. */
export const LAG_GROWTH = 4;

/** So many rows of growing lag in a row are no bump: a garbage collection or a checkpoint is over before. */
export const GROWING_ROWS = 5;

/** Up to the moment at which the target broke fewer rows do: what would have come of it is known. */
export const LEAST_BACKLOG_ROWS = 3;

/** A lag that has grown may fall by that much from row to row and still be growing: percentiles of a second are noisy. */
export const LAG_NOISE = 0.8;

/**
 * Rows in which the generator was not well are left out of every conclusion; when they are more than this share of a
 * stretch, nothing is concluded from the rest of it either. Less for what a slow reader of ours would look like.
 */
export const UNSOUND_SHARE = 0.5;
export const UNSOUND_SHARE_OF_LAG = 0.34;

/** A lag that is this many times what the generator itself can have been late by is not its own, well or not. */
export const NOT_OUR_OWN = 10;

/**
 * A generator that waited for a CPU again and again, and was late by no more than this, is no reason for what took a
 * target seconds, or for what a target answered: a handshake that is answered that late is still answered.
 */
export const SMALL_DELAY_US = 100_000;

/** An event loop that was as busy as this may have left what was readable unread. */
export const BUSY = 0.9;

/** A generator that was unwell for three seconds on end can have lost connections by itself: it sent no heart-beats. */
export const UNWELL_ROWS = 3;

/** Shorter than this, a standstill can't be told from the tail of the latencies in rows of a second. */
export const STALL_US = 800_000;

/** Before and after a standstill the target is well: its slowest percent is this much below the standstill. */
export const WELL_SHARE = 0.25;

/** Fewer latencies than this have no distribution; the slowest percent of waiting up to some time is near that time. */
export const FEWEST_DELAYED = 20;
export const TAIL_SHARE = 0.8;
/** Waiting makes the middle latency many times what it was. */
export const RAISED = 3;

/** Nothing at all for that long, up to the end, is no pause any more: it hangs. */
export const HUNG_MS = 5000;

/** What a target broke from lies in the seconds before. */
export const BEFORE_MS = 10_000;

/** Connections that grew by a tenth within that time, and up to the end of it, are growing. */
export const GROWN_SHARE = 0.1;
export const UP_TO_MS = 2000;

/** Deliveries are healthy with half of them below this, and no more than this much of the inflow outstanding. */
export const HEALTHY_US = 250_000;
export const HEALTHY_OUTSTANDING_SEC = 0.5;

/** A missed heart-beat is noticed after that many agreed intervals (session/heartbeat.ts). */
export const MISSED_AFTER_INTERVALS = 2.5;
