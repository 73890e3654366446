import { describe, expect, it } from 'vitest';
import { samplePlan } from '../report/testing/sample-plan.js';
import { parseRepeat, repeatOf, type GateFlags } from './gate-options.js';

const PLAN = samplePlan('sample', 10, 10, 1000);
const EMBEDDED = { ...PLAN, target: { ...PLAN.target, embedded: true, urls: [] } };
const URLS = ['ws://before.example.com/ws'];

describe('how many runs there are', () => {
  it.each<[number, GateFlags]>([
    [1, { baselineTarget: [] }],
    [1, { baselineTarget: [], baseline: 'perf/baseline.json' }],
    [3, { baselineTarget: [], baseline: 'perf/baseline.json', repeat: 3 }],
    [5, { baselineTarget: URLS }],
    [2, { baselineTarget: URLS, repeat: 2 }],
  ])('is %d of %j', (repeat, flags) => {
    expect(repeatOf(flags, PLAN)).toBe(repeat);
  });

  it.each<[string, GateFlags]>([
    ['two different things to compare with', { baselineTarget: URLS, baseline: 'perf/baseline.json' }],
    ['needs two pairs of runs', { baselineTarget: URLS, repeat: 1 }],
  ])('is not said by what does not go together: %s', (message, flags) => {
    expect(() => repeatOf(flags, PLAN)).toThrow(message);
  });

  it('needs a server of one’s own to alternate with another', () => {
    expect(() => repeatOf({ baselineTarget: URLS }, EMBEDDED)).toThrow('own target is a server');
    expect(repeatOf({ baselineTarget: [], repeat: 3 }, EMBEDDED)).toBe(3);
  });
});

describe('--repeat', () => {
  it.each(['1', '50'])('may be %s', (text) => {
    expect(parseRepeat(text)).toBe(Number(text));
  });

  it.each(['0', '51', '2.5', '-1', 'many', '', ' 5', '1e1'])('may not be %j', (text) => {
    expect(() => parseRepeat(text)).toThrow('no number of runs');
  });
});
