import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check } from '../src/model/check.js';
import { startBroker } from './support/broker.js';
import { memoryGroup } from './support/control-group.js';
import { Cli, type CliOptions, runToEnd, Run, type Scenario } from './support/cli.js';
import { newFolder } from './support/folders.js';
import { httpServer, unusedAddress } from './support/servers.js';
import { inNamespace, namespacesPermitted, preloading } from './truth/support/trial.js';

const LINUX = process.platform === 'linux';

interface Diagnosis {
  readonly schema: string;
  readonly machine: readonly Check[];
  readonly targets: readonly { readonly url: string; readonly checks: readonly Check[] }[];
  readonly capacity: { readonly oneAddress: { readonly connections: number } } | null;
  readonly exitCode: number;
}

function fileOf(scenario: Scenario): string {
  const file = path.join(newFolder(), 'plan.yaml');
  writeFileSync(file, JSON.stringify(scenario));
  return file;
}

const EMBEDDED = { target: 'embedded', subscribe: [{ destination: '/topic/a' }] };

async function doctor(
  args: readonly string[],
  options: CliOptions = {},
): Promise<{ cli: Cli; code: number | null }> {
  const cli = new Cli(['doctor', ...args], options);
  return { cli, code: await cli.end(25_000) };
}

async function diagnosis(args: readonly string[], options: CliOptions = {}): Promise<Diagnosis> {
  const { cli, code } = await doctor([...args, '--json'], options);
  if (cli.stdout === '') throw new Error(cli.stderr);
  const told = JSON.parse(cli.stdout) as Diagnosis;
  expect(code).toBe(told.exitCode);
  return told;
}

function checkOf({ machine }: Diagnosis, id: string): Check | undefined {
  return machine.find((check) => check.id === id);
}

describe.concurrent('stompede doctor', () => {
  it('tells of this machine alone, and of what it holds', async () => {
    const { cli, code } = await doctor([]);
    expect(code, cli.stderr).toBe(0);
    expect(cli.stdout).toMatch(/^Machine\n/);
    expect(cli.stdout).toMatch(/This machine can hold about [\d,]+ connections/);
    expect(cli.stdout).not.toContain('Target');
  });

  it('tells of this machine and the embedded broker of a scenario', async () => {
    const { cli, code } = await doctor([fileOf(EMBEDDED)]);
    expect(code, cli.stdout).toBe(0);
    expect(cli.stdout).toMatch(/\nTarget ws:\/\/127\.0\.0\.1:\d+\/ws\n/);
    expect(cli.stdout).toMatch(/✓ subscribe {2,}\/topic\/a: RECEIPT in /);
    expect(cli.stdout).toMatch(/\nAll \d+ checks passed/);
  });

  it('tells of a bare URL, with flags', async () => {
    const { url } = await startBroker();
    const told = await diagnosis([url, '--destination', '/topic/b', '--connections', '10']);
    expect(told.schema).toBe('stompede.doctor/1');
    expect(told.exitCode).toBe(0);
    expect(told.targets.map((target) => target.url)).toEqual([url]);
    expect(told.targets[0]?.checks.find(({ id }) => id === 'subscribe')?.found).toContain('/topic/b');
  });

  it('says in its exit code when a target was never reached', async () => {
    const { cli, code } = await doctor([`ws://${await unusedAddress()}/ws`]);
    expect(code).toBe(4);
    expect(cli.stdout).toMatch(/✗ tcp {2,}TCP connection refused: ECONNREFUSED/);
    expect(cli.stdout).toMatch(/\n1 of \d+ checks fails/);
  });

  it('says in its exit code when a target answers something else', async () => {
    const { cli, code } = await doctor([`ws://${await httpServer(404, 'nothing here')}/ws`]);
    expect(code).toBe(5);
    expect(cli.stdout).toMatch(/✗ upgrade {2,}HTTP status other than 101: HTTP 404/);
    expect(cli.stdout).toContain('→ target: the path of the STOMP endpoint');
  });

  it('knows source addresses that are none of this machine', async () => {
    const { url } = await startBroker();
    const told = await diagnosis([url, '--set', 'connect.localAddresses=192.0.2.77']);
    expect(told.exitCode).toBe(3);
    expect(checkOf(told, 'source-addresses')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('192.0.2.77 is no address of this machine'),
    });
  });

  it('takes a target for reached of which one address refuses', async () => {
    const { port } = await startBroker();
    const target = { urls: [`ws://two.example:${port}/ws`], addresses: 'all' };
    const options = { env: preloading('two-addresses') };
    const told = await diagnosis([fileOf({ ...EMBEDDED, target })], options);
    const [checks = []] = told.targets.map((one) => one.checks);
    expect(checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual(['tcp']);
    expect(checks.at(-1)).toMatchObject({ id: 'receipts', status: 'ok' });
    expect(told.exitCode).toBe(5);
  });

  it('has nothing to do with flags that no scenario is there for', async () => {
    const { cli, code } = await doctor(['--connections', '10']);
    expect(code).toBe(2);
    expect(cli.stderr).toContain('scenario');
  });
});

