import { HistogramLogReader, decodeFromCompressedBase64, listTags, type Histogram } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { Aggregator } from '../metrics/aggregator.js';
import { Recorder } from '../metrics/recorder.js';
import { GAUGES } from '../metrics/testing/snapshots.js';
import { LATENCIES } from '../model/phases.js';
import type { RunResult } from '../model/result.js';
import { renderHlog } from './hlog.js';
import { encodedHistogram } from './testing/sample-blocks.js';
import { passingRun, regressedRun } from './testing/sample-result.js';

const STARTED_MS = Date.UTC(2025, 2, 14, 9, 26, 53);

/** All of a log, by the library's own reader. */
function read(log: string): readonly Histogram[] {
  const reader = new HistogramLogReader(log, 64);
  const found: Histogram[] = [];
  for (;;) {
    const next = reader.nextIntervalHistogram();
    if (next === null) return found;
    found.push(next);
  }
}

function withBlocks(...blocks: RunResult['blocks']): RunResult {
  return { ...passingRun(), blocks };
}

function block(atSec: number, widthSec: number, samplesUs: readonly number[]): RunResult['blocks'][number] {
  const counts = { started: 0, complete: 0, failed: 0, published: 0, expected: 0, received: 0 };
  return { atSec, widthSec, ...counts, histograms: { delivery: encodedHistogram(samplesUs) } };
}

/** A run of five seconds in which every latency that there is was measured, the first one least often. */
function measuredRun(): RunResult {
  const startUs = 1e9;
  const recorder = new Recorder(0, (text) => text);
  const aggregator = new Aggregator({ startUs, workers: [0], drainUs: 0, plannedTotalAtMs: () => 0 });
  recorder.begin(startUs);
  for (let second = 1; second <= 5; second++) {
    LATENCIES.forEach((latency, i) => {
      for (let sample = 0; sample <= i; sample++) recorder.latency(latency, 100 * second + sample);
    });
    aggregator.add(recorder.take(startUs + second * 1e6, { ...GAUGES }));
  }
  aggregator.finish();
  return { ...passingRun(), blocks: aggregator.blocks, histograms: aggregator.encodedHistograms() };
}

describe('latencies.hlog', () => {
  it('is read back by HdrHistogram: one interval for each latency of each block', () => {
    const run = regressedRun();
    const log = renderHlog(run);
    expect(listTags(log).sort()).toEqual(['connect', 'delivery']);
    const expected = run.blocks.flatMap(({ atSec, widthSec, histograms }) =>
      (['connect', 'delivery'] as const)
        .filter((latency) => latency in histograms)
        .map((latency) => [latency, STARTED_MS + atSec * 1000, STARTED_MS + (atSec + widthSec) * 1000]),
    );
    const found = read(log).map((one) => [one.tag, one.startTimeStampMsec, one.endTimeStampMsec]);
    expect(found).toEqual(expected);
  });

  it('has nanoseconds, off by no more than what a histogram rounds, from 1 µs to an hour', () => {
    for (const us of [1, 7, 181, 2047, 2048, 4099, 65_537, 1_234_567, 250_000_000, 3_600_000_000]) {
      const [one] = read(renderHlog(withBlocks(block(0, 1, [us]))));
      const readUs = (one?.getValueAtPercentile(50) ?? 0) / 1000;
      expect(Math.abs(readUs - us) / us, `${us} µs read as ${readUs}`).toBeLessThan(0.002);
    }
  });

  it('has every sample, and percentiles as they were', () => {
    const samples = Array.from({ length: 5000 }, (_, i) => 300 + i * 3);
    const [one] = read(renderHlog(withBlocks(block(4, 2, samples))));
    expect(one?.totalCount).toBe(5000);
    for (const percentile of [1, 50, 90, 99, 99.9]) {
      const exact = samples[Math.ceil((percentile / 100) * samples.length) - 1] ?? 0;
      expect((one?.getValueAtPercentile(percentile) ?? 0) / 1000 / exact).toBeCloseTo(1, 2);
    }
  });

  it('gives the longest of an interval in milliseconds', () => {
    const line = renderHlog(withBlocks(block(2, 3, [12_500])))
      .split('\n')
      .find((text) => text.startsWith('Tag='));
    const [tag, start, length, max] = line?.split(',') ?? [];
    expect([tag, start, length]).toEqual(['Tag=delivery', '2.000', '3.000']);
    expect(Number(max)).toBeCloseTo(12.5, 1);
  });

  it('begins as the format asks for, and has no empty line, which ends a log for the reader in Java', () => {
    const lines = renderHlog(regressedRun()).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines[1]).toBe('#[Histogram log format version 1.3]');
    expect(lines[2]).toBe('#[StartTime: 1741944413.000 (seconds since epoch), 2025-03-14T09:26:53.000Z]');
    expect(lines[3]).toBe('#[BaseTime: 1741944413.000 (seconds since epoch)]');
    expect(lines[4]).toBe(
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    );
    expect(lines.filter((line) => line === '')).toEqual([]);
    expect(lines.slice(5).every((line) => line.startsWith('Tag='))).toBe(true);
  });

  it('adds up, latency by latency, to the histograms of the run, whether blocks have them or not', () => {
    const run = measuredRun();
    expect(run.blocks.length).toBeGreaterThan(1);
    const totals: Record<string, number> = {};
    for (const { tag, totalCount } of read(renderHlog(run))) totals[tag] = (totals[tag] ?? 0) + totalCount;
    const ofRun = Object.entries(run.histograms).map(([latency, encoded]) => [
      latency,
      decodeFromCompressedBase64(encoded).totalCount,
    ]);
    expect(ofRun.map(([latency]) => latency).sort()).toEqual([...LATENCIES].sort());
    expect(totals).toEqual(Object.fromEntries(ofRun));
  });

  it('begins with what no block has, as one interval of the whole run', () => {
    const run = { ...regressedRun(), histograms: { 'due.tcp': encodedHistogram([500, 600]) } };
    const [first, ...others] = read(renderHlog(run));
    expect(first).toMatchObject({ tag: 'due.tcp', startTimeStampMsec: STARTED_MS, totalCount: 2 });
    expect(first?.endTimeStampMsec).toBe(STARTED_MS + run.run.durationMs);
    expect(others.map(({ tag }) => tag)).not.toContain('due.tcp');
  });

  it('has the whole run as one interval where it has no blocks', () => {
    const run = { ...passingRun(), histograms: { 'due.tcp': encodedHistogram([500, 600]) } };
    const [one, ...others] = read(renderHlog(run));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ tag: 'due.tcp', startTimeStampMsec: STARTED_MS });
    expect(one?.endTimeStampMsec).toBe(STARTED_MS + run.run.durationMs);
  });

  it('is a log without intervals where nothing was measured', () => {
    expect(read(renderHlog(passingRun()))).toEqual([]);
  });

  it('has nothing in its comment that could end its line', () => {
    const run = passingRun();
    const log = renderHlog({ ...run, stompede: '1\n2,0,0,x', run: { ...run.run, id: 'a\r\nb' } });
    expect(log.split('\n')[0]).toBe('#[stompede 1200x, run ab, values in nanoseconds]');
  });

  it('says which histogram it was that can’t be decoded', () => {
    const run = { ...passingRun(), histograms: { connect: 'AAAA' } };
    expect(() => renderHlog(run)).toThrow(/the histogram of connect can't be decoded/);
  });
});
