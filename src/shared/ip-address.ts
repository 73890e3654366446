import { isIP } from 'node:net';

/**
 * Addresses that go together: between them the system has a way. A loopback address is no source for a target that is
 * elsewhere.
 */
export type AddressKind = '4' | '6' | '4-loopback' | '6-loopback';

export const ADDRESS_KINDS: readonly AddressKind[] = ['4', '6', '4-loopback', '6-loopback'];

export function addressKind(address: string): AddressKind {
  const family = isIP(address) === 6 ? '6' : '4';
  return isLoopback(address) ? `${family}-loopback` : family;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** Those of the addresses that connections to a target of this kind may start from. */
export function sourcesFor(kind: AddressKind, addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => {
    const own = addressKind(address);
    return own.startsWith(kind.charAt(0)) && (own === kind || !own.endsWith('loopback'));
  });
}

/** An address as a target is called: `ip:port`, `[ip]:port` of IPv6. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
