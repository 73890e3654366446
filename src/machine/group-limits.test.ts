import { describe, expect, it } from 'vitest';
import { parseCpuMax, parseCpuQuota, readGroupLimits } from './group-limits.js';

const NO_LIMITS = { cpus: null, memoryAvailableBytes: null, tasksLeft: null };

function limitsIn(membership: string, files: Readonly<Record<string, string>>): unknown {
  return readGroupLimits(membership, (path) => files[path] ?? '');
}

describe('the limits of control groups', () => {
  it('are read from a group of version 2', () => {
    const files = {
      '/sys/fs/cgroup/app/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/app/memory.max': '1000000000\n',
      '/sys/fs/cgroup/app/memory.current': '400000000\n',
      '/sys/fs/cgroup/app/memory.stat': 'anon 1\ninactive_file 100000000\n',
      '/sys/fs/cgroup/app/pids.max': '100\n',
      '/sys/fs/cgroup/app/pids.current': '40\n',
    };
    expect(limitsIn('0::/app\n', files)).toEqual({
      cpus: 1.5,
      memoryAvailableBytes: 700_000_000,
      tasksLeft: 60,
    });
  });

  it('are read from groups of version 1, each with a path of its own', () => {
    const files = {
      '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/b/memory.limit_in_bytes': '500\n',
      '/sys/fs/cgroup/memory/b/memory.usage_in_bytes': '300\n',
      '/sys/fs/cgroup/memory/b/memory.stat': 'total_inactive_file 50\n',
      '/sys/fs/cgroup/pids/pids.max': 'max\n',
    };
    const membership = '3:pids:/\n2:memory:/b\n1:cpu,cpuacct:/a\n0::/\n';
    expect(limitsIn(membership, files)).toEqual({ cpus: 0.5, memoryAvailableBytes: 250, tasksLeft: null });
  });

  it('are the tightest of all groups above', () => {
    const files = {
      '/sys/fs/cgroup/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/slice/cpu.max': '100000 100000\n',
      '/sys/fs/cgroup/slice/app/cpu.max': '400000 100000\n',
    };
    expect(limitsIn('0::/slice/app\n', files)).toEqual({ ...NO_LIMITS, cpus: 1 });
  });

  it('are those of what is mounted, where the path is one of the host', () => {
    const files = { '/sys/fs/cgroup/cpu.max': '200000 100000\n' };
    expect(limitsIn('0::/../../docker/abc\n', files)).toEqual({ ...NO_LIMITS, cpus: 2 });
  });

  it('are none where the system has no groups', () => {
    expect(limitsIn('', {})).toEqual(NO_LIMITS);
  });

  it('take no quota for no limit', () => {
    expect([parseCpuMax('max 100000'), parseCpuMax(''), parseCpuQuota('-1', '100000')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
