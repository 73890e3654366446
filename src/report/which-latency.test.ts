import { describe, expect, it } from 'vitest';
import type { LatencySummary, RunResult } from '../model/result.js';
import { renderHtml } from './html.js';
import { passingRun } from './testing/sample-result.js';
import { renderText } from './text.js';
import { whichLatency } from './which-latency.js';

const MS = 1000;

function withP99(p99: number): LatencySummary {
  return { min: 1, mean: 1, p50: 1, p90: 1, p99, p999: p99, max: p99 };
}

/** Deliveries with these p99s from the SEND and from due; nothing is late by less than 10 ms. */
function deliveries(fromSendUs: number, fromDueUs: number): RunResult {
  const run = passingRun();
  return {
    ...run,
    deliveries: {
      ...run.deliveries,
      latencyUs: withP99(fromSendUs),
      latencyFromDueUs: withP99(fromDueUs),
    },
  };
}

describe('which of two latencies to read', () => {
  it('is the one from due where the other is half of it or less, and why is said', () => {
    const [sentence, ...others] = whichLatency(deliveries(3 * MS, 2000 * MS));
    expect(others).toEqual([]);
    expect(sentence).toMatch(
      /^Of deliveries read the row from due \(p99 2\.00\ss\), not the one from the SEND \(p99 3\.00\sms\)/,
    );
    expect(sentence).toMatch(/coordinated omission/);
  });

  it.each([
    ['equal', 40 * MS, 40 * MS],
    ['different by less than twice', 40 * MS, 79 * MS],
    ['different by less than what is called late', 1 * MS, 11 * MS],
  ])('is not said where they are %s', (_, fromSend, fromDue) => {
    expect(whichLatency(deliveries(fromSend, fromDue))).toEqual([]);
  });

  it('is said of arrivals that were started late', () => {
    const run = passingRun();
    const { tcp } = run.phases;
    if (tcp === undefined) throw new Error('the sample has no tcp');
    const late = { ...tcp, us: withP99(1 * MS), fromDueUs: withP99(500 * MS) };
    expect(whichLatency({ ...run, phases: { ...run.phases, tcp: late } })).toEqual([
      expect.stringMatching(/^Of tcp read the row from due/),
    ]);
  });

  it('stands at the latencies, in the text and on the page', () => {
    const stalled = deliveries(3 * MS, 2000 * MS);
    const text = renderText(stalled, { color: false, columns: 400, reportDir: null });
    expect(text).toContain('Of deliveries read the row from due');
    expect(renderHtml(stalled)).toContain('Of deliveries read the row from due');
  });

  it('is the one that stands among the numbers that matter', () => {
    const figure = (result: RunResult): string | undefined =>
      /<dt>(Delivery[^<]*<\/dt><dd[^>]*>[^<]*)/.exec(renderHtml(result))?.[1]?.replace(/<[^>]*>/g, ' ');
    expect(figure(deliveries(3 * MS, 2000 * MS))).toBe('Delivery from due, p99  2.00\u00a0s');
    expect(figure(deliveries(3 * MS, 4 * MS))).toBe('Delivery, p99  3.00\u00a0ms');
  });
});
