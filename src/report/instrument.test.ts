import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { renderHtml } from './html.js';
import { formatLatency, instrumentErrorUs } from './instrument.js';
import { passingRun } from './testing/sample-result.js';
import { renderText } from './text.js';

const PLAIN = { color: false, columns: 120, reportDir: null };

/** A run whose reads were delayed by up to that long, 99 of 100 times. */
function withError(p99: number | null): RunResult {
  const run = passingRun();
  const flat = (us: number) => ({ min: us, mean: us, p50: us, p90: us, p99: us, p999: us, max: us });
  return {
    ...run,
    generator: { ...run.generator, readDelayUs: p99 === null ? null : flat(p99) },
    schedule: { ...run.schedule, lagUs: flat(5) },
    publishing: { ...run.publishing, lagUs: flat(5) },
  };
}

const body = (page: string): string => page.slice(page.indexOf('<body>'));

describe("the instrument's error", () => {
  it('is the p99 of the delay before a read', () => {
    expect(instrumentErrorUs(passingRun())).toBe(310);
    expect(instrumentErrorUs(withError(null))).toBeNull();
  });

  it.each([
    [309, 310, '~309\u00a0µs'],
    [310, 310, '310\u00a0µs'],
    [0, 310, '~0\u00a0µs'],
    [5, null, '5\u00a0µs'],
  ])('of %d µs with an error of %s stands %s', (us, errorUs, text) => {
    expect(formatLatency(us, errorUs)).toBe(text);
  });

  it('stands at every table of latencies, in the text and on the page', () => {
    const note = "Instrument's error ± 310\u00a0µs: p99 of the generator's own delay before a read.";
    expect(renderText(passingRun(), PLAIN)).toContain(note.replace('\u00a0', ' '));
    expect(renderHtml(passingRun()).split(note.replaceAll("'", '&#39;'))).toHaveLength(3);
  });

  it('marks nothing, and says nothing of marks, where every latency is above it', () => {
    expect(renderText(withError(1), PLAIN)).not.toContain('~');
    expect(body(renderHtml(withError(1)))).not.toMatch(/not resolvable|<td class="[^"]*unresolved/);
  });

  it('marks every latency below it, and explains the mark', () => {
    const text = renderText(withError(3_600_000_000), { ...PLAIN, columns: 400 });
    expect(text).toMatch(/tcp +1,000 +0( +~\S+ \S+){5}\n/);
    expect(text).toMatch(/delivery( +~\S+ \S+){5}\n/);
    expect(text).toContain('~ marks a latency below it: not resolvable.');
    expect(body(renderHtml(withError(3_600_000_000)))).toContain('not resolvable');
  });

  it('is none of how late the generator itself was: nothing is read for that', () => {
    const page = renderHtml(withError(1000));
    const row = /<th scope="row">arrivals late by<\/th>(.*?)<\/tr>/.exec(page)?.[1];
    expect(row?.match(/<td class="\w+">5\u00a0µs<\/td>/g)).toHaveLength(7);
  });

  it('is said to be unknown where nothing was read', () => {
    expect(renderText(withError(null), PLAIN)).toContain("The instrument's error is not known");
  });
});
