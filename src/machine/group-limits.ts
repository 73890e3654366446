import { groupPath, parseLimit } from './control-group.js';
import { numberOf, readText } from './proc-text.js';

/** What the control groups of this process, its own and all above it, leave of the machine; null: no limit. */
export interface GroupLimits {
  /** How many CPUs' worth of time. */
  readonly cpus: number | null;
  readonly memoryAvailableBytes: number | null;
  /** Processes and threads that may still be started. */
  readonly tasksLeft: number | null;
}

const ROOT = '/sys/fs/cgroup';

/** cgroups(7), version 1 or 2, whichever has the controller. `read` gives '' for a file that there is not. */
export function readGroupLimits(
  membership = readText('/proc/self/cgroup'),
  read: (path: string) => string = readText,
): GroupLimits {
  const unified = foldersOf(ROOT, groupPath(membership, ''));
  const folders = (controller: string): string[] => {
    const path = groupPath(membership, controller);
    return path === null ? [] : foldersOf(`${ROOT}/${controller}`, path);
  };
  return {
    cpus: least([
      ...unified.map((folder) => parseCpuMax(read(`${folder}/cpu.max`))),
      ...folders('cpu').map((folder) =>
        parseCpuQuota(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)),
      ),
    ]),
    memoryAvailableBytes: least([
      ...unified.map((folder) =>
        left(
          parseLimit(read(`${folder}/memory.max`)),
          read(`${folder}/memory.current`),
          /^inactive_file (\d+)/m.exec(read(`${folder}/memory.stat`))?.[1],
        ),
      ),
      ...folders('memory').map((folder) =>
        left(
          parseLimit(read(`${folder}/memory.limit_in_bytes`)),
          read(`${folder}/memory.usage_in_bytes`),
          /^total_inactive_file (\d+)/m.exec(read(`${folder}/memory.stat`))?.[1],
        ),
      ),
    ]),
    tasksLeft: least(
      [...unified, ...folders('pids')].map((folder) =>
        left(parseLimit(read(`${folder}/pids.max`)), read(`${folder}/pids.current`)),
      ),
    ),
  };
}

/** Version 2: the quota, or `max`, and the period, in microseconds. */
export function parseCpuMax(text: string): number | null {
  const [quota = '', period = ''] = text.trim().split(/\s+/);
  return parseCpuQuota(quota, period);
}

/** Version 1 says -1 where there is no quota. */
export function parseCpuQuota(quota: string, period: string): number | null {
  const cpus = Number(quota.trim() || NaN) / Number(period.trim() || NaN);
  return cpus > 0 && Number.isFinite(cpus) ? cpus : null;
}

/** The limits of groups above hold too. Within a container the path may be the host's: then only the root is there. */
function foldersOf(root: string, path: string | null): string[] {
  const names = (path ?? '').split('/').filter((name) => name !== '' && name !== '..');
  return Array.from({ length: names.length + 1 }, (_, depth) => [root, ...names.slice(0, depth)].join('/'));
}

function left(limit: number | null, usage: string, reclaimable = '0'): number | null {
  const used = numberOf(/^\d+/.exec(usage)?.[0]);
  if (limit === null || used === null) return null;
  return Math.max(0, limit - Math.max(0, used - Number(reclaimable)));
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
