import { describe, expect, it } from 'vitest';
import { loadText, planFacts } from './plan-facts.js';
import { samplePlan } from './testing/sample-plan.js';

const plan = samplePlan('live-comments', 1000, 100, 90_000);
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('loadText', () => {
  it('says how many, how fast, how long and how much', () => {
    expect(plain(loadText(plan))).toBe('1,000 connections at 100/s, held 1 min 30 s; 3 messages/s');
  });

  it('names each stage', () => {
    const stages = [
      { fromPerSec: 0, toPerSec: 500, durationMs: 10_000 },
      { fromPerSec: 500, toPerSec: 500, durationMs: null },
    ];
    const text = loadText({ ...plan, connect: { ...plan.connect, stages }, publish: [] });
    expect(plain(text)).toBe('1,000 connections at 0/s to 500/s for 10 s, then 500/s, held 1 min 30 s');
  });

  it('says only once that the last rate goes on', () => {
    const stages = [
      { fromPerSec: 0, toPerSec: 500, durationMs: 10_000 },
      { fromPerSec: 500, toPerSec: 500, durationMs: 60_000 },
      { fromPerSec: 500, toPerSec: 500, durationMs: null },
    ];
    const text = loadText({ ...plan, connect: { ...plan.connect, stages }, publish: [] });
    expect(plain(text)).toBe('1,000 connections at 0/s to 500/s for 10 s, then 500/s, held 1 min 30 s');
  });
});

it('planFacts tells every subscription and every publisher', () => {
  const [first] = plan.publish;
  const facts = planFacts({
    ...plan,
    publish: [first!, { ...first!, publishers: 20, destination: '/queue/b' }],
  });
  const of = (wanted: string): string[] =>
    facts.filter(({ label }) => label === wanted).map(({ value }) => plain(value));
  expect(of('subscribe to')).toEqual(['/topic/comments.{{ index % 100 }}']);
  expect(of('publish to')).toEqual(['/topic/comments.{{ publisher % 100 }}', '/queue/b']);
  expect(of('by')).toEqual(['1 publisher, 3/s of 200 B', '20 publishers, 3/s of 200 B']);
});
