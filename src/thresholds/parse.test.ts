import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARATORS } from '../model/thresholds.js';
import { isThresholdProblem } from './grammar.js';
import { ENTRIES } from './lookup.js';
import { type ParsedThreshold, parseThreshold } from './parse.js';

function parsed(text: string): ParsedThreshold {
  const result = parseThreshold(text);
  if (isThresholdProblem(result)) throw new Error(`${result.message}: ${result.hint}`);
  return result;
}

describe('a threshold', () => {
  it.each([
    ['connections.complete == 100%', 'connections.complete', '==', 1, 'share'],
    ['phases.connect.p99 < 250ms', 'phases.connect.p99', '<', 250_000, 'us'],
    ['phases.upgrade.failed < 0.1%', 'phases.upgrade.failed', '<', 0.001, 'share'],
    ['deliveries.lost == 0', 'deliveries.lost', '==', 0, 'count'],
    ['deliveries.latency.p99.9 < 1s', 'deliveries.latency.p99.9', '<', 1_000_000, 'us'],
    ['failures.kind(stomp-error) == 0', 'failures.kind(stomp-error)', '==', 0, 'count'],
    ['failures.phase(upgrade) <= 3', 'failures.phase(upgrade)', '<=', 3, 'count'],
    ['findings.kind(stalled) != 1', 'findings.kind(stalled)', '!=', 1, 'count'],
    ['deliveries.rate > 2_800/s', 'deliveries.rate', '>', 2800, 'perSec'],
    ['generator.maxRss <= 1.5GB', 'generator.maxRss', '<=', 1.5 * 1024 ** 3, 'bytes'],
    ['connections.peakOpen >= 10_000', 'connections.peakOpen', '>=', 10_000, 'count'],
    ['phases.dns.fromDue.max < 2m', 'phases.dns.fromDue.max', '<', 120_000_000, 'us'],
    ['generator.cpu < 90m', 'generator.cpu', '<', 5_400_000_000, 'us'],
  ])('%s', (text, metric, comparator, bound, unit) => {
    const result = parsed(text);
    expect({ ...result, metric: result.metric.name }).toEqual({
      metric,
      comparator,
      bound,
      unit,
      that: expect.any(String) as string,
    });
  });

  it.each([
    ['  phases.connect.p99<250ms ', 'phases.connect.p99 < 250ms'],
    ['phases.connect.p99.50 <= 0.25 s', 'phases.connect.p99.5 <= 250ms'],
    ['phases.connect.p05 < 90000ms', 'phases.connect.p5 < 90s'],
    ['phases.connect.p50 < 120s', 'phases.connect.p50 < 2m'],
    ['phases.connect.max < 1234567us', 'phases.connect.max < 1234.567ms'],
    ['phases.connect.mean < 0.0005ms', 'phases.connect.mean < 0.5us'],
    ['phases.connect.min > 0 µs', 'phases.connect.min > 0ms'],
    ['connections.failed < 0.10 %', 'connections.failed < 0.1%'],
    ['connections.failed\t<\n1_000', 'connections.failed < 1000'],
    ['generator.maxRss < 1024kb', 'generator.maxRss < 1MB'],
    ['generator.maxRss < 1.5GB', 'generator.maxRss < 1536MB'],
    ['generator.maxRss < 1025B', 'generator.maxRss < 1025B'],
  ])('%j has one spelling: %s', (text, that) => {
    expect(parsed(text).that).toBe(that);
  });

  const numeral = fc
    .tuple(fc.oneof(fc.nat(100), fc.nat(3_000_000)), fc.option(fc.nat(999_999), { nil: null }))
    .map(([whole, decimals]) => (decimals === null ? `${whole}` : `${whole}.${decimals}`));
  const unit = fc.constantFrom('us', 'ms', 's', 'm', '%', '/s', 'B', 'KB', 'MB', 'GB', '');
  const statistic = fc.oneof(
    fc.constantFrom('min', 'mean', 'max'),
    fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat(9999)).map(([a, b]) => `p${a}.${b}`),
  );
  const names = [...ENTRIES.keys()];
  const metric = fc.oneof(
    fc.constantFrom(...names.filter((name) => ENTRIES.get(name)?.family.unit !== 'us')),
    fc
      .tuple(fc.constantFrom(...names.filter((name) => ENTRIES.get(name)?.family.unit === 'us')), statistic)
      .map(([name, figure]) => `${name}.${figure}`),
    fc.constantFrom('generator.cpu', 'generator.maxRss', 'deliveries.rate'),
  );
  const anyThreshold = fc
    .tuple(metric, fc.constantFrom(...COMPARATORS), numeral, unit)
    .map(([name, comparator, number, written]) => `${name} ${comparator} ${number}${written}`);

  it('comes back the same from its one spelling', () => {
    let good = 0;
    fc.assert(
      fc.property(anyThreshold, (text) => {
        const first = parseThreshold(text);
        if (isThresholdProblem(first)) return;
        good++;
        const { metric, ...rest } = parsed(first.that);
        expect({ ...rest, metric: metric.name }).toEqual({ ...first, metric: first.metric.name });
      }),
      { numRuns: 3000, seed: 5 },
    );
    expect(good).toBeGreaterThan(300);
  });

  it('is read without an exception from any text, and a problem lies within the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'phases',
        '.',
        'connect',
        'p99',
        '<',
        '==',
        '(',
        ')',
        '250',
        'ms',
        '%',
        ' ',
        '_',
        '/s',
        '\n',
      ),
      fc.constantFrom(
        'failures.kind',
        'deliveries.lost',
        'constructor',
        '__proto__',
        'toString',
        '≤',
        '-',
        'e9',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        const result = parseThreshold(text);
        if (!isThresholdProblem(result)) return;
        expect(result.offset).toBeGreaterThanOrEqual(0);
        expect(result.offset).toBeLessThanOrEqual(text.length);
        expect(result.hint).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('is not read from a text without end', () => {
    expect(parseThreshold(`phases.connect.p99 < ${'1'.repeat(1_000_000)}`)).toMatchObject({
      message: 'a threshold has at most 256 characters',
    });
  });
});

