import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { factDifferences, factTexts, scenarioDigest, scenarioFacts } from './scenario-facts.js';

const PLAN = samplePlan('a', 1000, 100, 10_000);

function differing(change: Partial<RunPlan>): readonly string[] {
  return factDifferences(scenarioFacts(PLAN), scenarioFacts({ ...PLAN, ...change })).map(({ key }) => key);
}

describe('the same scenario', () => {
  it.each<[string, Partial<RunPlan>]>([
    ['by another name', { name: 'b' }],
    ['against another target', { target: { embedded: true, urls: [], addresses: 'all' } }],
    [
      'by another login',
      { stomp: { ...PLAN.stomp, login: 'x', passcode: null, host: 'y', headers: { Token: 'z' } } },
    ],
    [
      'from other addresses, with other certificates and credentials',
      {
        connect: {
          ...PLAN.connect,
          headers: { Cookie: 'x' },
          localAddresses: ['127.0.0.2'],
          tls: { ...PLAN.connect.tls, insecure: true },
        },
      },
    ],
    [
      'with another patience',
      { timeoutsMs: { ...PLAN.timeoutsMs, connect: 1, close: 2 }, limits: { messageBytes: 9 } },
    ],
    ['laid out otherwise', { workers: 3, processes: 2 }],
    ['reported and judged otherwise', { report: [], thresholds: [] }],
  ])('is it %s', (_, change) => {
    expect(differing(change)).toEqual([]);
  });
});

describe('another scenario', () => {
  it.each<[string, Partial<RunPlan>, readonly string[]]>([
    ['more connections', { connect: { ...PLAN.connect, connections: 2000 } }, ['connect.connections']],
    [
      'another ramp',
      { connect: { ...PLAN.connect, stages: [{ fromPerSec: 1, toPerSec: 100, durationMs: 5000 }] } },
      ['connect.stages[0].durationMs', 'connect.stages[0].fromPerSec'],
    ],
    ['the other client', { client: 'stompjs' }, ['client']],
    ['a longer hold', { holdMs: 20_000 }, ['holdMs']],
    ['a longer drain', { timeoutsMs: { ...PLAN.timeoutsMs, drain: 1 } }, ['timeoutsMs.drain']],
    [
      'no messages',
      { publish: [] },
      expect.arrayContaining(['publish[0].ratePerSec', 'publish[0].sizeBytes']),
    ],
    [
      'another selector',
      { subscribe: PLAN.subscribe.map((entry) => ({ ...entry, headers: { selector: "a = 'b'" } })) },
      ['subscribe[0].headers.selector'],
    ],
  ])('has %s', (_, change, keys) => {
    expect(differing(change)).toEqual(keys);
    expect(scenarioDigest(scenarioFacts({ ...PLAN, ...change }))).not.toBe(
      scenarioDigest(scenarioFacts(PLAN)),
    );
  });
});

describe('what is masked', () => {
  const body = 'x'.repeat(200);

  it.each([
    ['/topic/***', '/topic/news'],
    ['***', 'anything'],
    ['/topic/***/a***z', '/topic/news/abcz'],
    ['/topic/***', '/topic/***'],
  ])('is the same as whatever it may stand for: %s and %s', (masked, plain) => {
    expect(factDifferences({ key: masked }, { key: plain })).toEqual([]);
    expect(factDifferences({ key: plain }, { key: masked })).toEqual([]);
  });

  it.each([
    ['/topic/***', '/queue/news'],
    ['/topic/***/a', '/topic/news/b'],
    ['ab***bc', 'abc'],
    ['***', 12],
  ])('is another where the rest is: %s and %s', (masked, plain) => {
    expect(factDifferences({ key: masked }, { key: plain })).toHaveLength(1);
    expect(factDifferences({ key: plain }, { key: masked })).toHaveLength(1);
  });

  it('may be within what is told by its digest', () => {
    const of = (text: string): ReturnType<typeof scenarioFacts> =>
      scenarioFacts({ ...PLAN, publish: PLAN.publish.map((entry) => ({ ...entry, body: text })) });
    expect(factDifferences(of(`${body} ***`), of(`${body} news`))).toEqual([]);
    expect(factDifferences(of(`${body} ***`), of(`${body} *** more`))).toHaveLength(1);
    expect(factDifferences(of(`${body} a`), of(`${body} b`))).toHaveLength(1);
  });

  it('has nothing said of what stands opposite of it, which may be the secret', () => {
    const [difference] = factDifferences({ key: '/topic/***/a' }, { key: '/topic/s3cret/b' });
    expect(JSON.stringify(factTexts(difference!))).not.toContain('s3cret');
    expect(factTexts({ key: 'key', baseline: 1, current: undefined })).toEqual({
      baseline: '1',
      current: 'none',
    });
  });
});

describe('scenarioFacts', () => {
  it('holds no header that usually carries a secret, masked or not', () => {
    const subscribe = PLAN.subscribe.map((entry) => ({
      ...entry,
      headers: { Authorization: 'Bearer abcdef' },
    }));
    expect(JSON.stringify(scenarioFacts({ ...PLAN, subscribe }))).not.toMatch(/abcdef|Authorization/);
  });

  it('tells a long text by its digest', () => {
    const publish = (body: string): RunPlan['publish'] => PLAN.publish.map((entry) => ({ ...entry, body }));
    const facts = scenarioFacts({ ...PLAN, publish: publish('x'.repeat(5000)) });
    expect(facts['publish[0].body']).toMatch(/^sha256:[0-9a-f]{16}$/);
    expect(facts['publish[0].body']).not.toBe(
      scenarioFacts({ ...PLAN, publish: publish('y'.repeat(5000)) })['publish[0].body'],
    );
  });

  it('has the same digest in whatever order they are', () => {
    const facts = scenarioFacts(PLAN);
    const reversed = Object.fromEntries(Object.entries(facts).reverse());
    expect(scenarioDigest(reversed)).toBe(scenarioDigest(facts));
  });
});
