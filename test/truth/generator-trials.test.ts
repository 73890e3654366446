import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FindingKind, GeneratorVerdict } from '../../src/model/findings.js';
import type { RunResult } from '../../src/model/result.js';
import { type CliOptions, Run, type Scenario } from '../support/cli.js';
import { expectSoundCounts } from '../support/sound-counts.js';
import { Table } from './support/table.js';
import {
  OTHERS_BUSY,
  brokerProcess,
  busyWithOthers,
  endAll,
  floodingBroker,
  found,
  hogCpus,
  inNamespace,
  kindsOf,
  limitOpenFiles,
  namespacesPermitted,
  pause,
  preloading,
  trialScenario,
  workerProcesses,
} from './support/trial.js';

let tolerated: readonly FindingKind[] = [];

beforeEach(async () => {
  tolerated = (await busyWithOthers()) > OTHERS_BUSY ? ['cpu-starved'] : [];
});

/** What was found about the generator, less what is tolerated where it was not looked for. */
function ownKinds({ findings }: RunResult, looked: readonly string[]): string[] {
  const beside = tolerated.filter((kind) => !looked.includes(kind));
  return kindsOf(findings, 'generator').filter((kind) => !beside.some((known) => known === kind));
}

/** A run may take longer than its plan: what is done to it slows it down. */
const ENDS_WITHIN_MS = 60_000;

const table = new Table('verdicts.md', 'trials', [
  'what was done',
  'to',
  'generator',
  'exit code',
  'findings',
]);

afterAll(() => {
  table.print();
});

async function endOf(run: Run, injected: string, to: 'generator' | 'target'): Promise<RunResult> {
  const exitCode = await run.end(ENDS_WITHIN_MS);
  const result = run.result();
  expect(result.verdict.exitCode).toBe(exitCode);
  expectSoundCounts(result);
  table.row(injected, to, result.generator.verdict, String(exitCode), found(result));
  return result;
}

interface Trial {
  readonly injected: string;
  readonly scenario?: Scenario;
  readonly options?: CliOptions;
  /** Done while the run goes on. */
  readonly meanwhile?: (run: Run) => unknown;
  readonly kind: FindingKind;
  readonly verdicts: readonly GeneratorVerdict[];
  /** What else is so. */
  readonly also?: (result: RunResult) => void;
}

const EMBEDDED = 'embedded';
/** Arrivals go on for three seconds: what becomes too little within one of them is missed by the rest. */
const SLOW_RAMP = { connect: { connections: 900, rate: '300/s' }, hold: '2s' };

const TRIALS: readonly Trial[] = [
  {
    injected: "a worker's loop blocked for 300 ms every second",
    options: { env: preloading('block-workers') },
    kind: 'loop-blocked',
    verdicts: ['doubtful', 'invalid'],
  },
  {
    injected: 'open files limited to 300 while it runs',
    scenario: SLOW_RAMP,
    meanwhile: async (run) => {
      await run.reaches('opening');
      await sleep(300);
      limitOpenFiles(run.pid, 300);
    },
    kind: 'open-files',
    verdicts: ['invalid'],
  },
  {
    injected: 'a heap of 10 MB for a worker of 2,000 connections',
    scenario: { connect: { connections: 2000, rate: '1000/s' }, hold: '3s' },
    options: { env: { ...preloading('small-heap'), TRIAL_HEAP_MB: '10' } },
    kind: 'memory-limit',
    verdicts: ['invalid'],
  },
  {
    injected: 'a worker process stopped (SIGSTOP) for 3 s',
    scenario: { workers: 2, processes: 2, hold: '7s' },
    meanwhile: async (run) => {
      const [stopped = 0] = await workerProcesses(run, 2);
      await run.reaches('holding');
      await sleep(1000);
      await pause(stopped, 3000);
    },
    kind: 'process-paused',
    verdicts: ['doubtful'],
  },
  {
    injected: 'the same for 4 s, with heart-beats of 1 s: the target ends the silent connections',
    scenario: {
      workers: 2,
      processes: 2,
      hold: '9s',
      stomp: { heartbeat: { send: '1s', receive: '1s' } },
    },
    meanwhile: async (run) => {
      const [stopped = 0] = await workerProcesses(run, 2);
      await run.reaches('holding');
      await sleep(1200);
      await pause(stopped, 4000);
    },
    kind: 'process-paused',
    verdicts: ['doubtful', 'invalid'],
    also: ({ connections, failures }) => {
      // All that the stopped process had, and none of the other's.
      expect(connections.failed).toBe(150);
      expect(failures.map(({ count, whileUnsound }) => count - whileUnsound)).toEqual(failures.map(() => 0));
    },
  },
  {
    injected: 'a worker process killed',
    scenario: { workers: 2, processes: 2 },
    meanwhile: async (run) => {
      const [killed = 0] = await workerProcesses(run, 2);
      await run.reaches('holding');
      process.kill(killed, 'SIGKILL');
    },
    kind: 'worker-lost',
    verdicts: ['invalid'],
  },
];

/** One cause, named once; nothing of it is laid at the target's door. */
function expectBlame(result: RunResult, kind: FindingKind, verdicts: readonly GeneratorVerdict[]): void {
  const said = JSON.stringify(result.findings, null, 1);
  expect(ownKinds(result, [kind]), said).toEqual([kind]);
  expect(kindsOf(result.findings, 'target'), said).toEqual([]);
  expect(verdicts).toContain(result.generator.verdict);
  expect(result.verdict.exitCode === 6).toBe(result.generator.verdict === 'invalid');
}

