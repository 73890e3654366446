import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine/machine.js';
import type { Check, CheckStatus } from '../model/check.js';
import type { RunPlan } from '../model/plan.js';
import { fit } from './fit.js';
import type { FoundSources, Ways } from './ways.js';
import { LARGE, REMOTE, connections, planOf, waysOf } from './testing/worlds.js';

const LOCAL = 'ws://127.0.0.1:15674/ws';

function check(id: string, plan: RunPlan, machine: Partial<Machine> = {}, ways: Ways = waysOf(plan)): Check {
  const { checks } = fit(plan, { ...LARGE, ...machine }, ways);
  const found = checks.find((one) => one.id === id);
  if (found === undefined)
    throw new Error(`there is no ${id} among ${checks.map((one) => one.id).join(', ')}`);
  return found;
}

const idsOf = (plan: RunPlan, machine: Partial<Machine> = {}): string[] =>
  fit(plan, { ...LARGE, ...machine }, waysOf(plan)).checks.map(({ id }) => id);

describe('checks of the machine', () => {
  it('are all ok, with nothing to mend, for a small plan on a large machine', () => {
    const plan = planOf({ target: 'embedded' });
    const { checks } = fit(plan, { ...LARGE, conntrack: { count: 5, max: 9e6 } }, waysOf(plan));
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'node ok',
      'open-files ok',
      'broker-open-files ok',
      'system-open-files ok',
      'local-ports ok',
      'time-wait ok',
      'accept-queue ok',
      'conntrack ok',
      'memory ok',
      'tcp-memory ok',
      'cores ok',
      'threads ok',
      'clock-source ok',
    ]);
    expect(checks.every(({ mend }) => mend === null)).toBe(true);
  });

  it('leave out what the system does not tell, and what the plan has not to do with', () => {
    const unknown: Partial<Machine> = {
      openFilesOfSystem: null,
      timeWaitSockets: null,
      tcpMemory: { tcpPages: null, tcpPressurePages: null, tcpLimitPages: null },
      threadsLeft: null,
      clockSource: null,
    };
    expect(idsOf(planOf(), unknown)).toEqual(['node', 'open-files', 'local-ports', 'memory', 'cores']);
  });

  it('say what to do wherever they fail', () => {
    const plan = planOf({ ...connections(900_000), target: 'embedded', processes: 1 });
    const none: Partial<Machine> = {
      nodeVersion: 'v18.20.0',
      openFilesPerProcess: 100,
      openFilesOfSystem: { open: 0, max: 100 },
      localPorts: [40_000, 40_099],
      memoryAvailableBytes: 1e6,
      conntrack: { count: 1, max: 2 },
      threadsLeft: 1,
    };
    const failing = fit(plan, { ...LARGE, ...none }, waysOf(plan)).checks.filter(
      ({ status }) => status === 'fail',
    );
    expect(failing.map(({ id }) => id)).toEqual([
      'node',
      'open-files',
      'broker-open-files',
      'system-open-files',
      'local-ports',
      'conntrack',
      'memory',
      'threads',
    ]);
    for (const { mend } of failing) expect(mend).toMatch(/\S/);
  });
});

