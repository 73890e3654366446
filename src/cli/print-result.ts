import { githubStep } from '../ci/github.js';
import { tellGitHub } from '../ci/tell-github.js';
import type { RunResult } from '../model/result.js';
import type { Env } from '../shared/env.js';
import { printJson, printText } from './print.js';

/**
 * Prints what a run came to, its summary or its JSON, on stdout, and tells the CI system of it. With JSON stdout has
 * nothing else. Returns what could not be told, a sentence each.
 */
export function printResult(
  text: string,
  result: RunResult,
  { json }: { readonly json: boolean },
  env: Env,
): readonly string[] {
  if (json) printJson(text, env);
  else printText(text, env);
  const github = githubStep(env.variables);
  if (github === null) return [];
  const stream = json ? env.stderr : env.stdout;
  return tellGitHub(result, github, { cwd: env.cwd, write: (lines) => stream.write(lines) });
}
