import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputSchema } from './keys.js';
import { scenarioFromFlags } from './load.js';
import { loadText, problemsOf } from './testing/load-text.js';

const BASE =
  'target: ws://127.0.0.1:1/ws\nsubscribe: [{ destination: /topic/a }]\npublish: [{ destination: /topic/a }]\n';

describe('thresholds of a scenario', () => {
  it('are texts, or maps with one, each with where it is written', () => {
    const { plan } = loadText(`${BASE}thresholds:
  - connections.complete == 100%
  - "phases.connect.p99<250 ms"
  - { that: deliveries.latency.p99 < 300ms, from: 30s, window: 10s }
  - that: connections.failed < 5%
    abort: true
    after: 1m
`);
    const none = { fromMs: 0, windowMs: null, abort: false, afterMs: 0 };
    expect(plan.thresholds).toEqual([
      {
        ...none,
        that: 'connections.complete == 100%',
        metric: 'connections.complete',
        comparator: '==',
        bound: 1,
        unit: 'share',
        place: { file: 'x.yaml', line: 5, column: 5 },
      },
      {
        ...none,
        that: 'phases.connect.p99 < 250ms',
        metric: 'phases.connect.p99',
        comparator: '<',
        bound: 250_000,
        unit: 'us',
        place: { file: 'x.yaml', line: 6, column: 5 },
      },
      {
        that: 'deliveries.latency.p99 < 300ms',
        metric: 'deliveries.latency.p99',
        comparator: '<',
        bound: 300_000,
        unit: 'us',
        fromMs: 30_000,
        windowMs: 10_000,
        abort: false,
        afterMs: 0,
        place: { file: 'x.yaml', line: 7, column: 13 },
      },
      {
        ...none,
        that: 'connections.failed < 5%',
        metric: 'connections.failed',
        comparator: '<',
        bound: 0.05,
        unit: 'share',
        abort: true,
        afterMs: 60_000,
        place: { file: 'x.yaml', line: 8, column: 11 },
      },
    ]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('are none where nothing is said', () => {
    expect(loadText(BASE).plan.thresholds).toEqual([]);
    expect(loadText(`${BASE}thresholds:\n`).plan.thresholds).toEqual([]);
  });

  it('may have a variable in them', () => {
    const variables = { SLOWEST: '80ms' };
    const { plan } = loadText(`${BASE}thresholds: ["phases.tcp.max < \${SLOWEST}"]`, { variables });
    expect(plan.thresholds[0]).toMatchObject({ that: 'phases.tcp.max < 80ms', bound: 80_000 });
  });

  it('may say the same metric twice', () => {
    const { plan } = loadText(`${BASE}thresholds: [connections.failed < 1%, connections.failed < 5]`);
    expect(plan.thresholds.map(({ that }) => that)).toEqual([
      'connections.failed < 1%',
      'connections.failed < 5',
    ]);
  });
});

describe('the example of docs/thresholds.md', () => {
  it('is what a scenario may say', () => {
    const docs = readFileSync(new URL('../../docs/thresholds.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(docs) ?? [];
    expect(loadText(BASE + example).plan.thresholds).toHaveLength(8);
  });
});

describe('--threshold', () => {
  const threshold = ['deliveries.lost == 0', 'phases.tcp.p50 < 1s'];

  it('adds to those of the scenario, and comes from no file', () => {
    const { plan } = loadText(`${BASE}thresholds: [connections.failed < 5]`, { flags: { threshold } });
    expect(plan.thresholds.map(({ that }) => that)).toEqual(['connections.failed < 5', ...threshold]);
    expect(plan.thresholds.map(({ place }) => place?.file)).toEqual(['x.yaml', null, null]);
    expect(plan.thresholds[1]?.place).toEqual({ file: null, line: 0, column: 0 });
  });

  it('makes the list where there is none, and outlives a --set of it', () => {
    expect(loadText(BASE, { flags: { threshold } }).plan.thresholds.map(({ that }) => that)).toEqual(
      threshold,
    );
    const { plan } = loadText(BASE, { flags: { threshold }, set: ['thresholds=[connections.failed == 0]'] });
    expect(plan.thresholds.map(({ that }) => that)).toEqual(['connections.failed == 0', ...threshold]);
  });

  it('goes with a bare URL', () => {
    const options = { cwd: '/', variables: {}, set: [], readFile: () => '' };
    const { plan } = scenarioFromFlags({ url: 'ws://127.0.0.1:1/ws', threshold }, options);
    expect(plan.thresholds.map(({ that }) => that)).toEqual(threshold);
  });

  it('is named where it is wrong', () => {
    expect(problemsOf(() => loadText(BASE, { flags: { threshold: ['phases.tcp.p50 < 1'] } }))).toBe(
      '--threshold: thresholds[0]: found "phases.tcp.p50 < 1": phases.tcp.p50 is a duration: its bound needs a unit\n' +
        '    write 1ms, or with us, s or m',
    );
  });
});

describe('what is wrong with a threshold is told at its character', () => {
  const KEYS = 'that, from, window, abort, after';
  it.each([
    ['phases.conect.p99 < 1s', '5:3', 'there is no such metric'],
    ['"phases.connect.p99 < 250"', '5:28', 'its bound needs a unit'],
    ['deliveries.lost < 1s', '5:22', 'deliveries.lost is a count, and 1s is a duration'],
    ['{ that: failures.kind(clozed) == 0 }', '5:25', 'there is no such kind'],
    ['[a, b]', '5:3', 'a threshold is not a list'],
    ['~', '5:3', 'a threshold is not nothing'],
    ['{ window: 10s }', '5:3', 'this says nothing to keep'],
    ['{ that: [1] }', '5:11', 'a threshold is not a list'],
    ['{ that: connections.failed < 5, windows: 10s }', '5:44', 'there is no such key'],
    ['{ that: connections.failed < 5, qqqqqq: 10s }', '5:43', `the keys here are ${KEYS}`],
    ['{ that: connections.failed < 5, window: 10 }', '5:43', 'write 10s'],
    ['{ that: connections.failed < 5, window: soon }', '5:43', 'this is no duration'],
    ['{ that: connections.failed < 5, window: 1500ms }', '5:43', 'a run is told second by second'],
    ['{ that: connections.failed < 5, window: 0s }', '5:43', 'write a duration from 1s to 7d'],
    ['{ that: connections.failed < 5, window: { a: 1 } }', '5:43', 'a duration is not a map'],
    ['{ that: connections.failed < 5, from: 8d }', '5:41', 'this is out of range'],
    ['{ that: connections.failed < 5, abort: maybe }', '5:42', 'this is neither true nor false'],
    ['{ that: connections.failed < 5, after: 10s }', '5:42', 'write abort: true too'],
    [
      '{ that: deliveries.lost == 0, window: 10s }',
      '5:41',
      'deliveries.lost is only known when the run is over',
    ],
    ['{ that: deliveries.lost == 0, from: 10s }', '5:39', 'leave from out, or take another metric'],
    ['{ that: connections.complete > 5, abort: true }', '5:44', 'leave abort out, or take another metric'],
    ['phases.tls.p99 < 1s', '5:3', 'a run of this scenario has no phases.tls.p99: no target is a wss:// URL'],
    ['{ that: publishing.receipt.p99 < 1s }', '5:11', 'no receipts are asked for (publish[].receipt)'],
  ])('%s', (threshold, place, what) => {
    const text = problemsOf(() => loadText(`${BASE}thresholds:\n- ${threshold}\n`));
    expect(text).toContain(`x.yaml:${place}: thresholds[0]`);
    expect(text).toContain(what);
    expect(text.match(/x\.yaml/g)).toHaveLength(1);
  });

  it('of several all at once, with what else is wrong', () => {
    const text = problemsOf(() =>
      loadText(`${BASE}hold: x\nthresholds: [a, connections.failed < 5s, { that: b }]\n`),
    );
    expect([...text.matchAll(/x\.yaml:(\d+:\d+)/g)].map(([, place]) => place)).toEqual([
      '4:7',
      '5:15',
      '5:39',
      '5:51',
    ]);
  });

  it('is not told of more thresholds than anybody means', () => {
    const many = Array.from({ length: 201 }, () => 'connections.failed < 5').join(', ');
    expect(problemsOf(() => loadText(`${BASE}thresholds: [${many}]`))).toContain('more than 200 thresholds');
  });

  it.each(['thresholds: connections.failed < 5', 'thresholds: { that: connections.failed < 5 }'])(
    'is told where there is no list: %s',
    (text) => {
      expect(problemsOf(() => loadText(BASE + text))).toContain('write "- " before each item');
    },
  );
});

describe('the JSON Schema of thresholds', () => {
  const texts = inputSchema().properties?.['thresholds']?.items?.anyOf?.[0] as unknown as {
    readonly pattern: string;
    readonly examples: readonly string[];
  };
  const pattern = new RegExp(texts.pattern);

  it.each([
    ...texts.examples,
    'phases.connect.p99<250 ms',
    'failures.kind(stomp-error) == 0',
    'deliveries.rate > 2_800.5/s',
    'generator.maxRss < 64MB',
    'phases.tcp.max < ${SLOWEST}',
  ])('lets an editor accept %s', (text) => {
    expect(text).toMatch(pattern);
  });

  it.each([
    'deliveries.lost',
    'deliveries.lost = 0',
    'deliveries.lost == none',
    '< 3',
    'phases.tcp.p50 < 1 hour',
  ])('lets an editor mark %s', (text) => {
    expect(text).not.toMatch(pattern);
  });
});
