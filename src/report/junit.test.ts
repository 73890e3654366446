import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { RunResult } from '../model/result.js';
import { renderJunit } from './junit.js';
import {
  cutShortRun,
  doubtfulRun,
  emptyRun,
  failingRun,
  hostileRun,
  metThresholdsRun,
  missedThresholdsRun,
  passingRun,
  regressedRun,
  repeatedRun,
  singleRun,
  unsoundRun,
} from './testing/sample-result.js';

const SCHEMA = readFileSync(new URL('testing/junit-10.xsd', import.meta.url), 'utf8');

const RUNS: readonly (readonly [string, RunResult])[] = [
  ['a pass', passingRun()],
  ['a pass with thresholds', metThresholdsRun()],
  ['missed thresholds', missedThresholdsRun()],
  ['failures', failingRun()],
  ['a run cut short', cutShortRun()],
  ['a regression', regressedRun()],
  ['repeats', repeatedRun()],
  ['one connection', singleRun()],
  ['nothing attempted', emptyRun()],
  ['an unsound generator', unsoundRun()],
  ['a doubtful generator', doubtfulRun()],
  ['a stopped run', { ...passingRun(), outcome: 'stopped', verdict: interrupted() }],
  ['a hostile target', hostileRun()],
];

interface ReadCase {
  readonly name: string;
  readonly classname: string;
  readonly time: string;
  readonly failure?: { readonly type: string; readonly message: string; readonly '#text': string };
  readonly error?: { readonly type: string; readonly message: string };
  readonly skipped?: { readonly message: string };
  readonly 'system-out'?: string;
}

/** The cases of one suite, or undefined where there is none of that name. */
function suite(result: RunResult, name: string): readonly ReadCase[] | undefined {
  return suites(renderJunit(result)).find((one) => one.name === name)?.testcase;
}

function suites(xml: string): readonly { readonly name: string; readonly testcase: readonly ReadCase[] }[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
  });
  const read = parser.parse(xml) as { testsuites: { testsuite: ReturnType<typeof suites> } };
  return read.testsuites.testsuite;
}

function missed(one: ReadCase): boolean {
  return one.failure !== undefined || one.error !== undefined;
}

function interrupted(): RunResult['verdict'] {
  return { exitCode: 130, pass: false, headline: 'Stopped on request.', reasons: [] };
}

describe('junit.xml', () => {
  it('is what Jenkins and GitLab read', async () => {
    const files = RUNS.map(([name, result], i) => ({
      fileName: `${i}-${name.replaceAll(' ', '-')}.xml`,
      contents: renderJunit(result),
    }));
    const { errors } = await validateXML({ xml: files, schema: SCHEMA });
    expect(errors).toEqual([]);
  });

  it('is refused by the schema that it is checked with where it is not', async () => {
    const wrong = renderJunit(passingRun()).replace(/ errors="\d+"/g, '');
    const { valid } = await validateXML({ xml: wrong, schema: SCHEMA });
    expect(valid).toBe(false);
  });

  it.each(RUNS)('of %s has a missed case exactly where the run does not pass', (_, result) => {
    const cases = suites(renderJunit(result)).flatMap(({ testcase }) => testcase);
    expect(cases.some(missed)).toBe(!result.verdict.pass);
  });

  it.each(RUNS)('of %s counts its cases, and gives no two the same name', (_, result) => {
    const xml = renderJunit(result);
    const cases = suites(xml).flatMap(({ testcase }) => testcase);
    expect(new Set(cases.map((one) => `${one.classname} ${one.name}`)).size).toBe(cases.length);
    const [, tests, failures, errors] =
      /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml) ?? [];
    expect([tests, failures, errors].map(Number)).toEqual([
      cases.length,
      cases.filter(({ failure }) => failure !== undefined).length,
      cases.filter(({ error }) => error !== undefined).length,
    ]);
  });

  it('lets through no character that XML 1.0 forbids, whatever was said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (said) => {
        const run = failingRun();
        const xml = renderJunit({
          ...run,
          run: { ...run.run, name: said },
          failures: run.failures.map((row) => ({ ...row, sample: said })),
        });
        expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
        expect(suites(xml).length).toBeGreaterThan(2);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the suite of thresholds', () => {
  it('has a case for each, failed with the sentence and the place of it', () => {
    const cases = suite(missedThresholdsRun(), 'thresholds') ?? [];
    expect(cases).toHaveLength(9);
    const miss = cases.find(({ name }) => name === 'deliveries.latency.p99 < 5ms');
    expect(miss).toMatchObject({
      classname: 'live-comments.thresholds',
      time: '24.000',
      failure: {
        type: 'miss',
        message: expect.stringContaining('deliveries.latency.p99 was 7.48 ms') as string,
        '#text': expect.stringContaining('perf/live-comments.yaml:43:5') as string,
      },
      'system-out': expect.stringMatching(
        /observed: 7\.48\sms\nbound: < 5\.00\sms\nmargin: -49\.\d\s%/,
      ) as string,
    });
  });

  it('takes neither too few samples nor what can’t be resolved for a pass', () => {
    const types = suite(missedThresholdsRun(), 'thresholds')?.map(({ failure }) => failure?.type ?? 'passed');
    expect(types?.filter((type) => type === 'too-few')).toHaveLength(1);
    expect(types?.filter((type) => type === 'unresolved')).toHaveLength(1);
  });

  it('tells a threshold with windows from the same one without', () => {
    const names = suite(missedThresholdsRun(), 'thresholds')?.map(({ name }) => name);
    expect(names).toContainEqual(
      expect.stringMatching(/^deliveries\.latency\.p99 < 8ms, every 5\ss from 5\ss on$/),
    );
  });

  it('is not there without thresholds', () => {
    expect(suite(passingRun(), 'thresholds')).toBeUndefined();
  });
});