describe('open files', () => {
  const limit = (files: number): Partial<Machine> => ({ openFilesPerProcess: files, openFilesHard: files });

  it('are shared by as many processes as they ask for', () => {
    const { status, found } = check('open-files', planOf(connections(50_000)), {
      ...limit(20_000),
      cores: 2,
    });
    expect(status).toBe('ok');
    expect(found).toContain('20,000 open files a process');
    expect(found).toContain('3 processes, 16,7');
  });

  it('fail with the processes that would do', () => {
    const plan = planOf({ ...connections(20_000), processes: 2 });
    expect(check('open-files', plan, limit(4096))).toMatchObject({ status: 'fail', mend: 'processes: 6' });
  });

  it('fail with the command where more processes would be needed than there may be', () => {
    const plan = planOf({ ...connections(60_000), processes: 2 });
    const { mend } = check('open-files', plan, { ...limit(256), localPorts: null });
    expect(mend).toBe('sudo prlimit --nofile=50000:50000 --pid $$');
    const broker = { faults: null, ledger: null, processes: 2 };
    const embedded = { ...plan, target: { embedded: true, urls: [], addresses: 'first' as const, broker } };
    expect(check('broker-open-files', embedded, limit(700)).mend).toMatch(
      /^target\.embedded\.processes: \d\d\d$/,
    );
    expect(check('broker-open-files', embedded, limit(500)).mend).toMatch(/^sudo prlimit/);
  });

  it('fail with the command that raises the hard limit where no number of processes would do', () => {
    const { mend } = check('open-files', planOf(), limit(64));
    expect(mend).toBe('sudo prlimit --nofile=2000:2000 --pid $$');
  });

  it('fail with the command for fs.nr_open before it, where that is lower', () => {
    const plan = planOf({ ...connections(900), processes: 1 });
    const { mend } = check('open-files', plan, { ...limit(64), openFilesCeiling: 900 });
    expect(mend).toMatch(/^sudo sysctl -w fs\.nr_open=(\d+) && sudo prlimit --nofile=\1:\1 --pid \$\$$/);
  });

  it('of the embedded broker fail with the processes that would do', () => {
    const target = { embedded: true, urls: [], addresses: 'first' as const };
    const broker = { faults: null, ledger: null, processes: 2 };
    const plan = { ...planOf(connections(25_000)), target: { ...target, broker } };
    expect(check('broker-open-files', plan, limit(10_000))).toMatchObject({
      status: 'fail',
      mend: 'target.embedded.processes: 3',
    });
  });

  it('of an embedded broker that has to be one process fail with the command', () => {
    const target = { embedded: true, urls: [], addresses: 'first' as const };
    const broker = { faults: null, ledger: 'truth.json', processes: 1 };
    const plan = { ...planOf(connections(25_000)), target: { ...target, broker } };
    expect(check('broker-open-files', plan, limit(10_000)).mend).toBe(
      'sudo prlimit --nofile=50000:50000 --pid $$',
    );
  });

  it('of the whole machine count both sides where the target is on it', () => {
    const few: Partial<Machine> = { openFilesOfSystem: { open: 1000, max: 3000 } };
    expect(check('system-open-files', planOf(), few).status).toBe('ok');
    expect(check('system-open-files', planOf({ target: LOCAL }), few)).toMatchObject({
      status: 'fail',
      mend: 'sudo sysctl -w fs.file-max=5000',
    });
  });
});