// Limits are set in a shell around the command, as a user has them.
describe.runIf(LINUX)('a limit of open files', { concurrent: true }, () => {
  const files = (which: string, limit: number): CliOptions => ({
    shell: `ulimit ${which} ${limit}; exec "$@"`,
  });
  const tight = (target: string): Scenario => ({
    ...EMBEDDED,
    target,
    connect: { connections: 450, rate: '900/s' },
    hold: '200ms',
    disconnect: { rate: 'unlimited' },
    processes: 1,
  });

  it('that is soft is raised by Node itself, and does not count', async () => {
    const check = checkOf(await diagnosis([], files('-Sn', 256)), 'open-files');
    expect(check?.found).toMatch(
      /^[\d,]+ open files a process \(the hard limit: Node raises the soft one to it/,
    );
    expect(check?.found).not.toMatch(/^256 /);
  });

  it('that is hard is shared out to more processes', async () => {
    const target = `ws://${await unusedAddress()}/ws`;
    const scenario = { ...EMBEDDED, target, connect: { connections: 1000 } };
    const check = checkOf(await diagnosis([fileOf(scenario)], files('-n', 512)), 'open-files');
    expect(check).toMatchObject({ status: 'ok', found: expect.stringContaining('512 open files a process') });
    expect(check?.found).toContain('3 processes');
  });

  it('makes doctor and run refuse what does not fit, with the line that mends it', async () => {
    const { url } = await startBroker();
    const told = await diagnosis([fileOf(tight(url))], files('-n', 512));
    expect(told.exitCode).toBe(3);
    expect(checkOf(told, 'open-files')).toMatchObject({ status: 'fail', mend: 'processes: 2' });
    const run = new Run(tight(url), [], files('-n', 512));
    expect(await run.end(15_000)).toBe(3);
    expect(run.stderr).toContain('this machine is too small for the plan\n  open-files: ');
    expect(run.stderr).toContain('\n    processes: 2\n');
    expect(run.stderr).toContain('--force');
    expect(run.stderr).not.toContain('opening');
  });

  it('lets what does not fit run when it is forced, and the result says so', async () => {
    const { url } = await startBroker();
    const { result, run } = await runToEnd(tight(url), ['--force'], files('-n', 512));
    expect(result.connections.attempted).toBe(450);
    expect(result.notes).toContainEqual(
      expect.stringContaining('Forced, although this machine is too small'),
    );
    expect(run.stderr).toContain('Forced, although this machine is too small for the plan (open-files)');
  });

  it('of the embedded broker is shared out to more processes of it', async () => {
    const plan = { ...EMBEDDED, connect: { connections: 1000 } };
    const told = await diagnosis([fileOf(plan)], files('-n', 512));
    expect(checkOf(told, 'broker-open-files')).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('3 processes'),
    });
    expect(told.exitCode).toBe(0);
  });
});

// Who may not have a network namespace can't try this; CI has to.
describe.runIf(LINUX && (namespacesPermitted() || process.env['CI'] !== undefined))(
  'a range of 500 local ports',
  { concurrent: true },
  () => {
    const narrow = { shell: inNamespace('echo "40000 40499" > /proc/sys/net/ipv4/ip_local_port_range;') };
    const plan = { ...EMBEDDED, connect: { connections: 600, rate: '600/s' } };

    it('is too small for more connections to one destination', async () => {
      const told = await diagnosis([fileOf(plan)], narrow);
      expect(told.exitCode).toBe(3);
      expect(checkOf(told, 'local-ports')).toMatchObject({
        status: 'fail',
        mend: 'connect.localAddresses: auto',
      });
      expect(checkOf(told, 'local-ports')?.found).toContain('500 for each destination and source address');
    });

    it('is enough from further source addresses, as the mending says', async () => {
      const scenario = {
        ...plan,
        connect: { ...plan.connect, localAddresses: 'auto' },
        publish: [{ destination: '/topic/a', rate: '1/s' }],
        hold: '200ms',
        disconnect: { rate: 'unlimited' },
      };
      const { result } = await runToEnd(scenario, [], narrow);
      expect(result.failures).toEqual([]);
      expect(result.connections.complete).toBe(600);
    });

    it('is what a machine holds, where there is no plan', async () => {
      expect((await diagnosis([], narrow)).capacity?.oneAddress.connections).toBe(500);
    });

    it('has as many less as are reserved for others', async () => {
      const reserved = {
        shell: inNamespace(
          'echo "40000 40499" > /proc/sys/net/ipv4/ip_local_port_range; echo "40100-40199,50000" > /proc/sys/net/ipv4/ip_local_reserved_ports;',
        ),
      };
      expect((await diagnosis([], reserved)).capacity?.oneAddress.connections).toBe(400);
      const from = (connections: number): Scenario => ({
        ...plan,
        connect: { connections, rate: '600/s', localAddresses: ['127.0.0.2'] },
        hold: '100ms',
        disconnect: { rate: 'unlimited' },
      });
      expect((await diagnosis([fileOf(from(401))], reserved)).exitCode).toBe(3);
      const { exitCode, result } = await runToEnd(from(400), [], reserved);
      expect([exitCode, result.failures]).toEqual([0, []]);
    });
  },
);

// Only root may make a control group, and not in every container: elsewhere src/machine/ has its files by heart.
const group = LINUX ? memoryGroup(250_000_000) : null;

describe.runIf(group !== null)('a control group with 250 MB of memory', { concurrent: true }, () => {
  const within = { shell: `echo $$ > ${group?.procs ?? ''}; exec "$@"` };

  it('is all there is', async () => {
    const told = await diagnosis([], within);
    expect(checkOf(told, 'memory')?.found).toMatch(/^\d+ MB available in this control group$/);
    expect(told.capacity?.oneAddress.connections).toBeLessThan(25_000);
  });

  it('is too little for more', async () => {
    const told = await diagnosis([fileOf({ ...EMBEDDED, connect: { connections: 25_000 } })], within);
    expect(told.exitCode).toBe(3);
    expect(checkOf(told, 'memory')).toMatchObject({
      status: 'fail',
      mend: expect.stringContaining('a memory limit of'),
    });
  });
});
