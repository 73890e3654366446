import { ControlGroup } from '../machine/control-group.js';
import { numberOf } from '../machine/proc-text.js';
import { parseTcpMemory } from '../machine/tcp-memory.js';
import type { MachineSample } from '../model/health.js';
import { ProcFile } from '../shared/proc-file.js';

/** Looks at the whole machine, as far as Linux tells of it; elsewhere every figure is null. */
export class MachineWatch {
  readonly #stat = new ProcFile('/proc/stat');
  readonly #sockstat = new ProcFile('/proc/net/sockstat');
  readonly #snmp = new ProcFile('/proc/net/snmp');
  readonly #tcpMem = new ProcFile('/proc/sys/net/ipv4/tcp_mem');
  readonly #group = new ControlGroup();

  /** @param atUs now, monotonic microseconds */
  sample(atUs: number): MachineSample {
    return {
      atUs,
      ...parseCpu(this.#stat.read()),
      ...parseTcpMemory(this.#sockstat.read(), this.#tcpMem.read()),
      ...parseSegments(this.#snmp.read()),
      ...this.#group.read(),
    };
  }

  close(): void {
    for (const file of [this.#stat, this.#sockstat, this.#snmp, this.#tcpMem, this.#group]) file.close();
  }
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** The first line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal, of all CPUs together. */
export function parseCpu(stat: string): Pick<MachineSample, 'cpuBusyMs' | 'cpuTotalMs'> {
  const ticks = /^cpu +([\d ]+)/.exec(stat)?.[1]?.split(' ').slice(0, 8).map(Number) ?? [];
  const [idle, iowait] = [ticks[3], ticks[4]];
  if (idle === undefined || iowait === undefined) return { cpuBusyMs: null, cpuTotalMs: null };
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { cpuBusyMs: (total - idle - iowait) * TICK_MS, cpuTotalMs: total * TICK_MS };
}

/** /proc/net/snmp has a line of names and a line of figures for each protocol. */
export function parseSegments(snmp: string): Pick<MachineSample, 'segmentsSent' | 'segmentsRetransmitted'> {
  const [names, figures] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '));
  const figure = (name: string): number | null => numberOf(figures?.[names?.indexOf(name) ?? -1]);
  return { segmentsSent: figure('OutSegs'), segmentsRetransmitted: figure('RetransSegs') };
}
