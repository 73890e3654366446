import { githubStep } from '../ci/github.js';
import { inertJson, inertText } from '../ci/workflow-command.js';
import type { Env } from '../shared/env.js';

/** What a command says at its end. It may quote a target: on GitHub Actions it is no command of the runner. */
export function printText(text: string, env: Env): void {
  env.stdout.write(githubStep(env.variables) === null ? text : inertText(text));
}

/** The same for the text of JSON, which stays JSON. */
export function printJson(json: string, env: Env): void {
  env.stdout.write(githubStep(env.variables) === null ? json : inertJson(json));
}
