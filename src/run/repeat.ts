import { type ComparedRun, comparedRun } from '../baseline/compared-run.js';
import type { Comparison } from '../model/comparison.js';
import type { RunPlan } from '../model/plan.js';
import type { RepeatRow, RunResult } from '../model/result.js';
import { messageOf } from '../shared/errors.js';
import { EXIT } from '../shared/exit-codes.js';
import { createOutputFolder, folderWithin, type OutputFolder } from './output-folder.js';
import {
  type Attempt,
  Attempts,
  fateOf,
  isJudged,
  type RepeatSide,
  type RunFate,
} from './repeat-attempts.js';
import { type JudgedRun, repeatOutcome, repeatVerdict, type RepeatVerdictInput } from './repeat-verdict.js';
import { run, type RunEnd, type RunOptions } from './run.js';
import { type EndedRun, ShownRun } from './shown-run.js';
import { type Stop, StopSignal } from './stop-signal.js';
import { withoutComparison } from './with-comparison.js';
import { writeReports } from './write-reports.js';

/** The runs that count, in their order; with a baseline's target the n-th of both are a pair. */
export type ComparedSides = Readonly<Record<RepeatSide, readonly ComparedRun[]>>;

/** `observers` hear of the runs against the plan's own target, one after the other. */
export interface RepeatOptions extends Omit<RunOptions, 'openFolder' | 'stop' | 'finish'> {
  /** How many runs there are to be, or with `baselinePlan` pairs of runs. */
  readonly repeat: number;
  /** The same plan with the targets of the baseline, to alternate with; null: there is none. */
  readonly baselinePlan: RunPlan | null;
  /** null: there is nothing to compare with. */
  readonly compare: ((sides: ComparedSides) => Comparison) | null;
  /** `run 3 of 10 (baseline)`: that one begins. */
  readonly onTurn: (label: string) => void;
}

/** `result` and `folder` are those of all runs together; each has its own in a folder within. */
export interface RepeatEnd extends RunEnd {
  /** The runs against the plan's own target that count. */
  readonly runs: readonly ComparedRun[];
}

/**
 * The same run several times, and where there is a baseline's target, in turn with it. Throws as `run` does; what there was
 * by then has its reports.
 */
export async function runRepeated(options: RepeatOptions, runOnce = run): Promise<RepeatEnd> {
  const repetition = new Repetition(options, runOnce);
  const stop = new StopSignal(options.env, () => {
    options.onNotice(`Left at once. ${repetition.whereToLook}`);
    options.env.exitNow(EXIT.interrupted);
  });
  try {
    await repetition.run(stop);
    return repetition.close(stop.asked, null);
  } catch (error) {
    if (repetition.hasResult) repetition.close(stop.asked, options.secrets.scrub(messageOf(error)));
    throw error;
  } finally {
    stop.release();
  }
}

class Repetition {
  readonly #options: RepeatOptions;
  readonly #runOnce: typeof run;
  readonly #attempts: Attempts;
  readonly #rows: RepeatRow[] = [];
  readonly #judged: JudgedRun[] = [];
  readonly #compared: Record<RepeatSide, ComparedRun[]> = { current: [], baseline: [] };
  readonly #shown = new ShownRun();
  readonly #problems: string[] = [];
  readonly #notHandedOn: string[] = [];
  #ran = 0;
  #folder: OutputFolder | null = null;
  #folderOfRun = '';
  #neverReached: RepeatVerdictInput['neverReached'] = null;

  constructor(options: RepeatOptions, runOnce: typeof run) {
    this.#options = options;
    this.#runOnce = runOnce;
    this.#attempts = new Attempts(options.repeat, options.baselinePlan !== null);
  }

  get hasResult(): boolean {
    return this.#shown.run !== null;
  }

  get whereToLook(): string {
    return `What was measured is in ${this.#folder?.path ?? this.#options.out}: stompede report ${this.#folderOfRun}`;
  }

  async run(stop: StopSignal): Promise<void> {
    while (!stop.asked) {
      const attempt = this.#attempts.next();
      if (attempt === null) return;
      this.#attempts.ended(await this.#try(attempt, stop));
    }
  }

