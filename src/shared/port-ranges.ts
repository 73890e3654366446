/** First and last port. */
export type PortRange = readonly [number, number];

/** A list such as `8080,9148-9150`, as Linux writes net.ipv4.ip_local_reserved_ports; what is no port is left out. */
export function parsePortList(list: string): PortRange[] {
  return list
    .trim()
    .split(',')
    .flatMap((part): PortRange[] => {
      const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
      return first === undefined ? [] : [[Number(first), Number(last)]];
    });
}

/** What is left of a range, in order. */
export function withoutPorts([first, last]: PortRange, taken: readonly PortRange[]): PortRange[] {
  const left: PortRange[] = [];
  let next = first;
  for (const [from, to] of [...taken].sort((a, b) => a[0] - b[0])) {
    if (from > last) break;
    if (from > next) left.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= last) left.push([next, last]);
  return left;
}

export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + Math.max(0, last - first + 1), 0);
}

/** `count` ports of the ranges in their order, without the first `skip`; fewer where there are not so many. */
export function portsAfter(ranges: readonly PortRange[], skip: number, count: number): PortRange[] {
  const part: PortRange[] = [];
  let toSkip = skip;
  let left = count;
  for (const [first, last] of ranges) {
    const from = first + Math.min(toSkip, last - first + 1);
    toSkip -= from - first;
    const to = Math.min(last, from + left - 1);
    if (from > to) continue;
    part.push([from, to]);
    left -= to - from + 1;
  }
  return part;
}

/** Every single port, in order. */
export function everyPort(ranges: readonly PortRange[]): Uint16Array {
  const ports = new Uint16Array(countPorts(ranges));
  let n = 0;
  for (const [first, last] of ranges) for (let port = first; port <= last; port++) ports[n++] = port;
  return ports;
}