describe('the suite of the cycle', () => {
  it('fails the phases that failed connections failed in, and no other', () => {
    const cases = suite(failingRun(), 'cycle') ?? [];
    expect(cases.filter(missed).map(({ name }) => name)).toEqual([
      'tcp',
      'upgrade',
      'connect',
      'subscribe',
      'message',
      'disconnect',
      'hold',
    ]);
    expect(cases[1]?.failure?.message).toBe(
      '166 of 1,974 failed: 112 × upgrade-status, 54 × upgrade-timeout',
    );
    expect(cases[1]?.['system-out']).toMatch(/p50 954\sµs, p99 3\.08\sms, max 4\.37\sms/);
    expect(cases[1]?.time).toBe('0.000954');
  });

  it('lets phases pass whose failures the thresholds on connections allow', () => {
    const run = failingRun();
    const [first] = metThresholdsRun().thresholds;
    if (first === undefined) throw new Error('the sample has no thresholds');
    const allowed = {
      ...first,
      threshold: { ...first.threshold, metric: 'connections.failed', that: 'connections.failed < 20%' },
    };
    const cases = suite({ ...run, thresholds: [allowed] }, 'cycle') ?? [];
    expect(cases.filter(missed)).toEqual([]);
  });

  it('fails a phase by the threshold about it, and by nothing else', () => {
    const run = failingRun();
    const [first] = metThresholdsRun().thresholds;
    if (first === undefined) throw new Error('the sample has no thresholds');
    const about = (metric: string, outcome: 'pass' | 'miss', text: string) => ({
      ...first,
      outcome,
      text,
      threshold: { ...first.threshold, metric },
    });
    const thresholds = [
      about('phases.upgrade.failed', 'pass', 'as asked for'),
      about('phases.close.p99', 'miss', 'phases.close.p99 was 760 µs.'),
    ];
    const cases = suite({ ...run, thresholds }, 'cycle') ?? [];
    expect(cases.find(({ name }) => name === 'upgrade')?.failure).toBeUndefined();
    expect(cases.find(({ name }) => name === 'close')?.failure).toMatchObject({
      type: 'threshold',
      message: 'phases.close.p99 was 760 µs.',
    });
  });

  it('skips a phase that nothing reached', () => {
    const run = failingRun();
    const close = { count: 0, failed: 0, unconfirmed: 0, us: null, fromDueUs: null, curve: [] };
    const cases = suite({ ...run, phases: { ...run.phases, close } }, 'cycle') ?? [];
    expect(cases.find(({ name }) => name === 'close')?.skipped).toBeDefined();
  });
});

describe('the suite of the baseline', () => {
  it('fails what got worse, and skips what can’t be told', () => {
    const cases = suite(regressedRun(), 'baseline') ?? [];
    expect(cases.filter(missed).map(({ name }) => name)).toEqual([
      'deliveries.latency.p50',
      'deliveries.latency.p99',
    ]);
    expect(cases[0]?.failure?.message.replaceAll('\u00a0', ' ')).toBe(
      'deliveries.latency.p50 is worse than the baseline by +21.1 % (+16.4 % to +26.2 %).',
    );
    expect(cases.filter(({ skipped }) => skipped !== undefined)).toHaveLength(2);
  });

  it('is not there without a baseline', () => {
    expect(suite(passingRun(), 'baseline')).toBeUndefined();
  });
});

describe('the suite of the generator', () => {
  it('has an error where the figures can’t be used', () => {
    expect(suite(unsoundRun(), 'generator')?.[0]?.error?.type).toBe('invalid');
    expect(suite(doubtfulRun(), 'generator')?.some(missed)).toBe(false);
  });
});
