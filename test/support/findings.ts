import { expect } from 'vitest';
import type { FindingKind } from '../../src/model/findings.js';
import type { RunResult } from '../../src/model/result.js';
import { soundly } from './sound-runs.js';

/** What a run found about the target and the network, in the order of the result. */
export function foundAboutTarget({ findings }: RunResult): FindingKind[] {
  return findings.filter(({ about }) => about !== 'generator').map(({ kind }) => kind);
}

/**
 * These are the findings about the target and the network, no other and none twice, each with figures of its own; and
 * the generator's own figures can be used. A busy machine may make it doubtful: that is about the machine.
 */
export function expectFound(result: RunResult, ...kinds: readonly FindingKind[]): void {
  expectUsable(result);
  expect(foundAboutTarget(result).sort()).toEqual([...kinds].sort());
  for (const { kind, evidence, advice, atMs } of result.findings) {
    expect(evidence.text, kind).toMatch(/\d/);
    expect(Object.keys(evidence.values), kind).not.toEqual([]);
    expect(advice, kind).not.toBe('');
    expect(atMs, kind).toBeGreaterThanOrEqual(0);
    expect(atMs, kind).toBeLessThanOrEqual(result.run.durationMs);
  }
}

/** No failure is laid at the generator's door either. */
export function expectUsable({ generator, failures }: RunResult): void {
  expect(generator.verdict).not.toBe('invalid');
  expect(failures.filter(({ side }) => side === 'generator')).toEqual([]);
}

/**
 * A run that finds these, or that nobody disturbed: what happens while others take its CPU is not laid at the target's door,
 * so that something may go unfound, and the same is asked again.
 */
export function untilFound<T extends { readonly result: RunResult }>(
  kinds: readonly FindingKind[],
  attempt: () => Promise<T>,
): Promise<T> {
  return soundly(attempt, (result) => {
    const found = foundAboutTarget(result);
    return isUndisturbed(result) || kinds.every((kind) => found.includes(kind));
  });
}

/** In none of its seconds was a worker unwell. */
function isUndisturbed({ series }: RunResult): boolean {
  return series.every(({ generator }) => generator.unsoundWorkers === 0);
}
