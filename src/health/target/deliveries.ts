import type { Finding } from '../../model/findings.js';
import type { Measured } from '../measured.js';
import { formatCount } from '../../shared/units.js';
import { found, many } from './found.js';
import type { Backlog } from './delivery-backlog.js';
import { MISSED_AFTER_INTERVALS } from './thresholds.js';
import { type Slice, type Timeline, sumOf } from './timeline.js';

/** Messages that came to the wrong place, more than once, or in another order than the scenario asks for. */
export function wrongDeliveries({ deliveries, plan, series }: Measured): Finding[] {
  const { misrouted, duplicated, reordered, received } = deliveries;
  const ofAll = `beside ${many(received, 'right one')}`;
  const atMs = (series.find((row) => row.received > 0)?.atSec ?? 0) * 1000;
  const findings: Finding[] = [];
  if (misrouted > 0) {
    const text = `${many(misrouted, 'message')} came to subscriptions of other destinations, ${ofAll}.`;
    findings.push(found('deliveries-misrouted', 'critical', atMs, text, { misrouted, received }));
  }
  if (duplicated > 0) {
    const text = `${many(duplicated, 'copy', 'copies')} came of messages that their subscription had had before, ${ofAll}.`;
    findings.push(found('deliveries-duplicated', 'warning', atMs, text, { duplicated, received }));
  }
  if (reordered > 0 && plan.subscribe.some(({ ordered }) => ordered)) {
    const text = `${many(reordered, 'message')} came after a later one of the same publisher and destination, of ${formatCount(received)} in all.`;
    findings.push(found('deliveries-reordered', 'warning', atMs, text, { reordered, received }));
  }
  return findings;
}

/**
 * Deliveries that never came, although their connections stayed: what was on its way to a connection that ended is
 * lost with it, and what still came at the end of the run had only not been waited for.
 */
export function lostDeliveries({ slices }: Timeline, measured: Measured, backlog: Backlog | null): Finding[] {
  const { run, connections } = measured;
  const { lost, expected } = measured.deliveries;
  // A run that was cut off ends with everything that was on its way.
  if (lost === 0 || run.marksMs.holdEnd === undefined || run.marksMs.stopAsked !== undefined) return [];
  const withConnections = lostWithConnections(slices) + lostInSilence(slices, measured);
  if (lost - withConnections < 1 || stillComing(slices)) return [];
  // What waited when publishing ended had only the drain time.
  if (backlog !== null && lost <= backlog.outstanding) return [];
  const lastWithout = slices.findLastIndex(({ outstanding }) => outstanding === 0);
  const share = (lost / Math.max(1, expected)) * 100;
  const dropped =
    connections.droppedWhileHolding === 0
      ? ''
      : ` At most ${formatCount(Math.round(withConnections))} of them can have been on their way to connections that ended, if these were owed no more than twice what others were.`;
  const text = `${formatCount(lost)} of ${many(expected, 'delivery', 'deliveries')} that were due never came (${share < 0.01 ? 'less than 0.01' : share.toFixed(2)} %), and nothing more was coming in the end.${dropped}`;
  return [
    found('deliveries-lost', 'critical', slices[lastWithout + 1]?.startMs ?? 0, text, { lost, expected }),
  ];
}

/** The part of what was outstanding or due that belonged to the connections which ended, at twice what others had. */
function lostWithConnections(slices: readonly Slice[]): number {
  let bound = 0;
  let outstandingBefore = 0;
  for (const { lost, openBefore, opened, expected, outstanding } of slices) {
    const had = openBefore + opened;
    if (lost > 0 && had > 0) {
      // One connection can be owed more than another: twice its part, and all when most are gone.
      const part = Math.min(1, (2 * lost) / had);
      bound += part * (Math.max(0, outstandingBefore - bound) + expected);
    }
    outstandingBefore = outstanding;
  }
  return Math.ceil(bound);
}

/**
 * What was due, at twice what others had, to connections that fell silent, from the last byte of theirs on. Infinity
 * where it is not known since when they were silent.
 */
function lostInSilence(slices: readonly Slice[], { series, server }: Measured): number {
  let bound = 0;
  slices.forEach(({ startMs, endMs, openBefore, opened }, i) => {
    // A failure may be counted a row later than its moment, or earlier.
    const silent = series[i]?.failures['heartbeat-missed'] ?? 0;
    if (silent === 0) return;
    const receiveMs = server.heartbeatMs?.receive ?? 0;
    if (receiveMs === 0) {
      bound = Infinity;
      return;
    }
    const sinceMs = startMs - receiveMs * MISSED_AFTER_INTERVALS - (endMs - startMs);
    const due = sumOf(
      slices.filter((slice) => slice.endMs > sinceMs && slice.startMs < endMs),
      ({ expected }) => expected,
    );
    bound += Math.min(1, (2 * silent) / Math.max(1, openBefore + opened)) * due;
  });
  return Math.ceil(bound);
}

/** Whether deliveries came until the very end of the time in which they were waited for. */
function stillComing(slices: readonly Slice[]): boolean {
  const lastDue = slices.findLastIndex(({ published }) => published > 0);
  const after = slices.slice(lastDue + 1).filter(({ open }) => open > 0);
  const last = after.at(-1);
  return last !== undefined && last.received > 0 && last.outstanding > 0;
}
