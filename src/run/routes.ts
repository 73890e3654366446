import type { RunPlan } from '../model/plan.js';
import { addressText } from '../shared/ip-address.js';
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
  const ports = localPorts ?? DYNAMIC_PORTS;
  const hosts = [...new Set(found.flatMap((target) => target.hosts))];
  const addresses =
    localAddresses === 'auto'
      ? await localAddressesFor(hosts, mostOf(needs), ports[1] - ports[0] + 1)
      : localAddresses;
  await checkLocalAddresses(addresses, hosts);
  return { targets, sources: dealSources({ addresses, ports }, needs, workers) };
}

function plannedTarget({ hosts, port, open }: RunTarget): { host: string | null; text: string | null } {
  const [host] = hosts;
  if (open || host === undefined) return { host: null, text: null };
  return { host, text: addressText(host, port) };
}

/** Sockets of the target that gets most; of a name, which may be any of them, all. */
function mostOf(needs: readonly TargetNeed[]): number {
  const all = needs.map(({ sockets }) => sockets.reduce((sum, count) => sum + count, 0));
  const isKnown = needs.every(({ target }) => target !== null);
  return isKnown ? Math.max(...all) : all.reduce((sum, count) => sum + count, 0);
}
