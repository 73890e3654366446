import { loopbackAddress } from '../machine/source-pools.js';
import type { RunPlan } from '../model/plan.js';
import { type RunTarget, targetAddresses } from '../preflight/target-addresses.js';
import type { FoundSources, Ways } from '../preflight/ways.js';
import { StompedeError } from '../shared/errors.js';
import {
  ADDRESS_KINDS,
  type AddressKind,
  addressKind,
  addressText,
  sourcesFor,
} from '../shared/ip-address.js';
import { type PortRange, countPorts, portsAfter } from '../shared/port-ranges.js';
import { formatCount } from '../shared/units.js';
import type { SourceShare, TargetAddress } from '../worker/protocol.js';
import {
  type PlannedTarget,
  type TargetNeed,
  dealSources,
  needsOf,
  placesOf,
} from '../worker/source-shares.js';

/** Between which addresses the connections of a run are. */
export interface Routes {
  readonly targets: readonly TargetAddress[];
  /** Of each worker; null: the kernel chooses. */
  readonly sources: readonly SourceShare[] | null;
}

export interface RouteOptions {
  readonly workers: number;
  /** Local ports that may be taken. */
  readonly ports: readonly PortRange[];
  /** What was found before the run. */
  readonly ways: Ways;
  /** Deal out what there is, also where it is too little. */
  readonly force: boolean;
  readonly random?: () => number;
}

/**
 * Deals local addresses and ports out to the workers. Throws `machine-too-small` where there are fewer of them than
 * connections to a target, unless it is forced.
 *
 * @param plan with its target URLs
 */
export async function openRoutes(
  plan: RunPlan,
  { workers, ports, ways, force, random = Math.random }: RouteOptions,
): Promise<Routes> {
  const found = plan.target.embedded ? await targetAddresses(plan, false) : ways.targets;
  const targets = found.map(({ url, address }) => ({ url, address }));
  if (ways.sources === null) return { targets, sources: null };
  const sockets = {
    connections: plan.connect.connections,
    publishers: plan.publish.map(({ publishers }) => publishers),
  };
  const needs = needsOf(sockets, found.map(plannedTarget), workers);
  const { localAddresses } = plan.connect;
  const addresses =
    localAddresses === 'auto' ? addressesOf(ways.sources, mostOf(needs), countPorts(ports)) : localAddresses;
  const part = partOf(ports, portsOfEach(needs, addresses), random);
  const sources = dealSources({ addresses, ports: part }, needs, workers);
  if (!force) refuseTooFew(found, needs, sources);
  return { targets, sources };
}

function plannedTarget(target: RunTarget): PlannedTarget {
  const [host] = target.hosts;
  if (target.open || host === undefined) return { host: null, text: null };
  return { host, text: addressText(host, target.port) };
}

/** A name may turn out to be of several kinds, and is refused only where there are too few places for each of them. */
function refuseTooFew(
  targets: readonly RunTarget[],
  needs: readonly TargetNeed[],
  shares: readonly SourceShare[],
): void {
  const isKnown = needs.every(({ target }) => target !== null);
  for (const target of targets) {
    const { text } = plannedTarget(target);
    const own = isKnown ? needs.filter((need) => need.target === text) : needs;
    const needed = addUp(own.map(({ sockets }) => addUp(sockets)));
    const kinds = [...new Set(target.hosts.map(addressKind))].filter((kind) =>
      shares.some(({ addresses }) => sourcesFor(kind, addresses).length > 0),
    );
    const places = kinds.map((kind) => addUp(shares.map((share) => placesOf(share, text, kind))));
    // Where it is not known what it is, or no address goes with it, each connection finds out for itself.
    if (places.length === 0 || needed <= Math.max(...places)) continue;
    const to = isKnown
      ? addressText(target.address ?? target.name, target.port)
      : 'targets of which some are names';
    throw tooFew(to, needed, Math.max(...places));
  }
}

function tooFew(target: string, needed: number, places: number): StompedeError {
  return new StompedeError(
    'machine-too-small',
    `${formatCount(needed)} connections to ${target} need more than the ${formatCount(places)} pairs of source address and local port that there are`,
    {
      hint: 'Give more addresses in connect.localAddresses; --force runs it all the same; stompede doctor shows all that was looked at.',
    },
  );
}

/** A port of the range may be somebody else's. */
const USABLE = 0.9;

/**
 * As many of what was found towards each host as are needed.
 *
 * @param places how many pairs of address and port are needed for one target
 * @param ports of each address
 */
function addressesOf({ pools }: FoundSources, places: number, ports: number): string[] {
  const most = Math.max(1, Math.ceil(places / (ports * USABLE)));
  const found = pools.flatMap(({ addresses }) =>
    addresses === 'loopback-net'
      ? Array.from({ length: most }, (_, n) => loopbackAddress(n))
      : addresses.slice(0, most),
  );
  return [...new Set(found)];
}

/** Some ports of the part that we take may be taken by others. */
const SPARE_SHARE = 0.1;
const SPARE_PORTS = 64;

/**
 * As many of the ports as are needed, with some to spare, anywhere among them. What we have bound to, the kernel gives to
 * nobody who leaves the choice to it, until TIME_WAIT is over: other programs of this machine would find no port.
 */
function partOf(ports: readonly PortRange[], needed: number, random: () => number): readonly PortRange[] {
  const all = countPorts(ports);
  const count = Math.min(all, Math.ceil(needed * (1 + SPARE_SHARE)) + SPARE_PORTS);
  return portsAfter(ports, Math.floor(random() * (all - count + 1)), count);
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
