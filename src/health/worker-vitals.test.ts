import { afterEach, describe, expect, it } from 'vitest';
import { WorkerVitals } from './worker-vitals.js';

const DELAYS = { readDelayMaxUs: 0, ownLagMaxUs: 0 };

describe('the interval after a standstill', () => {
  let nowUs = 0;
  const vitals = new WorkerVitals(
    () => nowUs,
    false,
    () => ({ transfers: 0, messages: 0, connects: 0 }),
  );

  afterEach(() => {
    nowUs += 10_000;
    vitals.take(DELAYS);
    nowUs += 10_000;
    vitals.take(DELAYS);
  });

  const after = (us: number): number => {
    nowUs += us;
    return vitals.take(DELAYS).stoodStillBeforeUs;
  };

  it('says how long that was, where the snapshot before was taken as soon as the loop turned again', () => {
    expect(after(3e6)).toBe(0);
    expect(after(10_000)).toBeGreaterThan(2.9e6);
    expect(after(10_000)).toBe(0);
  });

  it('says nothing of one after which the loop turned before the snapshot was taken', () => {
    nowUs += 3e6;
    vitals.turned();
    expect(after(20_000)).toBe(0);
    expect(after(10_000)).toBe(0);
  });

  it('says nothing of one that was too short to count, or before the run', () => {
    after(150_000);
    expect(after(10_000)).toBe(0);
    nowUs += 5e6;
    vitals.begin();
    expect(after(10_000)).toBe(0);
  });
});
