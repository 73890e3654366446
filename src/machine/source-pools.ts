import { type Socket, createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { messageOf } from '../shared/errors.js';
import { addressKind } from '../shared/ip-address.js';

/** The addresses of this machine that connections to one host may start from, each tried out. */
export interface SourcePool {
  readonly host: string;
  /** The one that the system would choose is the first. `loopback-net`: as many of 127.0.0.0/8 as one likes. */
  readonly addresses: readonly string[] | 'loopback-net';
}

/** RFC 863: whatever is asked of UDP here is never sent. */
const DISCARD_PORT = 9;

/**
 * On the loopback network all of 127.0.0.0/8 are ours; elsewhere the addresses of the interface that has the way to the
 * host. Rejects with the system's error where there is no way.
 */
export async function poolTowards(host: string): Promise<SourcePool> {
  const ours = await sourceTowards(host, null);
  if (addressKind(host) === '4-loopback') {
    return { host, addresses: (await hasWay(loopbackAddress(0), host)) ? 'loopback-net' : [ours] };
  }
  const sameInterface = Object.values(networkInterfaces()).find((entries) =>
    entries?.some(({ address }) => address === ours),
  );
  const others = (sameInterface ?? [])
    .map(({ address }) => address)
    .filter((address) => isIP(address) === isIP(ours) && address !== ours && !address.startsWith('fe80:'));
  const tried = await Promise.all(
    others.map(async (address) => ((await hasWay(address, host)) ? [address] : [])),
  );
  return { host, addresses: [ours, ...tried.flat()] };
}

/** 127.0.0.2, 127.0.0.3, …, from 0 on. */
export function loopbackAddress(n: number): string {
  const last = n + 2;
  return `127.${last >> 16}.${(last >> 8) & 255}.${last & 255}`;
}

/** Why an address can't be used. */
export interface Refusal {
  readonly address: string;
  /** It is none of this machine; false: it has no way to the host. */
  readonly isForeign: boolean;
  /** Of the system. */
  readonly reason: string;
}

/**
 * Whether connections can start from an address.
 *
 * @param hosts that they may go to: a way to one of them is enough, and to none where there are none
 */
export async function tryOut(address: string, hosts: readonly string[]): Promise<Refusal | null> {
  const foreign = await reasonAgainst(address, address);
  if (foreign !== null) return { address, isForeign: true, reason: foreign };
  let reason: string | null = null;
  for (const host of hosts) {
    reason = await reasonAgainst(host, address);
    if (reason === null) return null;
  }
  return reason === null ? null : { address, isForeign: false, reason };
}

async function hasWay(address: string, host: string): Promise<boolean> {
  return (await reasonAgainst(host, address)) === null;
}

function reasonAgainst(host: string, address: string): Promise<string | null> {
  return sourceTowards(host, address).then(() => null, messageOf);
}

/** The address that a connection to the host comes from, by asking UDP, which sends nothing for it. Rejects where there is no way. */
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

/** `bind` tells an error by the event, `connect` the callback. */
function told(socket: Socket, ask: (then: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    ask((error) => {
      socket.off('error', reject);
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
