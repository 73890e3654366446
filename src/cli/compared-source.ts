import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseBaseline, runsOf } from '../baseline/baseline-file.js';
import { type ComparedRun, comparedRun } from '../baseline/compared-run.js';
import type { RunResult } from '../model/result.js';
import { parseResult } from '../report/parse.js';
import { INTERVALS_FILE } from '../run/interval-log.js';
import { rebuildResult } from '../run/rebuild.js';
import { StompedeError, messageOf } from '../shared/errors.js';

const HINT = 'Give a result.json, the folder of a run or of repeated runs, or a baseline.';
/** What a file begins with that is meant to be a baseline, of whatever version. */
const NAME_OF_SCHEMA = '"stompede.baseline/';
const HEAD = 200;

/**
 * The runs that a path stands for: a baseline.json, a result.json, the folder of a run, or that of repeated runs, of which
 * those against a baseline's target are none.
 * @throws StompedeError 'result-unreadable'
 */
export function readComparedRuns(file: string, asGiven: string): readonly ComparedRun[] {
  const text = isFolder(file) ? null : read(file, asGiven);
  if (text?.slice(0, HEAD).includes(NAME_OF_SCHEMA) === true) return runsOf(parseBaseline(text, asGiven));
  const opened = text === null ? openFolder(file, asGiven) : openResult(text, file, asGiven);
  const runs: ComparedRun[] = [];
  // One after the other: a result may be megabytes of series and blocks.
  for (const { result } of runsWithin(opened, asGiven)) runs.push(comparedRun(result));
  return runs;
}

/** The same as results, one after the other, for what a baseline does not hold. Throws `result-unreadable`. */
export function resultsIn(file: string, asGiven: string): Generator<NamedResult> {
  return runsWithin(open(file, asGiven), asGiven);
}

export interface NamedResult {
  readonly name: string;
  readonly result: RunResult;
}

interface Opened {
  readonly result: RunResult;
  readonly folder: string;
}

function* runsWithin({ result, folder }: Opened, asGiven: string): Generator<NamedResult> {
  if (result.repeats === null) {
    yield { name: asGiven, result };
    return;
  }
  for (const row of result.repeats) {
    if (row.of === 'baseline' || row.leftOut) continue;
    const name = path.join(path.basename(folder), row.folder);
    yield { name, result: open(within(folder, row.folder, asGiven), name).result };
  }
}

function open(file: string, asGiven: string): Opened {
  return isFolder(file) ? openFolder(file, asGiven) : openResult(read(file, asGiven), file, asGiven);
}

function openResult(text: string, file: string, asGiven: string): Opened {
  return { result: parseResult(text, asGiven), folder: path.dirname(file) };
}

function openFolder(folder: string, asGiven: string): Opened {
  const file = path.join(folder, 'result.json');
  if (existsSync(file)) return openResult(read(file, asGiven), file, asGiven);
  if (!existsSync(path.join(folder, INTERVALS_FILE))) {
    throw new StompedeError('result-unreadable', `there is no run in ${asGiven}`, { hint: HINT });
  }
  return { result: rebuildResult(folder), folder };
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
