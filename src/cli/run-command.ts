import type { LoadedScenario } from '../scenario/load.js';
import { renderText } from '../report/text.js';
import { renderJson } from '../report/json.js';
import { run } from '../run/run.js';
import type { Env } from '../shared/env.js';
import { EXIT } from '../shared/exit-codes.js';
import { ownVersion } from '../shared/version.js';
import { progressView } from './progress-view.js';

export interface RunCommandOptions {
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
  /** See RunOptions. */
  readonly force: boolean;
}

/** Runs a scenario: progress on stderr, the summary (or with --json the result) on stdout. */
export async function runCommand(
  { plan, secrets }: LoadedScenario,
  options: RunCommandOptions,
  env: Env,
): Promise<void> {
  const view = progressView(env.stderr, options.quiet);
  const end = await run({
    plan,
    secrets,
    out: options.out,
    force: options.force,
    env,
    version: ownVersion(),
    onProgress: (progress) => {
      view.show(progress);
    },
    onNotice: (text) => {
      view.notice(text);
    },
  }).finally(() => {
    view.close();
  });
  const text = options.json ? renderJson(end.result) : summary(end, env);
  env.stdout.write(text);
  for (const problem of [...end.problems, ...end.notHandedOn]) env.stderr.write(`stompede: ${problem}\n`);
  env.setExitCode(end.problems.length > 0 ? EXIT.ownFault : end.result.verdict.exitCode);
}

function summary({ result, folder }: Awaited<ReturnType<typeof run>>, env: Env): string {
  return renderText(result, {
    color: env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '',
    columns: env.stdout.columns ?? 100,
    reportDir: folder,
    reportFiles: result.plan.report.map((kind) => (kind === 'html' ? 'report.html' : 'result.json')),
  });
}
