import { randomBytes } from 'node:crypto';
import { startBroker, type BrokerHandle } from '../broker/host.js';
import { examineTargets, MAX_TARGETS, type Examination } from '../doctor/examine.js';
import type { Machine } from '../machine/machine.js';
import { readMachine } from '../machine/machine.js';
import { type Check, type CheckId, TARGET_CHECKS } from '../model/check.js';
import type { RunPlan } from '../model/plan.js';
import { fit } from '../preflight/fit.js';
import { type Capacity, capacityOf, machineFacts } from '../preflight/machine-facts.js';
import { findWays } from '../preflight/ways.js';
import { renderChecks, type CheckSection } from '../report/text-checks.js';
import type { LoadedScenario } from '../scenario/load.js';
import type { Env } from '../shared/env.js';
import { EXIT, type ExitCode } from '../shared/exit-codes.js';
import { formatCount } from '../shared/units.js';
import { ownVersion } from '../shared/version.js';
import { printJson, printText } from './print.js';

/** What `stompede doctor --json` prints. */
interface Diagnosis {
  readonly schema: 'stompede.doctor/1';
  readonly stompede: string;
  /** null: no scenario was given. */
  readonly scenario: string | null;
  readonly machine: readonly Check[];
  /** What this machine holds towards one destination: from one source address, and from any number of them. */
  readonly capacity: { readonly oneAddress: Capacity; readonly manyAddresses: Capacity } | null;
  readonly targets: readonly Examination[];
  /** Further ones of the plan, at which nobody looked. */
  readonly targetsLeftOut: number;
  readonly exitCode: ExitCode;
}

/** Looks at this machine and at the target of a scenario; without a scenario at this machine alone. */
export async function doctorCommand(
  loaded: LoadedScenario | null,
  options: { readonly json: boolean },
  env: Env,
): Promise<void> {
  const machine = readMachine(env.nodeVersion);
  const diagnosis = loaded === null ? machineAlone(machine) : await withScenario(loaded, machine);
  if (options.json) printJson(`${JSON.stringify(diagnosis, null, 2)}\n`, env);
  else printText(asText(diagnosis, env), env);
  env.setExitCode(diagnosis.exitCode);
}

function machineAlone(machine: Machine): Diagnosis {
  const checks = machineFacts(machine);
  return {
    schema: 'stompede.doctor/1',
    stompede: ownVersion(),
    scenario: null,
    machine: checks,
    capacity: { oneAddress: capacityOf(machine, 1), manyAddresses: capacityOf(machine, Infinity) },
    targets: [],
    targetsLeftOut: 0,
    exitCode: exitCodeOf(checks, []),
  };
}

async function withScenario({ plan, secrets }: LoadedScenario, machine: Machine): Promise<Diagnosis> {
  const { checks } = fit(plan, machine, await findWays(plan));
  const broker = plan.target.embedded ? await embeddedBroker(plan) : null;
  try {
    const urls = broker === null ? plan.target.urls : [broker.url];
    const visited = { ...plan, target: { ...plan.target, urls } };
    const { targets, leftOut } = await examineTargets(visited, secrets, randomBytes(4).toString('hex'));
    return {
      schema: 'stompede.doctor/1',
      stompede: ownVersion(),
      scenario: secrets.scrub(plan.name),
      machine: checks,
      capacity: null,
      targets,
      targetsLeftOut: leftOut,
      exitCode: exitCodeOf(checks, targets),
    };
  } finally {
    await broker?.stop();
  }
}

/** With the faults of the scenario: it is what a run would meet. One process answers as several do. */
function embeddedBroker({ target }: RunPlan): Promise<BrokerHandle> {
  const faults = target.broker?.faults ?? null;
  return startBroker(faults === null ? {} : { faults });
}

/** What there is to be told only when something of the target has answered. */
const ANSWERED: ReadonlySet<CheckId> = new Set(TARGET_CHECKS.slice(TARGET_CHECKS.indexOf('upgrade')));

/** The machine first: no target can be blamed for what it can't do. */
function exitCodeOf(machine: readonly Check[], targets: readonly Examination[]): ExitCode {
  const failing = (checks: readonly Check[]): readonly Check[] =>
    checks.filter(({ status }) => status === 'fail');
  if (failing(machine).length > 0) return EXIT.machine;
  if (targets.every(({ checks }) => failing(checks).length === 0)) return EXIT.good;
  // Of a name with several addresses one may refuse, and another one answer.
  const wasReached = targets.some(({ checks }) => checks.some(({ id }) => ANSWERED.has(id)));
  return wasReached ? EXIT.missed : EXIT.unreachable;
}

function asText({ machine, capacity, targets, targetsLeftOut }: Diagnosis, env: Env): string {
  const sections: CheckSection[] = [
    { title: 'Machine', checks: machine, remarks: capacity === null ? [] : remarksOn(capacity) },
    ...targets.map(({ url, checks }) => ({ title: `Target ${url}`, checks })),
  ];
  if (targetsLeftOut > 0)
    sections.push({ title: `No more than ${MAX_TARGETS} targets were looked at.`, checks: [] });
  return renderChecks(sections, {
    color: env.stdout.isTTY === true && (env.variables['NO_COLOR'] ?? '') === '',
    columns: env.stdout.columns ?? 100,
  });
}

function remarksOn({ oneAddress, manyAddresses }: NonNullable<Diagnosis['capacity']>): string[] {
  const [one, many] = [sentence(oneAddress), sentence(manyAddresses)];
  return [
    `This machine can hold about ${one} to one destination.`,
    ...(manyAddresses.connections > oneAddress.connections
      ? [`From further source addresses (connect.localAddresses), or to further destinations, about ${many}.`]
      : []),
    'Give a scenario or a URL to have it compared with a plan, and the target looked at.',
  ];
}

function sentence({ connections, processes, endedBy }: Capacity): string {
  const spread = `${formatCount(processes)} ${processes === 1 ? 'process' : 'processes'}`;
  return `${formatCount(connections)} connections in ${spread} (${endedBy} ends it)`;
}
