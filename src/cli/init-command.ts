import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CiSystem } from '../init/ci-systems.js';
import { BASELINE_FILE, SCENARIO_FILE } from '../init/layout.js';
import { GITLAB_FILE, GITLAB_INCLUDE, isOurs, type StarterFile, starterFiles } from '../init/starter.js';
import { scenarioTemplate } from '../init/templates/scenario.js';
import { type Written, writeFiles } from '../init/write-files.js';
import { loadScenario, type LoadOptions, scenarioFromFlags } from '../scenario/load.js';
import type { Env } from '../shared/env.js';
import { StompedeError } from '../shared/errors.js';
import { secretsOfUrl } from '../shared/mask.js';
import { ownVersion } from '../shared/version.js';

export interface InitCommandOptions {
  readonly ci?: CiSystem;
  readonly url?: string;
  readonly destination?: string;
  readonly login?: string;
  readonly force?: boolean;
}

/** Writes a scenario to begin with, and the pipeline of a CI system; what is there is kept. */
export function initCommand(folder: string, options: InitCommandOptions, env: Env): void {
  const { url = null, destination = null, login = null, ci = null, force = false } = options;
  refuseUnusable(options, env);
  const root = path.resolve(env.cwd, folder);
  const version = ownVersion();
  const isTaken = (file: string): boolean => {
    const text = textOf(path.join(root, file));
    return text !== null && !isOurs(text);
  };
  const files = starterFiles({ url, destination, login, ci, version }, isTaken);
  const written = writeFiles(root, files, { force });
  env.stdout.write(
    `${[...fileLines(files, written), '', ...nextLines(files, ci, folder, version)].join('\n')}\n`,
  );
}

/** A file that is to be committed must be right, and hold no secret. Throws `usage`, or what a scenario's reader throws. */
function refuseUnusable(options: InitCommandOptions, env: Env): void {
  const { url, destination, login } = options;
  if (url !== undefined && secretsOfUrl(url).length > 0) {
    const hint =
      'Leave it out of the URL: set TARGET to the whole one where it runs, or use --login and PASS.';
    throw new StompedeError('usage', '--url has a secret in it, and would be committed', { hint });
  }
  for (const [flag, text] of Object.entries({
    '--url': url,
    '--destination': destination,
    '--login': login,
  })) {
    if (text === undefined || (text !== '' && !/\p{Cc}/u.test(text))) continue;
    const message = text === '' ? `${flag} is empty` : `${flag} has a control character in it`;
    throw new StompedeError('usage', message, { hint: 'Leave it out, or write something else.' });
  }
  // First by themselves, so that a problem names the flag; then as they are written.
  const written = scenarioTemplate({
    url: url ?? null,
    destination: destination ?? null,
    login: login ?? null,
  });
  const asWritten: LoadOptions = {
    cwd: env.cwd,
    variables: { PASS: 'passcode' },
    set: [],
    readFile: () => written,
  };
  if (url !== undefined || destination !== undefined) {
    scenarioFromFlags({ url: url ?? 'ws://127.0.0.1/', destination }, asWritten);
  }
  loadScenario(SCENARIO_FILE, asWritten);
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function fileLines(files: readonly StarterFile[], written: readonly Written[]): readonly string[] {
  const width = Math.max(...files.map(({ path: file }) => file.length));
  return files.map(({ path: file, purpose }, index) => {
    const how = written[index] ?? 'kept';
    const why = how === 'kept' ? `${purpose}: it is there already; --force overwrites it` : purpose;
    return `${how.padEnd('overwritten'.length)}  ${file.padEnd(width)}  ${why}`;
  });
}

function nextLines(
  files: readonly StarterFile[],
  ci: CiSystem | null,
  folder: string,
  version: string,
): readonly string[] {
  const lines: string[] = [];
  if (files.some(({ path: file }) => file === GITLAB_INCLUDE)) {
    lines.push(`Add to ${GITLAB_FILE}:`, '  include:', `    - local: ${GITLAB_INCLUDE}`, '');
  }
  const stompede = `npx stompede@${version}`;
  const commands: readonly (readonly [string, string])[] = [
    ...(folder === '.' ? [] : [[`cd ${folder}`, ''] as const]),
    [`${stompede} run ${SCENARIO_FILE}`, 'try it here'],
    [`${stompede} run ${SCENARIO_FILE} --repeat 5`, 'as many runs as a baseline needs'],
    [`${stompede} baseline update ${BASELINE_FILE} reports/latest`, 'what later runs are compared with'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  lines.push('Next:', ...commands.map(([command, why]) => `  ${command.padEnd(width)}  ${why}`.trimEnd()));
  if (ci !== null) lines.push('  commit what was written, and open a pull request');
  lines.push('', 'reports/ is where runs are written: put it into .gitignore.');
  return lines;
}
