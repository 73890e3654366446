import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect } from 'vitest';
import { PHASES } from '../../src/model/phases.js';
import type { RunResult } from '../../src/model/result.js';

/**
 * What has to hold between the figures of any result, whatever the target did: nothing is counted twice or lost,
 * and no phase's histogram has a sample of an attempt that failed in it.
 */
export function expectSoundCounts(result: RunResult): void {
  const { connections, failures, phases, series } = result;
  expect(connections.complete + connections.failed + connections.unfinished).toBe(connections.attempted);

  const ofConnections = failures.filter(({ role }) => role === 'connection');
  expect(sum(ofConnections.map(({ count }) => count))).toBe(connections.failed);
  expect(sum(series.map(({ failed }) => failed))).toBe(connections.failed);
  expect(sum(series.map(({ complete }) => complete))).toBe(connections.complete);

  let entered = connections.attempted;
  for (const phase of PHASES) {
    const measured = phases[phase];
    const failedHere = sum(ofConnections.filter((row) => row.phase === phase).map(({ count }) => count));
    if (measured === undefined) {
      expect(failedHere, `${phase} is no phase of this scenario`).toBe(0);
      continue;
    }
    expect(measured.failed, `failed in ${phase}`).toBe(failedHere);
    expect(measured.count + measured.failed, `${phase} began`).toBeLessThanOrEqual(entered);
    expect(samplesIn(result, phase), `samples of ${phase}`).toBe(measured.count - measured.unconfirmed);
    entered = measured.count;
  }
}

/** What was expected came, once, in order, unharmed and to the right place, and nothing else came. */
export function expectAllDelivered({ deliveries }: RunResult): void {
  expect(deliveries).toMatchObject({
    received: deliveries.expected,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    misrouted: 0,
    corrupted: 0,
    foreign: 0,
  });
}

/** How many values the histogram of a latency has, by the histogram itself. */
export function samplesIn(result: RunResult, latency: string): number {
  const encoded = result.histograms[latency];
  return encoded === undefined ? 0 : decodeFromCompressedBase64(encoded).totalCount;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
