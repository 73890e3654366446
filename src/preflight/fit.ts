import type { Machine } from '../machine/machine.js';
import type { Check } from '../model/check.js';
import type { RunPlan } from '../model/plan.js';
import { StompedeError } from '../shared/errors.js';
import { brokerProcessesOf } from './broker-layout.js';
import { demandOf } from './demand.js';
import { type WorkerLayout, layOut } from './layout.js';
import { machineChecks } from './machine-checks.js';
import { openFilesOf, usableCores } from './usable.js';
import type { Ways } from './ways.js';

/** How everything of a run is spread over processes. */
export interface Layout extends WorkerLayout {
  /** Of the embedded broker; 0 where the plan has none. */
  readonly brokerProcesses: number;
}

/** A plan that has been compared with a machine. */
export interface Fit {
  readonly layout: Layout;
  readonly checks: readonly Check[];
}

/** Lays a plan out and looks at whether the machine can do it. What does not fit is laid out as if it did. */
export function fit(plan: RunPlan, machine: Machine, ways: Ways): Fit {
  const openFiles = openFilesOf(machine);
  const cores = usableCores(machine);
  const workers = layOut(plan, cores, openFiles) ?? layOut(plan, cores, Infinity);
  if (workers === null) throw new StompedeError('internal', 'a plan that no limit holds back has no layout');
  const layout = { ...workers, brokerProcesses: plan.target.embedded ? brokerProcesses(plan, openFiles) : 0 };
  return { layout, checks: machineChecks(demandOf(plan, layout, machine, ways), machine) };
}

function brokerProcesses(plan: RunPlan, openFiles: number): number {
  return brokerProcessesOf(plan, openFiles) ?? brokerProcessesOf(plan, Infinity) ?? 1;
}

/** What a run needs to know before it begins. */
export interface Admission {
  readonly layout: Layout;
  /** What does not fit and was forced, a sentence each. */
  readonly warnings: readonly string[];
}

/** Throws `machine-too-small` with every check that fails and what mends it, unless it is forced. */
export function admit(plan: RunPlan, machine: Machine, ways: Ways, force: boolean): Admission {
  const { layout, checks } = fit(plan, machine, ways);
  const failing = checks.filter(({ status }) => status === 'fail');
  if (failing.length > 0 && !force) throw tooSmall(failing);
  const warnings = failing.map(
    ({ id, found }) => `Forced, although this machine is too small for the plan (${id}): ${found}.`,
  );
  return { layout, warnings };
}

function tooSmall(failing: readonly Check[]): StompedeError {
  const lines = failing.map(
    ({ id, found, mend }) => `  ${id}: ${found}${mend === null ? '' : `\n    ${mend}`}`,
  );
  return new StompedeError(
    'machine-too-small',
    ['this machine is too small for the plan', ...lines].join('\n'),
    {
      hint: '--force runs it all the same; stompede doctor shows all that was looked at.',
    },
  );
}
