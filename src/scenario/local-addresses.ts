import { isIP } from 'node:net';
import { z } from 'zod';
import { formatCount } from '../shared/units.js';
import { describeValue, type Fault } from './field.js';

/** More source addresses than this no machine of a load test has. */
const MAX_ADDRESSES = 4096;

const HINT = 'write auto, an address such as 127.0.0.2, a range such as 10.0.0.0/28, or a list of these';

/** connect.localAddresses: `auto`, or every single address of what was written. */
export const localAddresses = z
  .unknown()
  .transform((value, context): readonly string[] | 'auto' => {
    if (value === 'auto') return 'auto';
    const isList = Array.isArray(value);
    const written: readonly unknown[] = isList ? value : value === null ? [] : [value];
    const addresses = new Set<string>();
    for (const [index, item] of written.entries()) {
      const fault = addressesOf(item, addresses);
      if (fault === undefined) continue;
      const path = isList ? [index] : [];
      context.issues.push({
        code: 'custom',
        input: value,
        path,
        message: fault.fault,
        params: { hint: fault.hint },
      });
    }
    return [...addresses];
  })
  .prefault([])
  .meta({
    description:
      'Addresses of this machine that connections start from, in turn: single ones, or ranges such as `10.0.0.0/28` (of IPv4 without the first and the last address). Each connection then gets a local port of our choice, round and round the range of this machine (`ip_local_port_range`); one address reaches that many connections to each target address and port. `auto`: on the loopback network as many of 127.0.0.2, 127.0.0.3, … as the plan needs, elsewhere the addresses of the interface that leads to the target. Without it the kernel chooses one address, and the ports. Only with `client: native`.',
    'x-type': '`auto`, address, range, or a list of these',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  });

/** Adds what an item stands for; what is wrong with it. */
function addressesOf(item: unknown, addresses: Set<string>): Fault | undefined {
  if (typeof item !== 'string') return { fault: `an address is not ${describeValue(item)}`, hint: HINT };
  const range = rangeOf(item.trim());
  if ('fault' in range) return range;
  const most = BigInt(MAX_ADDRESSES - addresses.size);
  if (range.count > most) {
    const count = range.count > 1_000_000_000n ? 'far too many' : formatCount(Number(range.count));
    return {
      fault: `these are ${count} addresses`,
      hint: `name at most ${formatCount(MAX_ADDRESSES)} in all`,
    };
  }
  for (let n = 0n; n < range.count; n++) {
    const address = addressAt(range, n);
    const fault = unusable(address);
    if (fault !== undefined) return fault;
    if (addresses.has(address)) return { fault: `${address} is in it twice`, hint: 'name each address once' };
    addresses.add(address);
  }
  return undefined;
}

interface Range {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly count: bigint;
}

/** Of IPv4 without the address of the network and the one of all hosts (RFC 1122 section 3.2.1.3), but where there are only two (RFC 3021). */
function rangeOf(text: string): Range | Fault {
  const [written = '', prefix, ...more] = text.split('/');
  const family = isIP(written);
  if ((family !== 4 && family !== 6) || more.length > 0 || written.includes('%')) {
    return { fault: 'this is no address', hint: HINT };
  }
  const address = family === 4 ? valueOf4(written) : valueOf6(written);
  if (prefix === undefined) return { family, first: address, count: 1n };
  const bits = family === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) {
    return {
      fault: `there is no prefix of ${JSON.stringify(prefix.slice(0, 20))} bits`,
      hint: `write one from 0 to ${bits}`,
    };
  }
  const size = 1n << BigInt(bits - Number(prefix));
  const network = (address / size) * size;
  if (family === 6 || size <= 2n) return { family, first: network, count: size };
  return { family, first: network + 1n, count: size - 2n };
}

function addressAt({ family, first }: Range, n: bigint): string {
  const value = first + n;
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  return canonical6(groups.join(':'));
}

function valueOf4(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function valueOf6(address: string): bigint {
  const [before = '', after] = canonical6(address).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

/** RFC 5952, as the URL standard writes it. */
function canonical6(address: string): string {
  return new URL(`ws://[${address}]/`).hostname.slice(1, -1);
}

function unusable(address: string): Fault | undefined {
  const isOfNobody = /^(?:0\.|2(?:2[4-9]|[345]\d)\.)|^::$|^ff/.test(address);
  if (isOfNobody) return { fault: `no connection can start from ${address}`, hint: HINT };
  if (address.startsWith('::ffff:')) return { fault: 'this is an address of IPv4', hint: 'write it as one' };
  if (/^fe[89ab]/.test(address)) {
    return {
      fault: `${address} means nothing without its interface`,
      hint: 'give an address that is not link-local',
    };
  }
  return undefined;
}