describe('local ports', () => {
  const status = (plan: RunPlan, machine: Partial<Machine> = {}, ways?: Ways): CheckStatus =>
    check('local-ports', plan, machine, ways).status;
  const from = (plan: RunPlan, ...addresses: readonly string[]): Ways =>
    waysOf(plan, { pools: [{ host: 'any', addresses }] });
  const loopbackNet: FoundSources['pools'] = [{ host: '127.0.0.1', addresses: 'loopback-net' }];
  const list = (count: number): string[] => Array.from({ length: count }, (_, n) => `127.0.0.${n + 2}`);

  it('are 28,232 for one destination, publishers among them', () => {
    expect(status(planOf(connections(28_231)))).toBe('warn');
    expect(status(planOf(connections(28_232)))).toBe('fail');
  });

  it('are worth a warning beyond half of them, where the kernel has to search for the rest', () => {
    expect(status(planOf(connections(14_115)))).toBe('ok');
    expect(check('local-ports', planOf(connections(14_116)))).toMatchObject({
      status: 'warn',
      mend: 'connect.localAddresses: auto',
    });
    const auto = planOf({ ...connections(14_116), target: LOCAL }, 'auto');
    expect(status(auto, {}, waysOf(auto, { pools: loopbackNet }))).toBe('ok');
  });

  it('are there once more for each further destination, but not for another path of the same', () => {
    const two = [REMOTE, 'ws://other.example.com:15674/ws'];
    expect(status(planOf({ ...connections(56_000), target: two }))).toBe('warn');
    const same = [REMOTE, 'ws://broker.example.com:15674/other'];
    expect(status(planOf({ ...connections(56_000), target: same }))).toBe('fail');
  });

  it('end at the destination that gets most of the connections', () => {
    const uneven = [REMOTE, 'ws://broker.example.com:15674/b', 'ws://other.example.com/ws'];
    expect(status(planOf({ ...connections(42_000), target: uneven }))).toBe('warn');
    expect(status(planOf({ ...connections(43_000), target: uneven }))).toBe('fail');
  });

  it('are there once more for each process of the embedded broker', () => {
    const plan = planOf({ ...connections(100_000), target: 'embedded' });
    expect(status(plan, { openFilesPerProcess: 20_000 })).toBe('warn');
    expect(status(plan)).toBe('fail');
  });

  it('are there once more for each source address', () => {
    const plan = connections(80_000);
    expect(status(planOf({ ...plan, target: LOCAL }, list(2)))).toBe('fail');
    expect(status(planOf({ ...plan, target: LOCAL }, list(3)))).toBe('ok');
  });

  it('never end on loopback with localAddresses: auto, and elsewhere with the addresses of this machine', () => {
    const million = planOf({ ...connections(1_000_000), target: LOCAL }, 'auto');
    expect(status(million, {}, waysOf(million, { pools: loopbackNet }))).toBe('ok');
    const plan = planOf({ ...connections(56_000), target: 'ws://198.51.100.1/' }, 'auto');
    expect(status(plan, {}, from(plan, '192.0.2.7'))).toBe('fail');
    expect(status(plan, {}, from(plan, '192.0.2.7', '192.0.2.8'))).toBe('ok');
  });

  it('are counted of the addresses that go with a destination, and of no others', () => {
    const outside = planOf({ ...connections(50_000), target: 'ws://198.51.100.1/' }, [
      '192.0.2.7',
      '127.0.0.2',
      '2001:db8::7',
    ]);
    expect(check('local-ports', outside)).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('1 destination, 1 source address;'),
    });
    const local = planOf({ ...connections(50_000), target: LOCAL }, ['192.0.2.7', '127.0.0.2', '::1']);
    expect(status(local)).toBe('ok');
  });

  it('are those of the destination that has the fewest addresses for what it gets', () => {
    const target = ['ws://127.0.0.1/', 'ws://[::1]/'];
    const plan = planOf({ ...connections(60_000), target }, 'auto');
    const pools = [...loopbackNet, { host: '::1', addresses: ['::1'] }];
    expect(status(plan, {}, waysOf(plan, { pools }))).toBe('fail');
    const fewer = planOf({ ...connections(56_000), target }, 'auto');
    expect(status(fewer, {}, waysOf(fewer, { pools }))).toBe('ok');
  });

  it('of a name that may be of several kinds are worth a warning where one of them has too few', () => {
    const plan = planOf({ ...connections(50_000), target: 'ws://localhost/' }, 'auto');
    const pools = [...loopbackNet, { host: '::1', addresses: ['::1'] }];
    const hosts = { localhost: ['::1', '127.0.0.1'] };
    expect(status(plan, {}, waysOf(plan, { pools }, hosts))).toBe('warn');
  });

  it('are fewer by those that are reserved', () => {
    const reserved = { reservedPorts: [[1000, 1999] as const, [40_000, 40_299] as const] };
    expect(status(planOf(connections(28_000)), reserved)).toBe('fail');
    expect(status(planOf(connections(27_900)), reserved)).toBe('warn');
  });

  it('are taken to be there where the system does not say', () => {
    expect(status(planOf(connections(200_000)), { localPorts: null })).toBe('ok');
  });

  it('are there once more for each address of a name, and may be where that is not known', () => {
    const target = { urls: [REMOTE], addresses: 'all' };
    const plan = planOf({ ...connections(40_000), target });
    expect(status(plan)).toBe('warn');
    const hosts = (...all: readonly string[]): Ways => waysOf(plan, {}, { 'broker.example.com': all });
    expect(status(plan, {}, hosts('198.51.100.1'))).toBe('fail');
    expect(check('local-ports', plan, {}, hosts('198.51.100.1', '198.51.100.2')).found).toContain(
      'gets 20,001 connections',
    );
  });

  it('are of ports, not of hosts alone: a scheme has a port of its own', () => {
    const target = ['ws://broker.example.com/', 'wss://broker.example.com/', 'ws://broker.example.com:80/'];
    const { found } = check('local-ports', planOf({ ...connections(900), target }));
    expect(found).toContain('2 destinations');
    expect(found).toContain('gets 601 connections');
  });

  it('are not to be widened where they are as wide as they can be', () => {
    const wide = { localPorts: [1024, 65_535], reservedPorts: [[1024, 31_023]] } as const;
    const { status: failing, mend } = check('local-ports', planOf(connections(40_000)), wide);
    expect([failing, mend]).toEqual(['fail', expect.stringContaining('2 addresses on this machine')]);
  });

  it('are those that the system reserves for others in no range, however wide', () => {
    const { mend } = check('local-ports', planOf(connections(40_000)), { reservedPorts: [[1024, 31_023]] });
    expect(mend).toContain('2 addresses on this machine');
  });

  it('are shared by names that may turn out to be the same address, unless they are resolved before', () => {
    const urls = ['ws://a.example.com/', 'ws://b.example.com/'];
    const hosts = { 'a.example.com': ['198.51.100.1'], 'b.example.com': ['198.51.100.2'] };
    const of = (target: unknown): Check => {
      const plan = planOf({ ...connections(40_000), target }, ['192.0.2.7']);
      return check('local-ports', plan, {}, waysOf(plan, {}, hosts));
    };
    expect(of(urls)).toMatchObject({
      status: 'fail',
      mend: 'target: { urls: [<url>, <url>], addresses: all }',
    });
    expect(of({ urls, addresses: 'all' }).status).toBe('ok');
  });

  it('are not mended by what the plan does already', () => {
    const plan = planOf({ ...connections(90_000), target: 'ws://198.51.100.1/' }, 'auto');
    const second = { address: '192.0.2.8', family: 4, interface: 'eth0', internal: false } as const;
    const machine = {
      addresses: [
        ...LARGE.addresses,
        second,
        { ...second, address: '192.0.2.9' },
        { ...second, address: '192.0.2.10' },
      ],
    };
    expect(check('local-ports', plan, machine, from(plan, '192.0.2.7')).mend).not.toBe(
      'connect.localAddresses: auto',
    );
  });

  it.each<[string, RunPlan, string]>([
    [
      'on loopback further source addresses',
      planOf({ ...connections(40_000), target: LOCAL }),
      'connect.localAddresses: auto',
    ],
    [
      'elsewhere a wider range, if it is enough',
      planOf(connections(40_000)),
      'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"',
    ],
    [
      'else as many addresses as it takes',
      planOf(connections(100_000)),
      'connect.localAddresses: auto, with 4 addresses',
    ],
    [
      'the client that can have them, where it is another',
      planOf({ ...connections(40_000), target: LOCAL, client: 'stompjs' }),
      'client: native, and connect.localAddresses: auto',
    ],
    [
      'a wider range where loopback has one address only',
      planOf({ ...connections(40_000), target: 'ws://[::1]:15674/ws' }),
      'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"',
    ],
  ])('are mended by %s', (_, plan, mend) => {
    expect(check('local-ports', plan).mend).toContain(mend);
  });

  it('in TIME_WAIT are worth a warning where they are not used again', () => {
    const waiting: Partial<Machine> = { timeWaitSockets: 10_000, timeWaitReuse: 2 };
    expect(check('time-wait', planOf(connections(20_000)), waiting).status).toBe('warn');
    expect(check('time-wait', planOf(connections(15_000)), waiting).status).toBe('ok');
    expect(check('time-wait', planOf({ ...connections(20_000), target: LOCAL }), waiting).status).toBe('ok');
    expect(check('time-wait', planOf(connections(20_000)), { ...waiting, timeWaitReuse: 1 }).status).toBe(
      'ok',
    );
  });
});

