import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { REPORT_FILES, REPORT_KINDS, type ReportKind } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { parseResult } from '../report/parse.js';
import { RENDERERS, inOrder } from '../report/renderers.js';
import { renderText } from '../report/text.js';
import { INTERVALS_FILE } from '../run/interval-log.js';
import { rebuildResult } from '../run/rebuild.js';
import type { Env } from '../shared/env.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { writeWhole } from '../shared/write-whole.js';
import { printText } from './print.js';

/** The file that gets each kind of report. */
export type ReportCommandOptions = Readonly<Partial<Record<ReportKind, string>>>;

/**
 * Reports again, from a result.json or from a run's folder. A folder without result.json, or with one that was cut short,
 * is of a run that was killed, or wanted none: its result is rebuilt from the interval data, and written there with the reports that the run was to
 * write. One that can't be written stops no other: what went wrong is thrown at the end.
 */
export function reportCommand(source: string, options: ReportCommandOptions, env: Env): void {
  const { result, folder, rebuilt } = readSource(path.resolve(env.cwd, source), source);
  const problems: string[] = [];
  let html: string | undefined;
  for (const kind of inOrder(REPORT_KINDS)) {
    const files = filesOf(kind, options, rebuilt ? { result, folder } : null, env);
    const unwritten = files.length > 0 ? written(RENDERERS[kind], result, files) : [];
    if (kind === 'html' && unwritten.length === 0) ({ html } = options);
    problems.push(...unwritten);
  }
  const text = renderText(result, {
    color: env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '',
    columns: env.stdout.columns ?? 100,
    reportDir: html ?? (rebuilt ? folder : null),
  });
  printText(text, env);
  if (problems.length > 0) throw new StompedeError('output-unwritable', problems.join('\n'));
}

/** Where a report goes: to the file that was asked for; the result of a rebuilt run always into its folder, too. */
function filesOf(
  kind: ReportKind,
  options: ReportCommandOptions,
  rebuilt: { readonly result: RunResult; readonly folder: string } | null,
  env: Env,
): readonly string[] {
  const asked = options[kind];
  const files = asked === undefined ? [] : [path.resolve(env.cwd, asked)];
  if (rebuilt === null) return files;
  const { result, folder } = rebuilt;
  const own = kind === 'json' || (asked === undefined && result.plan.report.includes(kind));
  return own ? [path.join(folder, REPORT_FILES[kind]), ...files] : files;
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
    const text = read(resultFile, asGiven);
    const hasIntervals = existsSync(path.join(file, INTERVALS_FILE));
    if (!hasIntervals || isJson(text)) {
      const result = parseResult(text, asGiven);
      // One that was cut off was itself rebuilt, perhaps while the run still went on: the data knows better.
      const outdated = result.outcome === 'aborted' && hasIntervals;
      if (!outdated) return { result, folder: file, rebuilt: false };
    }
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

/** Half a result, of a disk that was full, is none. One of another version is: nothing may take its place. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What went wrong, a sentence each. */
function written(
  render: (result: RunResult) => string,
  result: RunResult,
  files: readonly string[],
): readonly string[] {
  const problems: string[] = [];
  for (const file of files) {
    try {
      writeWhole(file, render(result));
    } catch (error) {
      problems.push(`cannot write ${file}: ${messageOf(error)}`);
    }
  }
  return problems;
}
