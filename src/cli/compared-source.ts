import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { BASELINE_SCHEMA, parseBaseline, runsOf } from '../baseline/baseline-file.js';
import { type ComparedRun, comparedRun } from '../baseline/compared-run.js';
import type { RunResult } from '../model/result.js';
import { parseResult } from '../report/parse.js';
import { INTERVALS_FILE } from '../run/interval-log.js';
import { rebuildResult } from '../run/rebuild.js';
import { StompedeError, messageOf } from '../shared/errors.js';

const HINT = 'Give a result.json, the folder of a run or of repeated runs, or a baseline.';
/** Where the schema of a baseline stands: a result is not read twice to find out that it is none. */
const HEAD = 200;

/**
 * The runs that a path stands for: a baseline.json, a result.json, the folder of a run, or that of repeated runs, of which
 * those against a baseline's target are none.
 * @throws StompedeError 'result-unreadable'
 */
export function readComparedRuns(file: string, asGiven: string): readonly ComparedRun[] {
  const baseline = readBaselineText(file, asGiven);
  if (baseline !== null) return runsOf(parseBaseline(baseline, asGiven));
  return [...resultsIn(file, asGiven)].map(({ result }) => comparedRun(result));
}

/** The same, one after the other as results, for what a baseline does not hold. */
export function* resultsIn(file: string, asGiven: string): Generator<{ name: string; result: RunResult }> {
  const { result, folder } = readResult(file, asGiven);
  if (result.repeats === null) {
    yield { name: asGiven, result };
    return;
  }
  for (const row of result.repeats) {
    if (row.of === 'baseline' || row.leftOut) continue;
    const name = path.join(path.basename(folder), row.folder);
    yield { name, result: readResult(within(folder, row.folder, asGiven), name).result };
  }
}

/** null: it is no baseline, and if anything a result. */
function readBaselineText(file: string, asGiven: string): string | null {
  if (isFolder(file)) return null;
  const text = read(file, asGiven);
  return text.slice(0, HEAD).includes(`"${BASELINE_SCHEMA.split('/')[0] ?? ''}/`) ? text : null;
}

function readResult(file: string, asGiven: string): { result: RunResult; folder: string } {
  if (!isFolder(file))
    return { result: parseResult(read(file, asGiven), asGiven), folder: path.dirname(file) };
  const resultFile = path.join(file, 'result.json');
  if (existsSync(resultFile))
    return { result: parseResult(read(resultFile, asGiven), asGiven), folder: file };
  if (!existsSync(path.join(file, INTERVALS_FILE))) {
    throw new StompedeError('result-unreadable', `there is no run in ${asGiven}`, { hint: HINT });
  }
  return { result: rebuildResult(file), folder: file };
}

// The name comes from a file that may be a stranger's.
function within(folder: string, name: string, asGiven: string): string {
  const inner = path.resolve(folder, name);
  if (inner.startsWith(path.resolve(folder) + path.sep)) return inner;
  throw new StompedeError('result-unreadable', `${asGiven} names a run outside its folder`);
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

function read(file: string, asGiven: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StompedeError('result-unreadable', `cannot read ${asGiven}: ${messageOf(error)}`, {
      hint: HINT,
    });
  }
}