describe('source addresses', () => {
  const plan = planOf({}, ['192.0.2.7', '192.0.2.99']);
  const auto = planOf({}, 'auto');
  const refused = { address: '192.0.2.99', isForeign: true, reason: 'bind EADDRNOTAVAIL' };
  const unreached = [{ target: 'broker.example.com', reason: 'connect ENETUNREACH' }];

  it.each<[string, RunPlan, Partial<FoundSources>, Partial<Check>]>([
    ['that can be used are ok', plan, {}, { status: 'ok', found: '2', mend: null }],
    [
      'that are none of this machine fail',
      plan,
      { refused: [refused] },
      {
        status: 'fail',
        found: '192.0.2.99 is no address of this machine (bind EADDRNOTAVAIL)',
        mend: 'sudo ip address add 192.0.2.99 dev <device>, or connect.localAddresses without it',
      },
    ],
    [
      'that have no way to the target fail',
      plan,
      { refused: [{ ...refused, isForeign: false }, refused] },
      {
        status: 'fail',
        found: "192.0.2.99 has no way to the target (bind EADDRNOTAVAIL), and 1 more can't be used",
        mend: 'connect.localAddresses without it, or connect.localAddresses: auto',
      },
    ],
    [
      'that do not go with a target fail',
      plan,
      { unreached: [{ target: '::1', reason: 'none goes with ::1' }] },
      { status: 'fail', found: 'none goes with ::1', mend: 'connect.localAddresses: auto' },
    ],
    [
      'that are looked for fail where there is no way at all',
      auto,
      { unreached },
      {
        status: 'fail',
        found: 'this machine has no way to broker.example.com (connect ENETUNREACH)',
        mend: 'sudo ip route add broker.example.com via <gateway>',
      },
    ],
    [
      'that are looked for are worth a warning where there is one to some targets',
      auto,
      { unreached, pools: [{ host: '127.0.0.1', addresses: 'loopback-net' }] },
      { status: 'warn' },
    ],
  ])('%s', (_, of, sources, expected) => {
    expect(check('source-addresses', of, {}, waysOf(of, sources))).toMatchObject(expected);
  });
});

