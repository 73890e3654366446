import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Baseline, BASELINE_SCHEMA, parseBaseline, runsOf } from '../baseline/baseline-file.js';
import { compareRuns } from '../baseline/compare.js';
import { type BaselineSource, makeBaseline } from '../baseline/make-baseline.js';
import { renderBaseline } from '../baseline/render-baseline.js';
import { doubted } from '../baseline/sides.js';
import { type FactDifference, factDifferences, factTexts } from '../baseline/scenario-facts.js';
import type { Env } from '../shared/env.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { makeFolder } from '../shared/make-folder.js';
import { formatBytes } from '../shared/units.js';
import { visibleText } from '../shared/visible-text.js';
import { writeWhole } from '../shared/write-whole.js';
import { comparisonText } from './compare-command.js';
import { resultsIn } from './compared-source.js';
import { printText } from './print.js';

export interface BaselineUpdateOptions {
  readonly force?: boolean;
}

const ONE_RUN = 'One run does not show how much runs differ: make it of several (run --repeat 5).\n';

/** Writes a baseline of these results over the one that is there, and says what is another now. */
export function baselineUpdateCommand(
  file: string,
  sources: readonly string[],
  { force = false }: BaselineUpdateOptions,
  env: Env,
): void {
  const target = path.resolve(env.cwd, file);
  const before = existing(target, file, force);
  const text = renderBaseline(makeBaseline(eachOnce(sources, env), force));
  // Read back before it takes the place of another: what can't be read is worth nothing in a repository.
  const baseline = parseBaseline(text, file);
  write(target, text);
  const { runs } = baseline;
  const said = `${file}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${formatBytes(text.length)}\n`;
  const changed = before === null ? '' : changes(before, baseline, file, env);
  const care = doubted('', runs).map((text) => `${visibleText(text)}\n`);
  printText([said, ...care, changed, runs.length === 1 ? ONE_RUN : ''].join(''), env);
}

/** `reports/*` has the newest run twice, once as `latest`: it would seem to have been measured twice. */
function* eachOnce(sources: readonly string[], env: Env): Generator<BaselineSource> {
  const seen = new Set<string>();
  for (const source of sources) {
    for (const named of resultsIn(path.resolve(env.cwd, source), source)) {
      const { id } = named.result.run;
      if (!seen.has(id)) yield named;
      seen.add(id);
    }
  }
}

/** What stood there; null: nothing, or with --force something else. */
function existing(target: string, file: string, force: boolean): Baseline | null {
  if (!existsSync(target)) return null;
  try {
    return parseBaseline(readFileSync(target, 'utf8'), file);
  } catch (error) {
    if (force) return null;
    throw new StompedeError(
      'output-unwritable',
      `${file} is there, and no baseline that can be read: ${messageOf(error)}`,
      {
        hint: `Only a ${BASELINE_SCHEMA} is overwritten; --force overwrites anything.`,
      },
    );
  }
}

function changes(before: Baseline, now: Baseline, file: string, env: Env): string {
  const differences = factDifferences(before.scenario.facts, now.scenario.facts);
  if (differences.length > 0) {
    const lines = differences.map((difference) => `  ${visibleText(differenceText(difference))}`);
    return `The scenario is another one:\n${lines.join('\n')}\n`;
  }
  const comparison = compareRuns({
    baseline: runsOf(before),
    current: runsOf(now),
    pairs: false,
    names: { baseline: 'what it was', current: file },
  });
  return comparisonText(comparison, env);
}

function differenceText(difference: FactDifference): string {
  const { baseline, current } = factTexts(difference);
  return `${difference.key}: ${baseline} -> ${current}`;
}

function write(target: string, text: string): void {
  try {
    makeFolder(path.dirname(target));
    writeWhole(target, text);
  } catch (error) {
    throw new StompedeError('output-unwritable', `cannot write ${target}: ${messageOf(error)}`);
  }
}
