import type { Refusal } from '../../machine/source-pools.js';
import type { Check } from '../../model/check.js';
import { formatCount } from '../../shared/units.js';
import type { Demand } from '../demand.js';
import type { FoundSources } from '../ways.js';
import { fail, ok, warn } from './check.js';

const ID = 'source-addresses';

/** Addresses that connections are to start from have to be this machine's, and have a way to the targets. */
export function sourceAddresses({ sources, plan }: Demand): Check | null {
  if (sources === null) return null;
  const [refused] = sources.refused;
  if (refused !== undefined) return refusedCheck(refused, sources.refused.length);
  const [unreached] = sources.unreached;
  if (unreached === undefined) return ok(ID, foundText(sources));
  const { target, reason } = unreached;
  if (plan.connect.localAddresses !== 'auto') return fail(ID, reason, 'connect.localAddresses: auto');
  const found = `this machine has no way to ${target} (${reason})`;
  const mend = `sudo ip route add ${target} via <gateway>`;
  // Where it has a way to others, those are what is left of the plan.
  return sources.pools.length === 0 ? fail(ID, found, mend) : warn(ID, found, mend);
}

function refusedCheck({ address, isForeign, reason }: Refusal, count: number): Check {
  const others = count === 1 ? '' : `, and ${formatCount(count - 1)} more can't be used`;
  if (isForeign) {
    const mend = `sudo ip address add ${address} dev <device>, or connect.localAddresses without it`;
    return fail(ID, `${address} is no address of this machine (${reason})${others}`, mend);
  }
  const mend = 'connect.localAddresses without it, or connect.localAddresses: auto';
  return fail(ID, `${address} has no way to the target (${reason})${others}`, mend);
}

function foundText({ given, pools }: FoundSources): string {
  const hasLoopbackNet = pools.some(({ addresses }) => addresses === 'loopback-net');
  const single = new Set([
    ...given,
    ...pools.flatMap(({ addresses }) => (addresses === 'loopback-net' ? [] : addresses)),
  ]);
  if (!hasLoopbackNet) return formatCount(single.size);
  return `of 127.0.0.0/8, as needed${single.size === 0 ? '' : `, and ${formatCount(single.size)} more`}`;
}
