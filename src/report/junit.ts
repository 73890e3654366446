import type { RunResult } from '../model/result.js';
import { targetOf } from './facts.js';
import { baselineSuite } from './junit-baseline.js';
import { isMissed, type Case, type Suite } from './junit-case.js';
import { cycleSuite } from './junit-cycle.js';
import { generatorSuite, runSuite } from './junit-run.js';
import { thresholdSuite } from './junit-thresholds.js';
import { soundness } from './soundness.js';
import { visibleResult } from './visible-text.js';
import { xmlDocument, type XmlElement } from './xml.js';

/**
 * junit.xml, as Jenkins' xUnit plugin (junit-10.xsd) and GitLab read it: a suite for the thresholds, one for the phases of
 * the cycle, one for the comparison with a baseline if there is one, one for the generator, and one for the run. At least
 * one case fails exactly where the run does not pass.
 */
export function renderJunit(given: RunResult): string {
  const result = visibleResult(given);
  const judging = [
    thresholdSuite(result),
    cycleSuite(result),
    ...baselineSuite(result),
    generatorSuite(result),
  ].filter(({ cases }) => cases.length > 0);
  const missed = judging.some(({ cases }) => cases.some(isMissed));
  const suites = [...judging, runSuite(result, missed)];
  const timeSec = seconds(result.run.durationMs);
  const document = xmlDocument({
    name: 'testsuites',
    attributes: {
      name: `stompede ${result.run.name}`,
      time: timeSec,
      ...totals(suites.flatMap(({ cases }) => cases)),
    },
    content: suites.map((suite) => suiteElement(suite, result, timeSec)),
  });
  // Who looks for "12 ms" in it types a plain space.
  return document.replaceAll('\u00a0', ' ');
}

function totals(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors', string> {
  const count = (which: Case['outcome']['is']): string =>
    String(cases.filter(({ outcome }) => outcome.is === which).length);
  return { tests: String(cases.length), failures: count('failure'), errors: count('error') };
}

function suiteElement({ name, cases }: Suite, result: RunResult, timeSec: string): XmlElement {
  const { run } = result;
  return {
    name: 'testsuite',
    attributes: {
      name,
      ...totals(cases),
      skipped: String(cases.filter(({ outcome }) => outcome.is === 'skipped').length),
      time: timeSec,
      timestamp: run.startedAt.replace(/\.\d+Z$/, ''),
    },
    content: [
      { name: 'properties', attributes: {}, content: properties(result) },
      ...distinct(cases).map((one) => caseElement(one, `${run.name}.${name}`, timeSec)),
    ],
  };
}

function properties(result: RunResult): readonly XmlElement[] {
  const rows: readonly (readonly [string, string])[] = [
    ['run', result.run.id],
    ['scenario', result.run.name],
    ['target', targetOf(result)],
    ['verdict', result.verdict.headline],
    ['exit-code', String(result.verdict.exitCode)],
    ['generator', soundness(result).verdict],
    ['stompede', result.stompede],
  ];
  return rows.map(([name, value]) => ({ name: 'property', attributes: { name, value }, content: '' }));
}

function caseElement({ name, timeSec, outcome, out }: Case, classname: string, runSec: string): XmlElement {
  const time = timeSec === null ? runSec : timeSec.toFixed(6);
  return {
    name: 'testcase',
    attributes: { name, classname, time },
    content: [
      ...outcomeElements(outcome),
      ...(out.length === 0 ? [] : [{ name: 'system-out', attributes: {}, content: out.join('\n') }]),
    ],
  };
}

function outcomeElements(outcome: Case['outcome']): readonly XmlElement[] {
  switch (outcome.is) {
    case 'passed':
      return [];
    case 'skipped':
      return [{ name: 'skipped', attributes: { message: outcome.message }, content: '' }];
    case 'failure':
    case 'error': {
      const { is, type, message, details } = outcome;
      // GitLab shows the text and not the attribute, Jenkins both.
      return [{ name: is, attributes: { type, message }, content: [message, ...details].join('\n') }];
    }
  }
}

/** GitLab reads only the first of several cases with one name. */
function distinct(cases: readonly Case[]): readonly Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const before = seen.get(one.name) ?? 0;
    seen.set(one.name, before + 1);
    return before === 0 ? one : { ...one, name: `${one.name} (${before + 1})` };
  });
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
