import type { RunPlan } from '../model/plan.js';
import { ADDRESS_KINDS, type AddressKind, addressText, sourcesFor } from '../shared/ip-address.js';
import type { SourceShare, TargetAddress } from '../worker/protocol.js';
import { type TargetNeed, dealSources, needsOf } from '../worker/source-shares.js';
import { checkLocalAddresses, localAddressesFor } from './local-addresses.js';
import { type RunTarget, targetAddresses } from './target-addresses.js';

/** Between which addresses the connections of a run are. */
export interface Routes {
  readonly targets: readonly TargetAddress[];
  /** Of each worker; null: the kernel chooses. */
  readonly sources: readonly SourceShare[] | null;
}

/** RFC 6335 section 6, where the system does not say what it uses. */
const DYNAMIC_PORTS = [49_152, 65_535] as const;

/**
 * Resolves what is to be resolved before the first socket, and deals local addresses and ports out to the workers. Throws
 * `machine-too-small` where connect.localAddresses are not what this machine has.
 *
 * @param plan with its target URLs
 */
export async function openRoutes(
  plan: RunPlan,
  workers: number,
  localPorts: readonly [number, number] | null,
  random: () => number = Math.random,
): Promise<Routes> {
  const { localAddresses } = plan.connect;
  const chooses = localAddresses === 'auto' || localAddresses.length > 0;
  const found = await targetAddresses(plan, chooses);
  const targets = found.map(({ url, address }) => ({ url, address }));
  if (!chooses) return { targets, sources: null };
  const needs = needsOf(
    { connections: plan.connect.connections, publishers: plan.publish.map(({ publishers }) => publishers) },
    found.map(plannedTarget),
    workers,
  );
  const range = localPorts ?? DYNAMIC_PORTS;
  const hosts = [...new Set(found.flatMap((target) => target.hosts))];
  const addresses =
    localAddresses === 'auto'
      ? await localAddressesFor(hosts, mostOf(needs), range[1] - range[0] + 1)
      : localAddresses;
  await checkLocalAddresses(addresses, hosts);
  const ports = portsWithin(range, portsOfEach(needs, addresses), random);
  return { targets, sources: dealSources({ addresses, ports }, needs, workers) };
}

function plannedTarget({ hosts, port, open }: RunTarget): { host: string | null; text: string | null } {
  const [host] = hosts;
  if (open || host === undefined) return { host: null, text: null };
  return { host, text: addressText(host, port) };
}

/** Some ports of the part that we take may be taken by others. */
const SPARE_SHARE = 0.1;
const SPARE_PORTS = 64;

/**
 * As many ports of the range as are needed, with some to spare, anywhere in it. What we have bound to, the kernel gives to
 * nobody who leaves the choice to it, until TIME_WAIT is over: other programs of this machine would find no port.
 */
function portsWithin(
  [first, last]: readonly [number, number],
  needed: number,
  random: () => number,
): readonly [number, number] {
  const all = last - first + 1;
  const count = Math.min(all, Math.ceil(needed * (1 + SPARE_SHARE)) + SPARE_PORTS);
  const from = first + Math.floor(random() * (all - count + 1));
  return [from, from + count - 1];
}

/** Ports that each address has to have for its part of the connections to the target that gets most. */
function portsOfEach(needs: readonly TargetNeed[], addresses: readonly string[]): number {
  const fewest = (kinds: readonly AddressKind[]): number =>
    Math.min(...kinds.map((kind) => sourcesFor(kind, addresses).length).filter((count) => count > 0));
  const kinds = needs.flatMap(({ kind }) => (kind === null ? [] : [kind]));
  // A name may turn out to be of any kind.
  return Math.ceil(mostOf(needs) / fewest(kinds.length < needs.length ? ADDRESS_KINDS : kinds));
}

function addUp(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Sockets of the target that gets most; of a name, which may be any of them, all. */
function mostOf(needs: readonly TargetNeed[]): number {
  const all = needs.map(({ sockets }) => addUp(sockets));
  const isKnown = needs.every(({ target }) => target !== null);
  return isKnown ? Math.max(...all) : addUp(all);
}