  /** The reports of all, from what there is; at least one run has ended. */
  close(stopped: boolean, failed: string | null): RepeatEnd {
    const [folder, shown] = [this.#folder, this.#shown.run];
    if (folder === null || shown === null) throw new TypeError('no run has ended');
    const { comparison, uncompared } = this.#compare();
    const input: RepeatVerdictInput = {
      runs: this.#judged,
      wanted: this.#attempts.wanted,
      counted: this.#attempts.counted,
      tried: this.#attempts.begun,
      paired: this.#attempts.paired,
      stopped,
      short: this.#attempts.isShort,
      neverReached: this.#neverReached,
      failed,
      comparison,
    };
    const all: RunResult = {
      ...shown.result,
      outcome: repeatOutcome(shown.result.outcome, input),
      verdict: repeatVerdict(input),
      comparison,
      repeats: this.#rows,
      notes: [
        `These figures are those of ${this.#shown.text}; the verdict is that of all runs.`,
        ...shown.result.notes,
        ...(comparison === null ? baselineWarnings(this.#rows) : []),
      ],
    };
    const result = uncompared === null ? all : withoutComparison(all, uncompared);
    const { reports, problems } = writeReports(result, this.#options.plan.report, (name) =>
      folder.file(name),
    );
    return {
      result,
      folder: folder.path,
      reports,
      problems: [...this.#problems, ...(uncompared === null ? [] : [uncompared]), ...problems],
      notHandedOn: this.#notHandedOn,
      runs: this.#compared.current,
    };
  }

  /** Ends with the first run that does not count: without it there is no pair. */
  async #try(attempt: Attempt, stop: StopSignal): Promise<RunFate> {
    const runs: EndedRun[] = [];
    let fate: RunFate = 'counts';
    for (const of of attempt.sides) {
      if (stop.asked) fate = 'stopped';
      if (fate !== 'counts') break;
      const folder = `${of === 'baseline' ? 'baseline' : 'run'}-${String(attempt.number).padStart(2, '0')}`;
      const result = await this.#run(of, folder, stop.forOneRun());
      fate = fateOf(result);
      runs.push({ of, folder, result, fate });
      this.#judge({ of, folder, result, fate });
    }
    const counts = fate === 'counts';
    for (const ended of runs) {
      this.#rows.push(rowOf(ended, !counts));
      if (counts) this.#compared[ended.of].push(comparedRun(ended.result));
      this.#shown.add(ended, !counts);
    }
    return fate;
  }

  async #run(of: RepeatSide, folder: string, stop: Stop): Promise<RunResult> {
    const { plan, baselinePlan, onTurn, observers = [] } = this.#options;
    const { paired, runsPlanned } = this.#attempts;
    this.#ran++;
    onTurn(`run ${this.#ran} of ${Math.max(this.#ran, runsPlanned)}${paired ? ` (${of})` : ''}`);
    const end = await this.#runOnce({
      ...this.#options,
      plan: of === 'baseline' ? (baselinePlan ?? plan) : plan,
      observers: of === 'current' ? observers : [],
      stop,
      openFolder: (startedAt) => this.#openFolder(folder, startedAt),
    });
    this.#problems.push(...end.problems.map((problem) => `${folder}: ${problem}`));
    this.#notHandedOn.push(...end.notHandedOn);
    return end.result;
  }

  #openFolder(name: string, startedAt: Date): OutputFolder {
    const { out, plan, secrets } = this.#options;
    this.#folder ??= createOutputFolder(out, secrets.scrub(plan.name), startedAt);
    const folder = folderWithin(this.#folder, name);
    this.#folderOfRun = folder.path;
    return folder;
  }

  #judge({ of, folder, result: { verdict }, fate }: EndedRun): void {
    if (isJudged(fate) && of === 'current') this.#judged.push({ folder, verdict });
    if (fate === 'never-reached') {
      this.#neverReached = { ofBaseline: of === 'baseline', headline: verdict.headline };
    }
  }

  /** What can't be compared costs the comparison, and not the reports. */
  #compare(): { readonly comparison: Comparison | null; readonly uncompared: string | null } {
    const { compare } = this.#options;
    const { current, baseline } = this.#compared;
    if (compare === null || current.length === 0) return { comparison: null, uncompared: null };
    try {
      const comparison = compare({ current, baseline });
      const warnings = [...comparison.warnings, ...baselineWarnings(this.#rows)];
      return { comparison: { ...comparison, warnings }, uncompared: null };
    } catch (error) {
      return { comparison: null, uncompared: messageOf(error) };
    }
  }
}

function rowOf({ of, folder, result }: EndedRun, leftOut: boolean): RepeatRow {
  return {
    folder,
    startedAt: result.run.startedAt,
    of,
    exitCode: result.verdict.exitCode,
    generator: result.generator.verdict,
    leftOut,
    headline: result.verdict.headline,
  };
}

/** What the baseline's side missed fails nothing, but whoever reads the comparison has to know it. */
function baselineWarnings(rows: readonly RepeatRow[]): readonly string[] {
  return rows
    .filter((row) => row.of === 'baseline' && didNotPass(row))
    .map(({ folder, headline, leftOut }) => {
      const how = leftOut ? 'did not pass and is left out' : 'did not pass';
      return `The baseline's own run ${folder} ${how}: ${headline}`;
    });
}

/** What is left out for the generator's sake, or for who stopped it, says nothing about its target. */
function didNotPass({ leftOut, exitCode }: RepeatRow): boolean {
  if (leftOut && (exitCode === EXIT.unsound || exitCode === EXIT.interrupted)) return false;
  return exitCode !== EXIT.good;
}
