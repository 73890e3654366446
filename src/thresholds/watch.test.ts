import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import type { ThresholdPlan } from '../model/thresholds.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { type SecondGiven, secondAt, thresholdOf, times } from './testing/seconds.js';
import { ThresholdWatch } from './watch.js';

const planWith = (...thresholds: readonly ThresholdPlan[]): RunPlan => ({
  ...samplePlan('sample', 100, 10, 1000),
  thresholds,
});

/** A watch that was told of these seconds, from the first on, and then of the end. */
function watched(
  thresholds: readonly ThresholdPlan[],
  seconds: readonly SecondGiven[],
  holdEndMs = Infinity,
): ThresholdWatch {
  const watch = new ThresholdWatch(planWith(...thresholds));
  watch.endsAt(holdEndMs);
  seconds.forEach((given, sec) => watch.second(secondAt(sec, given)));
  watch.windUp();
  watch.finish();
  return watch;
}

const delivered = (us: number, count = 10): SecondGiven => ({ latencies: { delivery: times(count, us) } });
const NOTHING: SecondGiven = {};
const EVERY_2S = { windowMs: 2000 };
const LATENCY = 'deliveries.latency.p50 < 1000us';

describe('windows', () => {
  it('are each judged by themselves, and one that is missed is a miss', () => {
    const seconds = [...times(4, 500), ...times(2, 1500), ...times(2, 500)].map((us) => delivered(us));
    const tally = watched([thresholdOf(LATENCY, EVERY_2S)], seconds).windowsOf(0);
    expect(tally?.outcome).toBe('miss');
    expect(tally?.windows).toEqual({
      judged: 4,
      missed: 1,
      tooFew: 0,
      unresolved: 0,
      worstFromMs: 4000,
      worstToMs: 6000,
    });
    expect(tally?.worst?.answer).toMatchObject({ observed: 1500, samples: 20 });
  });

  it('begin at `from`, whatever was before', () => {
    const seconds = [delivered(9000), ...times(4, 500).map((us) => delivered(us))];
    const tally = watched([thresholdOf(LATENCY, { ...EVERY_2S, fromMs: 1000 })], seconds).windowsOf(0);
    expect([tally?.outcome, tally?.windows.judged]).toEqual(['pass', 2]);
    expect(tally?.windows).toMatchObject({ worstFromMs: 1000, worstToMs: 3000 });
  });

  it('that do not end before the hold does are not judged', () => {
    const seconds = [delivered(500), delivered(500), delivered(500), delivered(9000)];
    const tally = watched([thresholdOf(LATENCY, EVERY_2S)], seconds, 3900).windowsOf(0);
    expect([tally?.outcome, tally?.windows.judged]).toEqual(['pass', 1]);
  });

  it('of what happens while connections leave go on after the hold', () => {
    const leaving = { latencies: { close: times(10, 9000) } };
    const asked = thresholdOf('phases.close.p50 < 1000us', EVERY_2S);
    const tally = watched([asked], [NOTHING, NOTHING, leaving, leaving], 2000).windowsOf(0);
    expect(tally?.windows).toMatchObject({ judged: 1, missed: 1, worstFromMs: 2000 });
  });

  it('with no sample at all are left out, and ones with too few are no pass', () => {
    const few = delivered(500, 1);
    const good = [delivered(500), delivered(500)];
    const asked = [thresholdOf(LATENCY, EVERY_2S)];
    const withGap = watched(asked, [...good, NOTHING, NOTHING, ...good]).windowsOf(0);
    expect([withGap?.outcome, withGap?.windows.judged]).toEqual(['pass', 2]);
    const withFew = watched(asked, [...good, few, few, ...good]).windowsOf(0);
    expect(withFew?.outcome).toBe('too-few');
    expect(withFew?.windows).toMatchObject({ judged: 2, tooFew: 1, worstFromMs: 0 });
  });

  it('of which there was none are no pass', () => {
    const tally = watched([thresholdOf(LATENCY, EVERY_2S)], [delivered(500)]).windowsOf(0);
    expect(tally?.outcome).toBe('too-few');
    expect(tally?.windows).toMatchObject({ judged: 0, worstFromMs: null });
    expect(tally?.worst).toBeNull();
  });

  it('are judged with the instrument’s error of their own time', () => {
    const noisy = { latencies: { delivery: times(10, 1200), 'read.delay': times(10, 500) } };
    const tally = watched(
      [thresholdOf(LATENCY, EVERY_2S)],
      [delivered(500), delivered(500), noisy, noisy],
    ).windowsOf(0);
    expect(tally?.outcome).toBe('unresolved');
    expect(tally?.windows).toMatchObject({ judged: 2, unresolved: 1, worstFromMs: 2000 });
  });

  it('count only what is of them: a share is of the connections under way in it', () => {
    const asked = thresholdOf('connections.failed < 50%', EVERY_2S);
    const seconds = [{ counts: { started: 90 } }, NOTHING, { counts: { started: 10, failed: 10 } }, NOTHING];
    const tally = watched([asked], seconds).windowsOf(0);
    expect(tally?.worst?.answer).toMatchObject({ observed: 0.1, samples: 100 });
  });
});

