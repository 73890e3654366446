import { describe, expect, it } from 'vitest';
import { groupPath, parseLimit } from '../machine/control-group.js';
import { parseOpenFilesLimit } from '../machine/open-files.js';
import { parseTcpMemory } from '../machine/tcp-memory.js';
import { MachineWatch, parseCpu, parseSegments } from './machine-watch.js';
import { parseSchedstat } from './scheduling.js';

describe('what Linux tells of a machine', () => {
  it('has the CPUs as busy with everything but idling and waiting for disks', () => {
    expect(parseCpu('cpu  100 10 50 800 30 1 4 5 70 0\ncpu0 1 2 3\n')).toEqual({
      cpuBusyMs: 1700,
      cpuTotalMs: 10_000,
    });
  });

  it('has the memory of TCP in pages, against where the kernel presses and gives up', () => {
    const sockstat = 'sockets: used 86\nTCP: inuse 12 orphan 0 tw 6 alloc 14 mem 291\nUDP: inuse 0 mem 3\n';
    expect(parseTcpMemory(sockstat, '287898\t383867\t575796\n')).toEqual({
      tcpPages: 291,
      tcpPressurePages: 383_867,
      tcpLimitPages: 575_796,
    });
  });

  it('has the segments by name, wherever they stand', () => {
    const snmp = 'Ip: Forwarding\nIp: 1\nTcp: RtoAlgorithm OutSegs X RetransSegs\nTcp: 1 2167 5 89\nUdp: A\n';
    expect(parseSegments(snmp)).toEqual({ segmentsSent: 2167, segmentsRetransmitted: 89 });
  });

  it('has the account of a thread in nanoseconds', () => {
    expect(parseSchedstat('57741544 36683644 56\n')).toEqual({ ranUs: 57_741.544, waitedUs: 36_683.644 });
    expect(parseSchedstat('0 0 0\n')).toBeNull();
  });

  it('has the soft limit of open files first', () => {
    const limits =
      'Limit  Soft Limit  Hard Limit  Units\nMax open files            300                  20000                files\n';
    expect(parseOpenFilesLimit(limits)).toBe(300);
    expect(parseOpenFilesLimit('Max open files  unlimited  unlimited  files\n')).toBe(0);
  });

  it('is null throughout where it does not tell', () => {
    for (const parsed of [parseCpu(''), parseTcpMemory('', ''), parseSegments('')]) {
      expect(Object.values(parsed).every((value) => value === null)).toBe(true);
    }
  });
});

describe('a control group', () => {
  it('is found by its controller, or is the unified one', () => {
    const membership = '4:memory:/a/b\n1:cpu,cpuacct:/c\n0::/user.slice\n';
    expect(['memory', 'cpu', '', 'pids'].map((name) => groupPath(membership, name))).toEqual([
      '/a/b',
      '/c',
      '/user.slice',
      null,
    ]);
  });

  it('has no limit when it says max, or more than there is', () => {
    expect(['536870912\n', 'max\n', '9223372036854771712\n', ''].map(parseLimit)).toEqual([
      536_870_912,
      null,
      null,
      null,
    ]);
  });
});

it.runIf(process.platform === 'linux')('a machine is watched by counters that only grow', () => {
  const watch = new MachineWatch();
  const first = watch.sample(1);
  const second = watch.sample(2);
  watch.close();
  expect(first.cpuTotalMs).toBeGreaterThan(0);
  expect(second.cpuTotalMs ?? 0).toBeGreaterThanOrEqual(first.cpuTotalMs ?? Infinity);
  expect(second.segmentsSent ?? 0).toBeGreaterThanOrEqual(first.segmentsSent ?? Infinity);
  expect(watch.sample(3)).toMatchObject({ cpuTotalMs: null, segmentsSent: null });
});