describe('tables of the kernel', () => {
  const fast = { connect: { connections: 5000, rate: '4000/s' } };

  it('for handshakes are looked at where the target is on this machine only', () => {
    expect(idsOf(planOf(fast))).not.toContain('accept-queue');
    expect(check('accept-queue', planOf({ ...fast, target: LOCAL }), { somaxconn: 128 })).toMatchObject({
      status: 'warn',
      mend: 'sudo sysctl -w net.core.somaxconn=1000 net.ipv4.tcp_max_syn_backlog=4096',
    });
  });

  it('for handshakes hold no more than are under way', () => {
    const plan = planOf({ connect: { ...fast.connect, inFlight: 100 }, target: LOCAL });
    expect(check('accept-queue', plan, { somaxconn: 128 }).status).toBe('ok');
  });

  it('for tracked connections fail when they are full, unless nothing seems to be tracked', () => {
    const plan = planOf(connections(10_000));
    expect(check('conntrack', plan, { conntrack: { count: 1000, max: 10_500 } })).toMatchObject({
      status: 'fail',
      mend: 'sudo sysctl -w net.netfilter.nf_conntrack_max=20000',
    });
    expect(check('conntrack', plan, { conntrack: { count: 0, max: 500 } }).status).toBe('warn');
  });

  it('for pages of TCP are worth a warning when each socket with one is too much', () => {
    const tcpMemory = { tcpPages: 100, tcpPressurePages: 9000, tcpLimitPages: 12_000 };
    expect(check('tcp-memory', planOf(connections(8000)), { tcpMemory }).status).toBe('ok');
    expect(check('tcp-memory', planOf(connections(10_000)), { tcpMemory })).toMatchObject({
      status: 'warn',
      mend: 'sudo sysctl -w net.ipv4.tcp_mem="20000 20000 40000"',
    });
  });
});

describe('memory', () => {
  const free = (bytes: number): Partial<Machine> => ({ memoryAvailableBytes: bytes, cores: 2 });

  it('is what the client takes for each connection, what the kernel takes, and what processes take', () => {
    const { found } = check('memory', planOf(connections(100_000)), { cores: 2, localPorts: null });
    // 100,001 x (3,500 + 4,500) + 45 MB + 2 x 25 MB
    expect(found).toContain('about 854 MB for 100,001 connections');
  });

  it('fails with how many would fit', () => {
    const { status, mend } = check('memory', planOf(connections(20_000)), free(200e6));
    expect(status).toBe('fail');
    const most = Number(/^connect\.connections: (\d+)/.exec(mend ?? '')?.[1]);
    expect(check('memory', planOf(connections(most)), free(200e6)).status).toBe('ok');
    expect(check('memory', planOf(connections(most + 100)), free(200e6)).status).toBe('warn');
  });

  it('is several times as much with TLS', () => {
    const over = (target: unknown): Check =>
      check('memory', planOf({ ...connections(30_000), target }), { ...free(1e9), localPorts: null });
    expect(over('ws://broker.example.com/').status).toBe('ok');
    const { status, found, mend } = over('wss://broker.example.com/');
    // 30,001 x (35,000 + 4,500) + 45 MB + 2 x 25 MB
    expect(found).toContain('about 1.19 GB for 30,001 connections (client: native, 30,001 of them over TLS)');
    expect(status).toBe('fail');
    const most = Number(/^connect\.connections: (\d+)/.exec(mend ?? '')?.[1]);
    const fewer = planOf({ ...connections(most), target: 'wss://broker.example.com/' });
    expect(check('memory', fewer, free(1e9)).status).toBe('ok');
    const half = over(['ws://broker.example.com/', 'wss://broker.example.com/']);
    expect(half.found).toContain(
      'about 770 MB for 30,001 connections (client: native, 15,000 of them over TLS)',
    );
  });

  it('fails with the leaner client where that one would fit', () => {
    const plan = (client: string): RunPlan => planOf({ ...connections(8000), client });
    expect(check('memory', plan('native'), free(200e6)).status).toBe('ok');
    expect(check('memory', plan('stompjs'), free(200e6))).toMatchObject({
      status: 'fail',
      mend: 'client: native',
    });
  });

  it('is no more than the control group lets it have', () => {
    const group = { cpus: null, memoryAvailableBytes: 80e6, tasksLeft: null };
    const { status, found, mend } = check('memory', planOf(connections(20_000)), { group });
    expect(status).toBe('fail');
    expect(found).toContain('in this control group');
    expect(mend).toContain('a memory limit of');
  });
});

