import { readFileSync } from 'node:fs';
import type { MachineSample } from '../model/health.js';
import { ProcFile } from '../shared/proc-file.js';

const ROOT = '/sys/fs/cgroup';

/** A version 1 group without a limit has the largest number of pages there is: no machine has as much. */
const NO_LIMIT_BYTES = 2 ** 60;

/** The files of one version of control groups, as far as they say how near their limits are. */
interface GroupFiles {
  readonly usage: string;
  readonly limit: string;
  readonly stat: string;
  /** What of the usage the kernel can give back at once. */
  readonly reclaimable: RegExp;
  readonly cpuStat: string;
  readonly throttled: RegExp;
  /** What the throttled time has to be divided by to be milliseconds. */
  readonly throttledPerMs: number;
}

const V2: GroupFiles = {
  usage: 'memory.current',
  limit: 'memory.max',
  stat: 'memory.stat',
  reclaimable: /^inactive_file (\d+)/m,
  cpuStat: 'cpu.stat',
  throttled: /^throttled_usec (\d+)/m,
  throttledPerMs: 1000,
};

const V1: GroupFiles = {
  usage: 'memory.usage_in_bytes',
  limit: 'memory.limit_in_bytes',
  stat: 'memory.stat',
  reclaimable: /^total_inactive_file (\d+)/m,
  cpuStat: 'cpu.stat',
  throttled: /^throttled_time (\d+)/m,
  throttledPerMs: 1e6,
};

/** The control group (Linux, cgroups(7)) that this process runs in: a container's limits of memory and CPU. */
export class ControlGroup {
  readonly #files: GroupFiles;
  readonly #usage: ProcFile;
  readonly #limit: ProcFile;
  readonly #stat: ProcFile;
  readonly #cpuStat: ProcFile;

  constructor(membership = membershipOfSelf()) {
    const unified = groupPath(membership, '');
    const memory = groupPath(membership, 'memory');
    this.#files = memory === null ? V2 : V1;
    const [memoryFolders, cpuFolders] =
      memory === null
        ? [foldersOf('', unified), foldersOf('', unified)]
        : [foldersOf('/memory', memory), foldersOf('/cpu', groupPath(membership, 'cpu'))];
    this.#usage = firstOf(memoryFolders, this.#files.usage);
    this.#limit = firstOf(memoryFolders, this.#files.limit);
    this.#stat = firstOf(memoryFolders, this.#files.stat);
    this.#cpuStat = firstOf(cpuFolders, this.#files.cpuStat);
  }

  read(): Pick<MachineSample, 'groupMemoryBytes' | 'groupMemoryLimitBytes' | 'throttledMs'> {
    const { reclaimable, throttled, throttledPerMs } = this.#files;
    const limitBytes = parseLimit(this.#limit.read());
    const usage = /^\d+/.exec(this.#usage.read())?.[0];
    const held = reclaimable.exec(this.#stat.read())?.[1] ?? '0';
    const throttledTime = throttled.exec(this.#cpuStat.read())?.[1];
    return {
      groupMemoryBytes:
        limitBytes === null || usage === undefined ? null : Math.max(0, Number(usage) - Number(held)),
      groupMemoryLimitBytes: limitBytes,
      throttledMs: throttledTime === undefined ? null : Number(throttledTime) / throttledPerMs,
    };
  }

  close(): void {
    for (const file of [this.#usage, this.#limit, this.#stat, this.#cpuStat]) file.close();
  }
}

export function parseLimit(text: string): number | null {
  const bytes = Number(/^\d+/.exec(text)?.[0] ?? NaN);
  return bytes < NO_LIMIT_BYTES ? bytes : null;
}

/** The path of a group in /proc/self/cgroup; the unified one's controller is ''. null: it is in none. */
export function groupPath(membership: string, controller: string): string | null {
  for (const line of membership.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path !== undefined && (controllers ?? '').split(',').includes(controller)) return path;
  }
  return null;
}

// Within a container the path may be the host's, and what is mounted is the container's own group.
function foldersOf(controller: string, path: string | null): string[] {
  return [...(path === null || path === '/' ? [] : [`${ROOT}${controller}${path}`]), `${ROOT}${controller}`];
}

function firstOf(folders: readonly string[], name: string): ProcFile {
  const [first = ROOT, ...others] = folders;
  const file = new ProcFile(`${first}/${name}`);
  return file.read() === '' && others.length > 0 ? firstOf(others, name) : file;
}

function membershipOfSelf(): string {
  try {
    return readFileSync('/proc/self/cgroup', 'utf8');
  } catch {
    return '';
  }
}
