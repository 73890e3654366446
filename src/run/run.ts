import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { ReportKind, RunPlan } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { admit } from '../preflight/fit.js';
import { portsOfOurChoice } from '../preflight/usable.js';
import { findWays } from '../preflight/ways.js';
import { readMachine } from '../machine/machine.js';
import { wallClock } from '../shared/clock.js';
import type { Env } from '../shared/env.js';
import { messageOf } from '../shared/errors.js';
import { EXIT } from '../shared/exit-codes.js';
import { type Secrets, maskPlan } from '../shared/mask.js';
import { buildResult } from './build-result.js';
import { Coordinator } from './coordinator.js';
import { environmentInfo } from './environment.js';
import { INTERVALS_FILE, IntervalLog } from './interval-log.js';
import { createOutputFolder, type OutputFolder } from './output-folder.js';
import type { Progress } from './progress.js';
import type { RunObserver } from '../metrics/run-observer.js';
import { Observers } from './observers.js';
import { type Routes, openRoutes } from './routes.js';
import { type Stop, StopSignal } from './stop-signal.js';
import { type Target, openTarget } from './target.js';
import { withoutComparison } from './with-comparison.js';
import { writeReports } from './write-reports.js';

export interface RunOptions {
  readonly plan: RunPlan;
  readonly secrets: Secrets;
  /** The folder that gets a folder for this run. */
  readonly out: string;
  readonly env: Env;
  /** Run even what this machine is too small for; the result says so. */
  readonly force?: boolean;
  /** stompede's own version. */
  readonly version: string;
  readonly onProgress: (progress: Progress) => void;
  /** Something that a person watching has to know now, a sentence. */
  readonly onNotice: (text: string) => void;
  /** Hear of the run while it goes on. */
  readonly observers?: readonly RunObserver[];
  /** Makes this run's folder in the place of `out`. */
  readonly openFolder?: (startedAt: Date) => OutputFolder;
  /** Of the one who has several runs: this one listens to it, and to no signal itself. */
  readonly stop?: Stop;
  /** Adds what the result is compared with, before the reports are written. Where it throws, the run is no pass. */
  readonly finish?: (result: RunResult) => RunResult;
}

export interface RunEnd {
  readonly result: RunResult;
  readonly folder: string;
  /** Those that were written. */
  readonly reports: readonly ReportKind[];
  /** Reports that could not be written, a sentence each. */
  readonly problems: readonly string[];
  /** What observers could not hand on, a sentence each: nothing that the run's verdict or its reports depend on. */
  readonly notHandedOn: readonly string[];
}

/**
 * One run, from plan to reports. Throws a StompedeError only for what was found before the first socket
 * (`output-unwritable`, `machine-too-small`, `broker-failed`); whatever the target does ends in a result.
 */
export async function run(options: RunOptions): Promise<RunEnd> {
  const { secrets, env, version } = options;
  const machine = readMachine(env.nodeVersion);
  const force = options.force ?? false;
  const ways = await findWays(options.plan);
  const { layout, warnings } = admit(options.plan, machine, ways, force);
  const { workers, threadsOfProcesses } = layout;
  const processes = threadsOfProcesses.length;
  const deal = (plan: RunPlan): Promise<Routes> =>
    openRoutes(plan, { workers, ports: portsOfOurChoice(machine), ways, force });
  // The ports of the embedded broker are not known before it listens.
  const known = options.plan.target.embedded ? null : await deal(options.plan);
  for (const warning of warnings) options.onNotice(warning);
  const startedAt = wallClock();
  const folder =
    options.openFolder?.(startedAt) ??
    createOutputFolder(options.out, secrets.scrub(options.plan.name), startedAt);
  const environment = environmentInfo(machine, env.nodeVersion);
  const runId = randomBytes(4).toString('hex');
  const stop = options.stop ?? stopSignalOf(options, folder);
  stop.onAsked(() => {
    options.onNotice(
      'Stopping: no further arrivals, disconnecting what is open. Ctrl-C again leaves at once.',
    );
  });
  const observers = new Observers(options.observers ?? [], options.onNotice);
  const log = new IntervalLog(folder.file(INTERVALS_FILE));
  let target: Target | null = null;
  try {
    target = await openTarget(options.plan, layout.brokerProcesses, (file) =>
      path.resolve(folder.path, file),
    );
    const masked = maskPlan(target.plan, secrets);
    const routes = known ?? (await deal(target.plan));
    log.write({
      type: 'header',
      header: {
        schema: 'stompede.intervals/3',
        stompede: version,
        runId,
        startedAt: startedAt.toISOString(),
        workers,
        processes,
        plan: masked,
        environment,
      },
    });
    observers.started({ runId, startedAt, plan: masked });
    const coordinator = new Coordinator({
      ...routes,
      plan: target.plan,
      runId,
      secrets,
      threadsOfProcesses,
      log,
      stop,
      onProgress: options.onProgress,
      onSecond: (second) => {
        observers.second(second);
      },
      onAborted: ({ text }) => {
        options.onNotice(`Cut short, disconnecting what is open: ${text}`);
      },
    });
    const end = await coordinator.run();
    const { measuring, ended } = end;
    log.write({ type: 'end', ended });
    await log.close();
    const built = buildResult({
      measuring,
      plan: masked,
      run: {
        id: runId,
        name: masked.name,
        startedAt: startedAt.toISOString(),
        endedAt: wallClock().toISOString(),
        durationMs: Math.max(0, Math.round((measuring.aggregator.lastUs - end.startUs) / 1000)),
        marksMs: end.marksMs,
      },
      ended,
      lost: end.lost,
      workers,
      processes,
      environment,
      version,
      notes: [...warnings, target.endedBy(), incompleteOnDisk(log)].filter((note) => note !== null),
    });
    const { result, unfinished } = finished(built, options);
    const { reports, problems } = writeReports(result, options.plan.report, (name) => folder.file(name));
    const notHandedOn = await observers.ended(result);
    return {
      result,
      folder: folder.path,
      reports,
      problems: [...unfinished, ...problems, ...(await target.stop())],
      notHandedOn,
    };
  } finally {
    await target?.stop();
    stop.release();
    await log.close();
  }
}

/** A result that could not be finished is still one. */
function finished(built: RunResult, { finish }: RunOptions): { result: RunResult; unfinished: string[] } {
  try {
    return { result: finish?.(built) ?? built, unfinished: [] };
  } catch (error) {
    const why = messageOf(error);
    return { result: withoutComparison(built, why), unfinished: [why] };
  }
}

function stopSignalOf({ env, onNotice }: RunOptions, folder: OutputFolder): StopSignal {
  return new StopSignal(env, () => {
    onNotice(`Left at once. What was measured is in ${folder.path}: stompede report ${folder.path}`);
    env.exitNow(EXIT.interrupted);
  });
}

function incompleteOnDisk({ problem }: IntervalLog): string | null {
  return problem === null ? null : `Interval data is incomplete on disk (${problem}); this result is not.`;
}
