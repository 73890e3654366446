import { type Refusal, type SourcePool, poolTowards, tryOut } from '../machine/source-pools.js';
import type { RunPlan } from '../model/plan.js';
import { messageOf } from '../shared/errors.js';
import { type AddressKind, addressKind, sourcesFor } from '../shared/ip-address.js';
import { type RunTarget, targetAddresses } from './target-addresses.js';

/** Between which addresses the connections of a plan will be: looked up and tried out before anything is opened. */
export interface Ways {
  /** Empty: of the embedded broker, which is not there yet. */
  readonly targets: readonly RunTarget[];
  /** Where connections start from; null: the kernel chooses. */
  readonly sources: FoundSources | null;
}

export interface FoundSources {
  /** Those of the plan that can be used; with `auto` none. */
  readonly given: readonly string[];
  /** With `auto`: what there is for each host to which there is a way. */
  readonly pools: readonly SourcePool[];
  /** Those of the plan that can't be used. */
  readonly refused: readonly Refusal[];
  /** Targets that none of the addresses has a way to. */
  readonly unreached: readonly { readonly target: string; readonly reason: string }[];
}

/** Where the embedded broker listens. */
export const EMBEDDED_HOST = '127.0.0.1';

const AT_ONCE = 64;

/** Never rejects: what can't be used is in it. */
export async function findWays(plan: RunPlan): Promise<Ways> {
  const { localAddresses } = plan.connect;
  const chooses = localAddresses === 'auto' || localAddresses.length > 0;
  const targets = plan.target.embedded ? [] : await targetAddresses(plan, chooses);
  if (!chooses) return { targets, sources: null };
  const hostsOfTargets = new Map(
    plan.target.embedded
      ? [[EMBEDDED_HOST, [EMBEDDED_HOST]]]
      : targets.map(({ address, name, hosts }) => [address ?? name, hosts]),
  );
  const sources =
    localAddresses === 'auto' ? await lookFor(hostsOfTargets) : await tryAll(localAddresses, hostsOfTargets);
  return { targets, sources };
}

/** How many source addresses there are for targets of a kind; Infinity: as many as are needed. */
export function sourceCount({ given, pools }: FoundSources, kind: AddressKind): number {
  const found = pools.flatMap(({ addresses }) => (addresses === 'loopback-net' ? [] : addresses));
  const hasLoopbackNet = pools.some(({ addresses }) => addresses === 'loopback-net');
  if (kind === '4-loopback' && hasLoopbackNet) return Infinity;
  return sourcesFor(kind, [...new Set([...given, ...found])]).length;
}

type Hosts = ReadonlyMap<string, readonly string[]>;

async function lookFor(hostsOfTargets: Hosts): Promise<FoundSources> {
  const pools = new Map<string, SourcePool>();
  const reasons = new Map<string, string>();
  const hosts = [...new Set([...hostsOfTargets.values()].flat())];
  await inTurn(hosts, async (host) => {
    try {
      pools.set(host, await poolTowards(host));
    } catch (error) {
      reasons.set(host, messageOf(error));
    }
  });
  return {
    given: [],
    pools: hosts.flatMap((host) => pools.get(host) ?? []),
    refused: [],
    unreached: unreachedOf(hostsOfTargets, (host) => reasons.get(host) ?? null),
  };
}

async function tryAll(addresses: readonly string[], hostsOfTargets: Hosts): Promise<FoundSources> {
  const hosts = [...new Set([...hostsOfTargets.values()].flat())];
  const refusals = new Map<string, Refusal>();
  await inTurn(addresses, async (address) => {
    const fitting = hosts.filter((host) => sourcesFor(addressKind(host), [address]).length > 0);
    const refusal = await tryOut(address, fitting);
    if (refusal !== null) refusals.set(address, refusal);
  });
  const given = addresses.filter((address) => !refusals.has(address));
  const whyNot = (host: string): string | null =>
    sourcesFor(addressKind(host), addresses).length > 0
      ? null
      : `connect.localAddresses has no address that goes with ${host}`;
  const refused = addresses.flatMap((address) => refusals.get(address) ?? []);
  return { given, pools: [], refused, unreached: unreachedOf(hostsOfTargets, whyNot) };
}

/** Of a name one of its hosts is enough; one that did not resolve is looked up by each connection. */
function unreachedOf(
  hostsOfTargets: Hosts,
  whyNot: (host: string) => string | null,
): FoundSources['unreached'] {
  return [...hostsOfTargets].flatMap(([target, hosts]) => {
    const reasons = hosts.map(whyNot);
    const [reason] = reasons;
    return reason === undefined || reason === null || reasons.includes(null) ? [] : [{ target, reason }];
  });
}

async function inTurn<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(each));
  }
}
