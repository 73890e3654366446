import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { RunResult } from '../src/model/result.js';
import { EXIT, type ExitCode } from '../src/shared/exit-codes.js';
import { startBroker } from './support/broker.js';
import { type Cli, Run, type Scenario } from './support/cli.js';
import { descendantsOf } from './support/processes.js';
import { unusedAddress } from './support/servers.js';
import { soundly } from './support/sound-runs.js';

const SCENARIO: Scenario = {
  name: 'codes',
  target: 'embedded',
  connect: { connections: 20, rate: '200/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '10/s' }],
  hold: '500ms',
};
const LONG: Scenario = { ...SCENARIO, hold: '30s' };

test('docs/exit-codes.md lists exactly the exit codes that there are', () => {
  const text = readFileSync(new URL('../docs/exit-codes.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\|\s*(\d+)\s*\|/gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(EXIT));
});

/** What a process of the real command line ends with. test/truth/gate.test.ts reaches `worse`, with a baseline. */
const REACHED: Readonly<Record<Exclude<keyof typeof EXIT, 'worse'>, () => Promise<Cli>>> = {
  good: () => Promise.resolve(new Run(SCENARIO)),
  ownFault: async () => {
    const run = new Run({ ...SCENARIO, hold: '2s' });
    await run.reaches('holding');
    // A report can't be written where a folder has its name.
    mkdirSync(run.file('report.html'));
    return run;
  },
  usage: () => Promise.resolve(new Run({ ...SCENARIO, thresholds: ['phases.connect.p99 < 250'] })),
  machine: () =>
    Promise.resolve(
      new Run({ ...SCENARIO, connect: { connections: 5000, rate: '500/s' }, processes: 1 }, [], {
        shell: 'ulimit -n 400; exec "$@"',
      }),
    ),
  unreachable: async () => new Run({ ...SCENARIO, target: `ws://${await unusedAddress()}/ws`, publish: [] }),
  missed: () => Promise.resolve(new Run(SCENARIO, ['--threshold', 'connections.complete > 20'])),
  unsound: async () => {
    const { url } = await startBroker();
    const run = new Run({ ...LONG, target: url, hold: '2s', workers: 2, processes: 2 });
    await run.reaches('holding');
    const [worker] = descendantsOf(run.pid);
    if (worker === undefined) throw new Error('no process of a worker');
    process.kill(worker, 'SIGKILL');
    return run;
  },
  interrupted: async () => {
    const run = new Run(LONG);
    await run.reaches('holding');
    run.kill('SIGINT');
    return run;
  },
};

describe.concurrent('the command line ends with', { timeout: 100_000 }, () => {
  const cases = Object.entries(REACHED).map(
    ([name, reach]) => [EXIT[name as keyof typeof REACHED], name, reach] as const,
  );
  it.each<readonly [ExitCode, string, () => Promise<Cli>]>(cases)('%d (%s)', async (code, _, reach) => {
    // Reports are written first, always; of what never began there are none.
    const began = code !== EXIT.usage && code !== EXIT.machine;
    const attempt = async (): Promise<{ cli: Cli; exitCode: number | null; result: RunResult | null }> => {
      const cli = await reach();
      const exitCode = await cli.end(30_000);
      return { cli, exitCode, result: began && cli instanceof Run ? cli.result() : null };
    };
    const { cli, exitCode, result } = await (code === EXIT.unsound ? attempt() : soundly(attempt));
    expect(exitCode, cli.stderr).toBe(code);
    if (began) expect(result?.verdict.exitCode).toBe(code === EXIT.ownFault ? 0 : code);
  });
});
