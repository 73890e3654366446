import path from 'node:path';
import { compareRuns } from '../baseline/compare.js';
import type { ComparedRun } from '../baseline/compared-run.js';
import type { Comparison } from '../model/comparison.js';
import { comparisonLines } from '../report/text-comparison.js';
import { styles } from '../report/text-style.js';
import type { Env } from '../shared/env.js';
import { StompedeError } from '../shared/errors.js';
import { EXIT } from '../shared/exit-codes.js';
import { readComparedRuns } from './compared-source.js';
import { printJson, printText } from './print.js';

export interface CompareCommandOptions {
  readonly json?: boolean;
}

/** Compares what was measured: 7 where something got worse, else 0. */
export function compareCommand(
  baseline: string,
  current: string,
  { json = false }: CompareCommandOptions,
  env: Env,
): void {
  const sideOf = (file: string): readonly ComparedRun[] =>
    counted(readComparedRuns(path.resolve(env.cwd, file), file), file);
  const comparison = compareRuns({
    baseline: sideOf(baseline),
    current: sideOf(current),
    pairs: false,
    names: { baseline, current },
  });
  if (json) printJson(`${JSON.stringify(comparison, null, 2)}\n`, env);
  else printText(comparisonText(comparison, env), env);
  env.setExitCode(comparison.verdict === 'worse' ? EXIT.worse : EXIT.good);
}

/** As the summary of a run has it. */
export function comparisonText(comparison: Comparison, env: Env): string {
  const color = env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '';
  const lines = comparisonLines(comparison, {
    columns: Math.max(80, env.stdout.columns ?? 100),
    style: styles(color),
  });
  // Lines are broken by now. Who searches the text for "12 ms" types a plain space.
  return `${lines.join('\n').replaceAll('\u00a0', ' ')}\n`;
}

// A comparison with nothing on one side would end well, and say nothing.
function counted(runs: readonly ComparedRun[], file: string): readonly ComparedRun[] {
  if (runs.some(({ unusable }) => unusable === null)) return runs;
  const [why] = runs.flatMap(({ unusable }) => unusable ?? []);
  const text = `no run of ${file} counts: ${why ?? 'there is none'}`;
  throw new StompedeError('not-comparable', text, {
    hint: 'Run it again until one comes to its end, sound.',
  });
}