describe('what is wrong with the generator', () => {
  it.each(TRIALS)(
    'is found: $injected',
    async ({ injected, scenario, options, meanwhile, kind, verdicts, also }) => {
      const run = new Run(trialScenario(EMBEDDED, scenario), [], options);
      await meanwhile?.(run);
      const result = await endOf(run, injected, 'generator');
      expectBlame(result, kind, verdicts);
      also?.(result);
    },
  );

  it('is found: a hog on every core', async () => {
    const hogs = hogCpus();
    const publish = [{ destination: '/topic/trial', rate: '60/s', size: '200B' }];
    const run = new Run(trialScenario(EMBEDDED, { publish }));
    const result = await endOf(run, 'two busy processes on every core', 'generator');
    endAll(hogs);
    expectBlame(result, 'cpu-starved', ['doubtful', 'invalid']);
  });

  it('is found: one worker receives more than it can read, and keeps none of it', async () => {
    const publish = [{ destination: '/topic/trial', rate: '10000/s', size: '100B' }];
    const run = new Run(trialScenario(await floodingBroker(), { publish, hold: '4s' }));
    const result = await endOf(run, 'three million deliveries a second for one worker', 'generator');
    expectBlame(result, 'cpu-saturated', ['doubtful', 'invalid']);
    expect(result.generator.readDelayUs?.max).toBeGreaterThan(200_000);
    expect(result.deliveries.lost).toBe(0);
    // What it can't read waits in the kernel and at the target, and what it can't send then is not sent.
    expect(result.generator.maxRssBytes).toBeLessThan(300e6);
  });
});

// Who may not have a network namespace can't try this; CI has to.
describe.runIf(namespacesPermitted() || process.env['CI'] !== undefined)('local ports', () => {
  const narrow = 'echo "40000 40499" > /proc/sys/net/ipv4/ip_local_port_range';

  it('that become 500 while it runs are found', async () => {
    const shell = inNamespace(`(sleep 2; ${narrow}) &`);
    const run = new Run(
      trialScenario(EMBEDDED, { connect: { connections: 1500, rate: '300/s' }, hold: '1s' }),
      [],
      {
        shell,
      },
    );
    const injected = 'a network namespace in which only 500 local ports are left while it runs';
    expectBlame(await endOf(run, injected, 'generator'), 'local-ports', ['invalid']);
  });

  it('that are 500 from the start are too few before anything is opened', async () => {
    const run = new Run(trialScenario(EMBEDDED, { connect: { connections: 600, rate: '300/s' } }), [], {
      shell: inNamespace(`${narrow};`),
    });
    expect(await run.end(ENDS_WITHIN_MS)).toBe(3);
    expect(run.stderr).toContain('500');
    table.row(
      'a network namespace with 500 local ports',
      'generator',
      '(not begun)',
      '3',
      'none: refused at the start',
    );
  });
});

it('open files that are 300 from the start are shared by more processes, or refused', async () => {
  const shell = 'ulimit -n 300; exec "$@"';
  const { url } = await brokerProcess();
  const run = new Run(trialScenario(url, { hold: '2s' }), [], { shell });
  const injected = 'open files limited to 300 at the start: more processes share the connections';
  const result = await endOf(run, injected, 'generator');
  expect(result.generator.processes).toBe(2);
  expect(ownKinds(result, [])).toEqual([]);
  expect(result.connections.complete).toBe(300);
  const refused = new Run(trialScenario(url, { processes: 1 }), [], { shell });
  expect(await refused.end(ENDS_WITHIN_MS)).toBe(3);
  table.row('the same, and processes: 1', 'generator', '(not begun)', '3', 'none: refused at the start');
});

describe('what is wrong with the target', () => {
  let plain: Awaited<ReturnType<typeof brokerProcess>>;

  beforeAll(async () => {
    plain = await brokerProcess();
  });

  function expectNoBlame(result: RunResult): void {
    expect(ownKinds(result, []), JSON.stringify(result.findings, null, 1)).toEqual([]);
    expect(result.generator.verdict).toBe(
      kindsOf(result.findings, 'generator').length === 0 ? 'sound' : 'doubtful',
    );
    expect(result.verdict.exitCode).not.toBe(6);
  }

  it("is not the generator's: the broker's process stopped for 3 s", async () => {
    const run = new Run(trialScenario(plain.url, { timeouts: { drain: '5s' } }));
    await run.reaches('holding');
    await sleep(1000);
    await pause(plain.pid, 3000);
    const result = await endOf(run, "the broker's process stopped (SIGSTOP) for 3 s", 'target');
    expectNoBlame(result);
    expect(result.deliveries.latencyUs?.max).toBeGreaterThan(2_000_000);
  });

  it("is not the generator's: the broker's loop blocked", async () => {
    const { url } = await brokerProcess({ env: preloading('block-broker') });
    const run = new Run(trialScenario(url));
    const result = await endOf(run, "the broker's loop blocked for 300 ms every second", 'target');
    expectNoBlame(result);
    expect(result.deliveries.latencyUs?.max).toBeGreaterThan(200_000);
  });

  it("is not the generator's: too few open files for the broker", async () => {
    const { url } = await brokerProcess({ shell: 'ulimit -n 150; exec "$@"' });
    const run = new Run(trialScenario(url, { hold: '2s' }));
    const result = await endOf(run, "the broker's open files limited to 150", 'target');
    expectNoBlame(result);
    expect(result.failures.map(({ side }) => side)).not.toContain('generator');
    expect(result.connections.failed).toBeGreaterThan(100);
  });
});