describe('CPUs', () => {
  it('are worth a warning when arrivals take more of them than there are, with the rate that would do', () => {
    const plan = (rate: string): RunPlan =>
      planOf({
        connect: { connections: 90_000, rate },
        publish: [{ destination: '/topic/a', rate: '1/min' }],
      });
    const two: Partial<Machine> = { cores: 2, localPorts: null };
    expect(check('cores', plan('5000/s'), two).status).toBe('ok');
    const { status, mend } = check('cores', plan('14000/s'), two);
    expect(status).toBe('warn');
    const rate = /^connect\.rate: (\d+\/s)$/.exec(mend ?? '')?.[1] ?? '';
    expect(check('cores', plan(rate), two).status).toBe('ok');
  });

  it('are mostly taken by the handshakes where there is TLS', () => {
    const plan = (rate: string, target: unknown): RunPlan =>
      planOf({ target, connect: { connections: 20_000, rate }, publish: [] });
    const two: Partial<Machine> = { cores: 2 };
    expect(check('cores', plan('3000/s', REMOTE), two).status).toBe('ok');
    const secure = REMOTE.replace('ws:', 'wss:');
    const { status, mend } = check('cores', plan('3000/s', secure), two);
    expect(status).toBe('warn');
    const rate = /^connect\.rate: (\d+\/s)$/.exec(mend ?? '')?.[1] ?? '';
    expect(parseInt(rate)).toBeLessThan(1600);
    expect(check('cores', plan(rate, secure), two).status).toBe('ok');
  });

  it('may be short for a burst', () => {
    const burst = planOf({ connect: { connections: 1000, rate: '50000/s' } });
    expect(check('cores', burst, { cores: 1 }).status).toBe('ok');
  });

  it('are worth a warning when deliveries take more of them than there are', () => {
    const busy = planOf({ ...connections(10_000), publish: [{ destination: '/topic/a', rate: '50/s' }] });
    expect(check('cores', busy, { cores: 2 })).toMatchObject({
      status: 'warn',
      mend: expect.stringMatching(/^publish\[\]\.rate: \d+(\.\d+)?\/s, of all entries together$/),
    });
  });

  it('are no more than the quota of the control group', () => {
    const plan = planOf({ connect: { connections: 28_000, rate: '5000/s' } });
    const group = { cpus: 0.5, memoryAvailableBytes: null, tasksLeft: null };
    expect(check('cores', plan).status).toBe('ok');
    const { status, found } = check('cores', plan, { group });
    expect(status).toBe('warn');
    expect(found).toContain('a control group allows 0.5');
  });
});

describe('the system', () => {
  it.each<[string, readonly string[], CheckStatus, string | null]>([
    ['tsc', ['tsc'], 'ok', null],
    ['kvm-clock', ['kvm-clock'], 'ok', null],
    [
      'hpet',
      ['hpet', 'tsc'],
      'warn',
      'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
    ],
    ['acpi_pm', ['acpi_pm'], 'warn', null],
  ])('with the clock source %s', (clockSource, clockSources, status, mend) => {
    expect(check('clock-source', planOf(), { clockSource, clockSources })).toMatchObject({ status, mend });
  });

  it.each<[string, CheckStatus]>([
    ['v20.19.0', 'ok'],
    ['v24.1.0', 'ok'],
    ['v20.18.9', 'fail'],
    ['v18.20.0', 'fail'],
  ])('with Node %s', (nodeVersion, status) => {
    expect(check('node', planOf(), { nodeVersion }).status).toBe(status);
  });

  it('has to let all threads be started, and so has the control group', () => {
    expect(check('threads', planOf(), { threadsLeft: 5 }).status).toBe('fail');
    const group = { cpus: null, memoryAvailableBytes: null, tasksLeft: 5 };
    expect(check('threads', planOf(), { group })).toMatchObject({
      status: 'fail',
      mend: expect.stringContaining('pids.max'),
    });
  });
});
