import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { RunPlan } from '../model/plan.js';
import { sleep } from '../shared/env.js';
import type { TargetAddress } from '../worker/protocol.js';

/** Where connections of a run go. */
export interface RunTarget extends TargetAddress {
  readonly port: number;
  /** What the host is, or resolves to; empty: it does not resolve, which each connection finds out for itself. */
  readonly hosts: readonly string[];
  /** Connections resolve the name by themselves, and may find other addresses. */
  readonly open: boolean;
}

/**
 * The targets in the order in which connections are spread over them. With `addresses: all` every address of a name is
 * one; a name that does not resolve stays what it is.
 */
export async function targetAddresses(
  { target: { urls, addresses }, timeoutsMs }: Pick<RunPlan, 'target' | 'timeoutsMs'>,
  alsoFirst: boolean,
): Promise<readonly RunTarget[]> {
  const targets = await Promise.all(
    urls.map(async (url): Promise<RunTarget[]> => {
      const { hostname, port: written, protocol } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const port = written === '' ? (protocol === 'wss:' ? 443 : 80) : Number(written);
      if (isIP(host) !== 0) return [{ url, address: null, port, hosts: [host], open: false }];
      const hosts = addresses === 'all' || alsoFirst ? await addressesOf(host, timeoutsMs.dns) : [];
      if (addresses === 'first' || hosts.length === 0)
        return [{ url, address: null, port, hosts, open: true }];
      return hosts.map((address) => ({ url, address, port, hosts: [address], open: false }));
    }),
  );
  return targets.flat();
}

async function addressesOf(name: string, withinMs: number): Promise<readonly string[]> {
  const over = new AbortController();
  try {
    const found = await Promise.race([
      lookup(name, { all: true, order: 'verbatim' }),
      sleep(withinMs, [], { signal: over.signal }),
    ]);
    return [...new Set(found.map(({ address }) => address))];
  } catch {
    return [];
  } finally {
    over.abort();
  }
}
