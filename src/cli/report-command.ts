import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../model/result.js';
import { renderHtml } from '../report/html.js';
import { renderJson } from '../report/json.js';
import { parseResult } from '../report/parse.js';
import { renderText } from '../report/text.js';
import { INTERVALS_FILE } from '../run/interval-log.js';
import { rebuildResult } from '../run/rebuild.js';
import type { Env } from '../shared/env.js';
import { StompedeError, messageOf } from '../shared/errors.js';

export interface ReportCommandOptions {
  readonly html?: string;
  readonly json?: string;
}

/**
 * Reports again, from a result.json or from a run's folder. A folder without result.json is of a run that was killed,
 * or wanted none: its result is rebuilt from the interval data, and written there with its report.
 */
export function reportCommand(source: string, options: ReportCommandOptions, env: Env): void {
  const { result, folder, rebuilt } = readSource(path.resolve(env.cwd, source), source);
  if (rebuilt) {
    write(path.join(folder, 'result.json'), renderJson(result));
    if (options.html === undefined) write(path.join(folder, 'report.html'), renderHtml(result));
  }
  if (options.html !== undefined) write(path.resolve(env.cwd, options.html), renderHtml(result));
  if (options.json !== undefined) write(path.resolve(env.cwd, options.json), renderJson(result));
  env.stdout.write(
    renderText(result, {
      color: env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '',
      columns: env.stdout.columns ?? 100,
      reportDir: options.html ?? (rebuilt ? folder : null),
    }),
  );
}

interface Source {
  readonly result: RunResult;
  readonly folder: string;
  readonly rebuilt: boolean;
}

function readSource(file: string, asGiven: string): Source {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { result: parseResult(read(file, asGiven), asGiven), folder: path.dirname(file), rebuilt: false };
  }
  const resultFile = path.join(file, 'result.json');
  if (existsSync(resultFile)) {
    const result = parseResult(read(resultFile, asGiven), asGiven);
    // One that was cut off was itself rebuilt, perhaps while the run still went on: the data knows better.
    const outdated = result.outcome === 'aborted' && existsSync(path.join(file, INTERVALS_FILE));
    if (!outdated) return { result, folder: file, rebuilt: false };
  }
  return { result: rebuildResult(file), folder: file, rebuilt: true };
}

function read(file: string, asGiven: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StompedeError('result-unreadable', `cannot read ${asGiven}: ${messageOf(error)}`, {
      hint: 'Give a result.json, or the folder of a run.',
    });
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new StompedeError('output-unwritable', `cannot write ${file}: ${messageOf(error)}`);
  }
}
