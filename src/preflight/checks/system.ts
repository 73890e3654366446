import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { formatCount } from '../../shared/units.js';
import { TASKS_OF_A_PROCESS } from '../costs.js';
import type { Demand } from '../demand.js';
import { fail, ok, warn } from './check.js';

/** Sources that the kernel reads in a system call, slowly: each time stamp would cost about a microsecond or more. */
const SLOW_CLOCKS = new Set(['hpet', 'acpi_pm', 'jiffies', 'refined-jiffies', 'pit', 'xen']);
const FAST_CLOCKS = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

/** Everything that is measured is a difference of two time stamps. */
export function clockSource({ clockSource: current, clockSources }: Machine): Check | null {
  if (current === null) return null;
  const id = 'clock-source';
  if (!SLOW_CLOCKS.has(current)) return ok(id, current);
  const better = FAST_CLOCKS.find((name) => clockSources.includes(name));
  return warn(
    id,
    `${current}: reading the time is a system call, and slow`,
    better === undefined
      ? null
      : `echo ${better} | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource`,
  );
}

/** The oldest that package.json lets in. */
const OLDEST_NODE = [20, 19] as const;

export function nodeVersion({ nodeVersion: version }: Machine): Check {
  const id = 'node';
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!isOld) return ok(id, version);
  return fail(id, `${version} is older than ${OLDEST_NODE.join('.')}`, 'nvm install 22');
}

/** Threads are tasks of the kernel: a control group and the whole machine have limits of them. */
export function threads({ layout }: Demand, { threadsLeft, group }: Machine): Check | null {
  const left = Math.min(threadsLeft ?? Infinity, group.tasksLeft ?? Infinity);
  if (left === Infinity) return null;
  const id = 'threads';
  const processes = layout.threadsOfProcesses.length + layout.brokerProcesses;
  const needed = processes * TASKS_OF_A_PROCESS + layout.workers;
  const found = `${formatCount(left)} more can be started; ${formatCount(processes)} processes have about ${formatCount(needed)}`;
  if (needed <= left) return ok(id, found);
  const grouped = left === group.tasksLeft;
  return fail(
    id,
    found,
    grouped
      ? `${needed - left} more in pids.max of this control group (docker run --pids-limit, systemd TasksMax=)`
      : `sudo sysctl -w kernel.threads-max=$(( $(cat /proc/sys/kernel/threads-max) + ${needed - left} ))`,
  );
}
