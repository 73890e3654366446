import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyUs } from '../metrics/testing/arbitraries.js';
import { Handover, MAX_UNTAKEN } from './handover.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { RunTotals } from './protocol.js';
import { secondOf } from './testing/seconds.js';

/** A handover whose messages stay where they are until they are taken. */
function stalled(): { handover: Handover; sent: RunTotals[] } {
  const sent: RunTotals[] = [];
  return { handover: new Handover((totals) => sent.push(totals)), sent };
}

describe('Handover', () => {
  it('sends a second as soon as it has come, with the counts of the whole run', () => {
    const { handover, sent } = stalled();
    handover.second(secondOf({ atSec: 0, counts: { started: 3 }, published: 2, open: 3 }));
    handover.second(secondOf({ atSec: 1, counts: { started: 4 }, published: 5, open: 7 }));
    expect(
      sent.map(({ throughSec, counts, published, open }) => [throughSec, counts.started, published, open]),
    ).toEqual([
      [1, 3, 2, 3],
      [2, 7, 7, 7],
    ]);
  });

  it('sends nothing more to one who has not taken in the last messages, however long that is', () => {
    const { handover, sent } = stalled();
    for (let atSec = 0; atSec < 500; atSec++) handover.second(secondOf({ atSec }));
    expect(sent).toHaveLength(MAX_UNTAKEN);
  });

  it('sends what has waited as one message when one is taken, and counts the seconds that lost a message of their own', () => {
    const { handover, sent } = stalled();
    for (let atSec = 0; atSec < MAX_UNTAKEN + 5; atSec++)
      handover.second(secondOf({ atSec, counts: { started: 1 } }));
    handover.taken();
    expect(sent.at(-1)).toMatchObject({
      throughSec: MAX_UNTAKEN + 5,
      mergedSec: 4,
      counts: { started: MAX_UNTAKEN + 5 },
    });
  });

  it('sends nothing when one is taken and nothing waits', () => {
    const { handover, sent } = stalled();
    handover.second(secondOf({}));
    handover.taken();
    expect(sent).toHaveLength(1);
    expect(handover.rest()).toBeNull();
  });

  it('merges what a generator was like into the worst of it, and its CPU time into the sum', () => {
    const { handover } = stalled();
    for (let i = 0; i < MAX_UNTAKEN; i++) handover.second(secondOf({ generator: { cpuMs: 100 } }));
    handover.second(secondOf({ generator: { cpuMs: 100, loopDelayMaxUs: 90_000, utilization: 0.2 } }));
    handover.second(secondOf({ generator: { cpuMs: 100, loopDelayMaxUs: 4000, utilization: 0.9 } }));
    expect(handover.rest()).toMatchObject({
      cpuMs: (MAX_UNTAKEN + 2) * 100,
      generator: { loopDelayMaxUs: 90_000, utilization: 0.9 },
    });
  });

  it('adds up failures by role, phase and kind, whatever codes they came with', () => {
    const { handover } = stalled();
    const failure = { role: 'connection', phase: 'upgrade', kind: 'upgrade-status', sample: null } as const;
    for (let i = 0; i < MAX_UNTAKEN; i++) handover.second(secondOf({}));
    handover.second(
      secondOf({
        failures: [
          { ...failure, code: 503, count: 2 },
          { ...failure, code: 404, count: 1 },
        ],
      }),
    );
    handover.second(secondOf({ failures: [{ ...failure, role: 'publisher', code: 503, count: 4 }] }));
    expect(handover.rest()?.failures).toEqual([
      { role: 'connection', phase: 'upgrade', kind: 'upgrade-status', side: 'target', count: 3 },
      { role: 'publisher', phase: 'upgrade', kind: 'upgrade-status', side: 'target', count: 4 },
    ]);
  });

  it('loses no sample and no count, whenever messages are taken', () => {
    const anySecond = fc.record({
      us: fc.array(anyUs, { maxLength: 8 }),
      started: fc.nat(9),
      takenAfter: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(anySecond, { maxLength: 60 }), (seconds) => {
        const { handover, sent } = stalled();
        for (const [atSec, { us, started, takenAfter }] of seconds.entries()) {
          handover.second(secondOf({ atSec, counts: { started }, recorded: { delivery: us } }));
          for (let i = 0; i < takenAfter; i++) handover.taken();
        }
        const rest = handover.rest();
        const all = rest === null ? sent : [...sent, rest];
        const histogram = new LatencyHistogram();
        for (const { latencies } of all) for (const counts of latencies) histogram.add(counts);
        const recorded = seconds.flatMap(({ us }) => us);
        expect(histogram.count).toBe(recorded.length);
        expect(histogram.sumSec).toBeCloseTo(recorded.reduce((sum, us) => sum + us, 0) / 1e6, 6);
        expect(all.at(-1)?.counts.started ?? 0).toBe(seconds.reduce((sum, { started }) => sum + started, 0));
      }),
    );
  });
});