describe('a threshold from a moment on, without windows', () => {
  it('is one window from there to the end of the hold', () => {
    const seconds = [9000, 500, 500, 500, 9000].map((us) => delivered(us));
    const tally = watched([thresholdOf(LATENCY, { fromMs: 1000 })], seconds, 4000).windowsOf(0);
    expect(tally?.outcome).toBe('pass');
    expect(tally?.windows).toMatchObject({ judged: 1, worstFromMs: 1000, worstToMs: 4000 });
    expect(tally?.worst?.answer.samples).toBe(30);
  });

  it('is no pass where the hold ended before that moment', () => {
    const tally = watched([thresholdOf(LATENCY, { fromMs: 9000 })], [delivered(500)]).windowsOf(0);
    expect(tally?.outcome).toBe('too-few');
  });
});

describe('a threshold that ends the run', () => {
  const ABORT = { abort: true };
  const failing = { counts: { started: 10, failed: 1 } };
  const FAILED = 'connections.failed < 5%';

  it('does so at the first second by whose end it is missed', () => {
    const watch = new ThresholdWatch(planWith(thresholdOf(FAILED, ABORT)));
    expect(watch.second(secondAt(0, { counts: { started: 15 } }))).toBeNull();
    expect(watch.second(secondAt(1, failing))).toBeNull();
    const aborted = watch.second(secondAt(2, failing));
    expect(aborted).toMatchObject({ index: 0, atMs: 3000, windows: null });
    expect(aborted?.answer).toMatchObject({ outcome: 'miss', samples: 35 });
    expect(aborted?.text).toMatch(
      /^connections\.failed was 5\.71 % of 35, .*; it ended the run after 3 s\.$/,
    );
    expect(watch.aborted).toBe(aborted);
  });

  it('does so once, and not when the run is being wound up already', () => {
    const watch = new ThresholdWatch(planWith(thresholdOf(FAILED, ABORT)));
    expect(watch.second(secondAt(0, failing))).not.toBeNull();
    expect(watch.second(secondAt(1, failing))).toBeNull();
    const stopped = new ThresholdWatch(planWith(thresholdOf(FAILED, ABORT)));
    stopped.windUp();
    expect(stopped.second(secondAt(0, failing))).toBeNull();
    expect(stopped.aborted).toBeNull();
  });

  it('does so no sooner than `after`', () => {
    const watch = new ThresholdWatch(planWith(thresholdOf(FAILED, { ...ABORT, afterMs: 3000 })));
    const ended = [0, 1, 2].map((sec) => watch.second(secondAt(sec, failing)) !== null);
    expect(ended).toEqual([false, false, true]);
  });

  it('does not for want of samples, nor within the instrument’s error', () => {
    const asked = thresholdOf('phases.connect.p50 < 1000us', ABORT);
    const few = watched([asked], [{ latencies: { connect: times(4, 9000) } }]);
    expect(few.aborted).toBeNull();
    const noise = times(10, 9000);
    expect(watched([asked], [{ latencies: { connect: noise, 'read.delay': noise } }]).aborted).toBeNull();
    expect(watched([asked], [{ latencies: { connect: noise } }]).aborted).not.toBeNull();
  });

  it('with windows does so by the window that is missed, with the windows until then', () => {
    const watch = new ThresholdWatch(planWith(thresholdOf(LATENCY, { ...EVERY_2S, ...ABORT })));
    const seconds = [500, 500, 1500, 1500, 9000, 9000];
    const ends = seconds.map((us, sec) => watch.second(secondAt(sec, delivered(us)))?.atMs ?? null);
    expect(ends).toEqual([null, null, null, 4000, null, null]);
    expect(watch.aborted).toMatchObject({
      answer: { observed: 1500 },
      windows: { judged: 2, missed: 1, worstFromMs: 2000, worstToMs: 4000 },
    });
  });

  it('ends the windows of all others', () => {
    const watch = watched(
      [thresholdOf(FAILED, ABORT), thresholdOf(LATENCY, EVERY_2S)],
      [delivered(500), { ...delivered(500), ...failing }, delivered(9000), delivered(9000)],
    );
    expect(watch.windowsOf(1)?.windows).toMatchObject({ judged: 1, missed: 0 });
  });

  it('is the first in the plan where several are missed in one second', () => {
    const asked = [thresholdOf(LATENCY, { ...ABORT, fromMs: 1000 }), thresholdOf(FAILED, ABORT)];
    const watch = watched(asked, [NOTHING, { ...failing, latencies: { delivery: times(9, 9000) } }]);
    expect(watch.aborted?.index).toBe(0);
  });
});
