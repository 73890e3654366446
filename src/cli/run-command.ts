import { comparedRun } from '../baseline/compared-run.js';
import { REPORT_FILES, type RunPlan } from '../model/plan.js';
import type { LoadedScenario } from '../scenario/load.js';
import { renderText } from '../report/text.js';
import { renderJson } from '../report/json.js';
import { runRepeated } from '../run/repeat.js';
import { fateOf } from '../run/repeat-attempts.js';
import { run, type RunEnd, type RunOptions } from '../run/run.js';
import { type MetricSpread, spreadOf } from '../run/spread.js';
import { withComparison } from '../run/with-comparison.js';
import type { Env } from '../shared/env.js';
import { EXIT } from '../shared/exit-codes.js';
import { Secrets } from '../shared/mask.js';
import { ownVersion } from '../shared/version.js';
import { type Comparing, comparingWithFile, comparingWithTarget } from './comparing.js';
import { type LiveMetricsFlags, openLiveMetrics } from './live-metrics.js';
import { printResult } from './print-result.js';
import { progressView, type ProgressView } from './progress-view.js';
import { spreadText } from './spread-text.js';

export interface RunCommandOptions {
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
  /** See RunOptions. */
  readonly force: boolean;
  /** How many runs, or with `baselineScenario` pairs of runs. */
  readonly repeat: number;
  /** The file of a baseline; null: none. */
  readonly baseline: string | null;
  /** The same scenario for the baseline's target; null: there is none. */
  readonly baselineScenario: LoadedScenario | null;
  readonly live: LiveMetricsFlags;
}

/** Runs a scenario: progress on stderr, the summary (or with --json the result) on stdout. */
export async function runCommand(
  loaded: LoadedScenario,
  options: RunCommandOptions,
  env: Env,
): Promise<void> {
  const comparing = comparingOf(loaded, options, env);
  const view = progressView(env.stderr, options.quiet);
  const live = await openLiveMetrics(options.live, env, (text) => {
    view.notice(text);
  });
  const observers = live === null ? [] : [live];
  const running = runOnceOrMore(loaded, options, { comparing, observers }, view, env);
  const { end, spreads } = await running.finally(async () => {
    view.close();
    await live?.close();
  });
  const text = options.json ? renderJson(end.result) : summary(end, spreads, env);
  const problems = [...end.problems, ...printResult(text, end.result, options, env)];
  for (const problem of [...problems, ...end.notHandedOn]) env.stderr.write(`stompede: ${problem}\n`);
  env.setExitCode(problems.length > 0 ? EXIT.ownFault : end.result.verdict.exitCode);
}

function comparingOf(
  loaded: LoadedScenario,
  { baseline, baselineScenario }: RunCommandOptions,
  env: Env,
): Comparing | null {
  if (baselineScenario !== null) return comparingWithTarget(baselineScenario, loaded);
  return baseline === null ? null : comparingWithFile(baseline, loaded, env);
}

interface Ended {
  readonly end: RunEnd;
  /** Of several runs that are compared with nothing. */
  readonly spreads: readonly MetricSpread[];
}

async function runOnceOrMore(
  { plan, secrets }: LoadedScenario,
  { out, force, repeat, baselineScenario }: RunCommandOptions,
  { comparing, observers }: { comparing: Comparing | null; observers: NonNullable<RunOptions['observers']> },
  view: ProgressView,
  env: Env,
): Promise<Ended> {
  const runOptions: RunOptions = {
    plan,
    secrets: baselineScenario === null ? secrets : together(secrets, baselineScenario.secrets),
    out,
    force,
    env,
    version: ownVersion(),
    observers,
    onProgress: (progress) => {
      view.show(progress);
    },
    onNotice: (text) => {
      view.notice(text);
    },
  };
  if (repeat === 1) return { end: await runOnce(runOptions, comparing), spreads: [] };
  const baselinePlan: RunPlan | null = baselineScenario?.plan ?? null;
  const end = await runRepeated({
    ...runOptions,
    repeat,
    baselinePlan,
    compare: comparing,
    onTurn: (label) => {
      view.begin(label);
    },
  });
  return { end, spreads: comparing === null ? spreadOf(end.runs) : [] };
}

/** What ended before its time, or by an unsound generator, is compared with nothing. */
function runOnce(options: RunOptions, comparing: Comparing | null): Promise<RunEnd> {
  if (comparing === null) return run(options);
  return run({
    ...options,
    finish: (result) =>
      fateOf(result) === 'counts'
        ? withComparison(result, comparing({ current: [comparedRun(result)], baseline: [] }))
        : result,
  });
}

function together(a: Secrets, b: Secrets): Secrets {
  return new Secrets([...a.values, ...b.values]);
}

function summary({ result, folder, reports }: RunEnd, spreads: readonly MetricSpread[], env: Env): string {
  const columns = env.stdout.columns ?? 100;
  const text = renderText(result, {
    color: env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '',
    columns,
    reportDir: folder,
    reportFiles: reports.map((kind) => REPORT_FILES[kind]),
  });
  return text + spreadText(spreads, columns);
}
