import os from 'node:os';
import { type PortRange, parsePortList } from '../shared/port-ranges.js';
import { type GroupLimits, readGroupLimits } from './group-limits.js';
import { parseTcpMemory } from './tcp-memory.js';
import { numberOf, readNumber, readText } from './proc-text.js';

/** What this machine allows, read once; null where it does not tell (other systems than Linux, containers). */
export interface Machine {
  /** process.version. */
  readonly nodeVersion: string;
  /** CPUs that this process may run on. */
  readonly cores: number;
  readonly memoryAvailableBytes: number;
  /** The soft limit of this process, after Node has raised it to the hard one. */
  readonly openFilesPerProcess: number | null;
  readonly openFilesHard: number | null;
  /** fs.nr_open: no hard limit can be raised above it. */
  readonly openFilesCeiling: number | null;
  /** fs.file-nr and fs.file-max: of all processes together. */
  readonly openFilesOfSystem: { readonly open: number; readonly max: number } | null;
  /** net.ipv4.ip_local_port_range, first and last; it holds for IPv6 too. */
  readonly localPorts: PortRange | null;
  /** net.ipv4.ip_local_reserved_ports: the kernel gives out none of them, wherever they are. */
  readonly reservedPorts: readonly PortRange[];
  readonly timeWaitSockets: number | null;
  /** net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 on loopback. */
  readonly timeWaitReuse: number | null;
  readonly somaxconn: number | null;
  readonly synBacklog: number | null;
  /** Connections that netfilter tracks. null: there is no such table. */
  readonly conntrack: { readonly count: number; readonly max: number } | null;
  readonly tcpMemory: ReturnType<typeof parseTcpMemory>;
  readonly group: GroupLimits;
  readonly clockSource: string | null;
  readonly clockSources: readonly string[];
  /** kernel.threads-max, less what runs now. */
  readonly threadsLeft: number | null;
  readonly addresses: readonly LocalAddress[];
}

export interface LocalAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly interface: string;
  /** Of a loopback interface. */
  readonly internal: boolean;
}

const CLOCK = '/sys/devices/system/clocksource/clocksource0';
const SYSCTL = '/proc/sys';

export function readMachine(nodeVersion: string): Machine {
  const limits = readText('/proc/self/limits');
  const sockstat = readText('/proc/net/sockstat');
  return {
    nodeVersion,
    cores: os.availableParallelism(),
    memoryAvailableBytes: memoryAvailableBytes(),
    openFilesPerProcess: openFilesLimit(limits, 'soft'),
    openFilesHard: openFilesLimit(limits, 'hard'),
    openFilesCeiling: readNumber(`${SYSCTL}/fs/nr_open`),
    openFilesOfSystem: openFilesOfSystem(readText(`${SYSCTL}/fs/file-nr`)),
    localPorts: localPortRange(),
    reservedPorts: parsePortList(readText(`${SYSCTL}/net/ipv4/ip_local_reserved_ports`)),
    timeWaitSockets: numberOf(/^TCP:.* tw (\d+)/m.exec(sockstat)?.[1]),
    timeWaitReuse: readNumber(`${SYSCTL}/net/ipv4/tcp_tw_reuse`),
    somaxconn: readNumber(`${SYSCTL}/net/core/somaxconn`),
    synBacklog: readNumber(`${SYSCTL}/net/ipv4/tcp_max_syn_backlog`),
    conntrack: conntrack(),
    tcpMemory: parseTcpMemory(sockstat, readText(`${SYSCTL}/net/ipv4/tcp_mem`)),
    group: readGroupLimits(),
    clockSource: wordsOf(readText(`${CLOCK}/current_clocksource`))[0] ?? null,
    clockSources: wordsOf(readText(`${CLOCK}/available_clocksource`)),
    threadsLeft: threadsLeft(readNumber(`${SYSCTL}/kernel/threads-max`), readText('/proc/loadavg')),
    addresses: localAddresses(),
  };
}

/** /proc/self/limits, proc(5). null: it is not told. */
export function openFilesLimit(limits: string, which: 'soft' | 'hard'): number | null {
  const match = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(limits);
  const text = match?.[which === 'soft' ? 1 : 2];
  return text === 'unlimited' ? Number.MAX_SAFE_INTEGER : numberOf(text);
}

/** fs.file-nr: open, unused, and the most there may be. */
export function openFilesOfSystem(fileNr: string): Machine['openFilesOfSystem'] {
  const [open, , max] = wordsOf(fileNr).map(Number);
  return open === undefined || max === undefined ? null : { open, max };
}

/** The fourth figure of /proc/loadavg is what runs now, a slash, and how many threads there are. */
export function threadsLeft(max: number | null, loadavg: string): number | null {
  const threads = numberOf(/^\S+ \S+ \S+ \d+\/(\d+)/.exec(loadavg)?.[1]);
  return max === null || threads === null ? null : Math.max(0, max - threads);
}

function localPortRange(): [number, number] | null {
  const [first, last] = wordsOf(readText(`${SYSCTL}/net/ipv4/ip_local_port_range`)).map(Number);
  return first === undefined || last === undefined ? null : [first, last];
}

function memoryAvailableBytes(): number {
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(readText('/proc/meminfo'));
  return match === null ? os.freemem() : Number(match[1]) * 1024;
}

function conntrack(): Machine['conntrack'] {
  const count = readNumber(`${SYSCTL}/net/netfilter/nf_conntrack_count`);
  const max = readNumber(`${SYSCTL}/net/netfilter/nf_conntrack_max`);
  return count === null || max === null ? null : { count, max };
}

function localAddresses(): LocalAddress[] {
  return Object.entries(os.networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).map(({ address, family, internal }) => ({
      address,
      family: family === 'IPv4' ? 4 : 6,
      interface: name,
      internal,
    })),
  );
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
