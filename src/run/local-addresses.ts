import { type Socket, createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { StompedeError, messageOf } from '../shared/errors.js';
import { addressKind, sourcesFor } from '../shared/ip-address.js';

/** A port of the range may be somebody else's. */
const USABLE = 0.9;
/** RFC 863: whatever is asked of UDP here is never sent. */
const DISCARD_PORT = 9;
const AT_ONCE = 64;

/**
 * The addresses of this machine for targets at these, each tried out. On the loopback network all of 127.0.0.0/8 are
 * ours, from 127.0.0.2 on; elsewhere those of the interface that has the way to the target.
 *
 * @param places how many pairs of address and port are needed for one target
 * @param ports of each address
 */
export async function localAddressesFor(
  hosts: readonly string[],
  places: number,
  ports: number,
): Promise<string[]> {
  const most = Math.max(1, Math.ceil(places / (ports * USABLE)));
  const found = new Set<string>();
  for (const host of new Set(hosts)) {
    for (const address of await addressesTowards(host, most)) found.add(address);
  }
  return [...found];
}

async function addressesTowards(host: string, most: number): Promise<readonly string[]> {
  const ours = await sourceTowards(host, null).catch(() => null);
  if (ours === null) return [];
  if (addressKind(host) === '4-loopback') {
    const many = Array.from({ length: most }, (_, n) => loopback(n + 2));
    const hasMany = await sourceTowards(host, many[0] ?? ours).catch(() => null);
    return hasMany === null ? [ours] : many;
  }
  const sameInterface = Object.values(networkInterfaces()).find((entries) =>
    entries?.some(({ address }) => address === ours),
  );
  const others = (sameInterface ?? [])
    .map(({ address }) => address)
    .filter((address) => isIP(address) === isIP(ours) && address !== ours && !address.startsWith('fe80:'));
  return [ours, ...others].slice(0, most);
}

function loopback(n: number): string {
  return `127.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
}

/** Throws `machine-too-small` where an address is not one of this machine, or has no way to the targets at these. */
export async function checkLocalAddresses(
  addresses: readonly string[],
  hosts: readonly string[],
): Promise<void> {
  for (const host of hosts) {
    if (sourcesFor(addressKind(host), addresses).length > 0) continue;
    throw new StompedeError(
      'machine-too-small',
      `connect.localAddresses has no address that goes with ${host}`,
      {
        hint: 'Give addresses of the family of the target, and others than loopback ones where it is not on this machine.',
      },
    );
  }
  for (let from = 0; from < addresses.length; from += AT_ONCE) {
    await Promise.all(addresses.slice(from, from + AT_ONCE).map((address) => checkOne(address, hosts)));
  }
}

async function checkOne(address: string, hosts: readonly string[]): Promise<void> {
  const host = hosts.find((one) => sourcesFor(addressKind(one), [address]).length > 0);
  try {
    await sourceTowards(host ?? address, address);
  } catch (error) {
    const towards = host === undefined ? '' : `, or has no way to ${host}`;
    throw new StompedeError(
      'machine-too-small',
      `${address} in connect.localAddresses is no address of this machine${towards} (${messageOf(error)})`,
      { hint: `Leave it out, or add it: ip address add ${address} dev …`, cause: error },
    );
  }
}

/** The address that a connection to the host comes from, by asking UDP, which sends nothing for it. Throws where there is no way. */
async function sourceTowards(host: string, address: string | null): Promise<string> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    if (address !== null) await told(socket, (then) => socket.bind({ address, port: 0 }, then));
    await told(socket, (then) => {
      socket.connect(DISCARD_PORT, host, then);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}

function told(socket: Socket, ask: (then: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    ask(() => {
      socket.off('error', reject);
      resolve();
    });
  });
}
