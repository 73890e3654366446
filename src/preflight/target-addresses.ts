import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { RunPlan } from '../model/plan.js';
import { sleep } from '../shared/env.js';

/** Where connections of a run go. */
export interface RunTarget {
  readonly url: string;
  /** What its name was resolved to for all of them; null: nothing was, or it is an address. */
  readonly address: string | null;
  /** The host as it is written, without brackets. */
  readonly name: string;
  readonly port: number;
  /** What the host is, or resolves to; empty: that is not known, and each connection finds out for itself. */
  readonly hosts: readonly string[];
  /** Connections resolve the name by themselves, and may find other addresses. */
  readonly open: boolean;
}

type TargetPlan = Pick<RunPlan['target'], 'urls' | 'addresses'>;

/**
 * The targets in the order in which connections are spread over them. With `addresses: all` every address of a name is
 * one; a name that does not resolve stays what it is.
 *
 * @param alsoFirst names are resolved where connections resolve them by themselves, too
 */
export async function targetAddresses(
  {
    target,
    timeoutsMs,
  }: { readonly target: TargetPlan; readonly timeoutsMs: Pick<RunPlan['timeoutsMs'], 'dns'> },
  alsoFirst: boolean,
): Promise<readonly RunTarget[]> {
  const names = [...new Set(target.urls.map(hostOf))].filter((name) => isIP(name) === 0);
  const hosts = new Map<string, readonly string[]>();
  if (alsoFirst || target.addresses === 'all') {
    await Promise.all(names.map(async (name) => hosts.set(name, await addressesOf(name, timeoutsMs.dns))));
  }
  return targetsAt(target, hosts);
}

/** @param hostsOfNames what is known of names */
export function targetsAt(
  { urls, addresses }: TargetPlan,
  hostsOfNames: ReadonlyMap<string, readonly string[]>,
): readonly RunTarget[] {
  return urls.flatMap((url): RunTarget[] => {
    const { port: written, protocol } = new URL(url);
    const name = hostOf(url);
    const port = written === '' ? (protocol === 'wss:' ? 443 : 80) : Number(written);
    const target = { url, name, port };
    if (isIP(name) !== 0) return [{ ...target, address: null, hosts: [name], open: false }];
    const hosts = hostsOfNames.get(name) ?? [];
    if (addresses === 'first' || hosts.length === 0) return [{ ...target, address: null, hosts, open: true }];
    return hosts.map((address) => ({ ...target, address, hosts: [address], open: false }));
  });
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
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