describe('a problem names the character, and what to write instead', () => {
  const COMMAND = 'stompede validate --metrics lists all of them';
  // ^ stands before the character that is meant.
  it.each([
    ['^', 'there is no metric here', 'write e.g. phases.connect.p99 < 250ms'],
    ['^< 3', 'there is no metric here', 'write e.g. phases.connect.p99 < 250ms'],
    ['deliveries.lost^', 'there is no comparator here', 'write one of < <= > >= == !='],
    ['deliveries.lost ^is 0', 'there is no comparator here', 'write one of < <= > >= == !='],
    ['deliveries.lost ^= 0', 'there is no such comparator', 'write =='],
    ['deliveries.lost ^=< 0', 'there is no such comparator', 'write <='],
    ['deliveries.lost ^≤ 0', 'there is no such comparator', 'write <='],
    ['deliveries.lost ^<<< 0', 'there is no such comparator', 'write one of < <= > >= == !='],
    ['deliveries.lost ==^', 'there is no bound here', 'write a number after =='],
    ['deliveries.lost == ^none', 'there is no bound here', 'write a number after =='],
    ['deliveries.lost == ^-1', 'a bound is never below zero', 'write it without the minus'],
    ['deliveries.lost == ^+1', 'a bound has no sign', 'write it without the plus'],
    [
      'deliveries.lost < ^1,000',
      'a number has no comma in it',
      'write 1_000 for a thousand, and 0.5 for a half',
    ],
    ['deliveries.lost < ^1.000.000', 'this is no number', 'write e.g. 250, 1_000 or 0.5'],
    ['deliveries.lost < ^1__0', 'this is no number', 'write e.g. 250, 1_000 or 0.5'],
    ['deliveries.lost < ^.5%', 'this is no number', 'write e.g. 250, 1_000 or 0.5'],
    ['connections.failed < ^0.0000001%', 'this is finer than can be told', 'write at most six decimals'],
    ['deliveries.lost < ^9999999999999999', 'this is larger than can be counted', 'write a smaller bound'],
    [
      'deliveries.lost < 1% ^and more',
      'a threshold has one bound, and nothing after it',
      'end it after the bound, and write each threshold by itself',
    ],
    ['phases.connect.p99 < 1^m30s', 'a bound is one figure with one unit', 'write e.g. 90s for 1m30s'],
    ['phases.connect.p99 < 2 ^sec', 'there is no such unit', 'write 2s'],
    ['phases.connect.p99 < 2^h', 'there is no such unit', 'write 2ms, or with us, s or m'],
    [
      'phases.connect.p99 < 250^',
      'phases.connect.p99 is a duration: its bound needs a unit',
      'write 250ms, or with us, s or m',
    ],
    [
      'phases.connect.p99 < 5^%',
      'phases.connect.p99 is a share of nothing that is counted',
      'write 5ms, or with us, s or m',
    ],
    [
      'deliveries.lost < 1^s',
      'deliveries.lost is a count, and 1s is a duration',
      'write 1 alone, or 1% of deliveries.expected',
    ],
    [
      'deliveries.misrouted < 1^%',
      'deliveries.misrouted is a share of nothing that is counted',
      'write 1 alone',
    ],
    ['deliveries.rate > 2800^', 'deliveries.rate is a rate: its bound needs a unit', 'write 2800/s'],
    ['deliveries.rate > 2800 ^ms', 'deliveries.rate is a rate, and 2800ms is a duration', 'write 2800/s'],
    [
      'generator.maxRss < 64^',
      'generator.maxRss is a size: its bound needs a unit',
      'write 64MB, or with B, KB or GB',
    ],
    ['generator.maxRss < ^0.3B', 'these are no whole bytes', 'write e.g. 1536KB'],
    ['connections.failed < ^101%', 'a share is never above 100%', 'write a bound from 0% to 100%'],
    ['connections.failed < ^0.5', 'a count is a whole number', 'write 0, or 0.5% of connections.attempted'],
    ['phases.connect.p99 < ^61m', 'latencies are told up to an hour', 'write at most 60m'],
    ['^phases.conect.p99 < 1s', 'there is no such metric', `did you mean phases.connect.p99? ${COMMAND}`],
    [
      '^phases.connect.failled == 0',
      'there is no such metric',
      `did you mean phases.connect.failed? ${COMMAND}`,
    ],
    [
      '^delivery.latency.p99.9 < 1s',
      'there is no such metric',
      `did you mean deliveries.latency.p99.9? ${COMMAND}`,
    ],
    ['^cpu == 1', 'there is no such metric', COMMAND],
    [
      '^p99 < 250',
      'this does not say of what',
      `write e.g. phases.connect.p99 or deliveries.latency.p99; ${COMMAND}`,
    ],
    ['^__proto__ == 1', 'there is no such metric', COMMAND],
    [
      'phases.connect^ < 1s',
      'this is a latency: which figure of it is meant?',
      'write phases.connect.p99, or another percentile, min, mean or max',
    ],
    ['deliveries.lost.^p99 < 1s', 'deliveries.lost is one figure: it has no p99', 'write deliveries.lost'],
    ['phases.connect.^p100 < 1s', 'there is no such percentile', 'write phases.connect.max'],
    ['phases.connect.^p0 < 1s', 'there is no such percentile', 'write phases.connect.min'],
    [
      'phases.connect.^p99.99999 < 1s',
      'there is no such percentile',
      'write min, mean, max, or a percentile such as p50, p99 or p99.9',
    ],
    ['failures.kind^ == 0', 'this has to say which', `write e.g. failures.kind(dns); ${COMMAND}`],
    ['failures.kind^() == 0', 'this has to say which', `write e.g. failures.kind(dns); ${COMMAND}`],
    [
      'failures.kind(^stomp-eror) == 0',
      'there is no such kind',
      `did you mean failures.kind(stomp-error)? ${COMMAND}`,
    ],
    ['failures.phase(^qqqqqq) == 0', 'there is no such phase', `write e.g. failures.phase(dns); ${COMMAND}`],
    ['failures.kind(closed^ == 0', 'a parenthesis is missing', 'write failures.kind(closed)'],
  ])('%s', (marked, message, hint) => {
    const offset = marked.indexOf('^');
    expect(parseThreshold(marked.replace('^', ''))).toEqual({ message, hint, offset });
  });
});
