import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { formatCount } from '../../shared/units.js';
import type { Demand } from '../demand.js';
import { fail, ok, roundUp, warn } from './check.js';

/** A server that stands still for so long must not lose handshakes: a full garbage collection, a loaded CPU. */
const PAUSE_SEC = 0.25;

/** Handshakes wait in two queues until the server accepts them: their limits are the target's machine's. */
export function acceptQueue(demand: Demand, { somaxconn, synBacklog }: Machine): Check | null {
  if (!demand.destinations.local || somaxconn === null || synBacklog === null) return null;
  const { plan, connectsPerSec, sockets, destinations } = demand;
  const id = 'accept-queue';
  const burst = Math.min(sockets, plan.connect.inFlight, Math.ceil(connectsPerSec * PAUSE_SEC));
  const needed = Math.ceil(burst / destinations.all.length);
  const found = `net.core.somaxconn ${formatCount(somaxconn)}, net.ipv4.tcp_max_syn_backlog ${formatCount(synBacklog)}; ${formatCount(needed)} may wait while the target pauses ${PAUSE_SEC * 1000} ms`;
  if (needed <= Math.min(somaxconn, synBacklog)) return ok(id, found);
  const to = roundUp(needed);
  return warn(
    id,
    found,
    `sudo sysctl -w net.core.somaxconn=${Math.max(to, somaxconn)} net.ipv4.tcp_max_syn_backlog=${Math.max(to, synBacklog)}`,
  );
}

/** Netfilter drops the packets of connections that its table has no room for. */
export function conntrack({ sockets }: Demand, { conntrack: table }: Machine): Check | null {
  if (table === null) return null;
  const id = 'conntrack';
  const found = `${formatCount(table.max)} connections can be tracked, ${formatCount(table.count)} are; ${formatCount(sockets)} more are needed`;
  if (table.count + sockets <= table.max) return ok(id, found);
  const mend = `sudo sysctl -w net.netfilter.nf_conntrack_max=${roundUp(table.count + sockets)}`;
  // An empty table is mostly one without rules that would fill it.
  if (table.count === 0) return warn(id, `${found}, if this machine tracks connections at all`, mend);
  return fail(id, found, mend);
}

/** Under pressure the kernel shrinks windows, and above the limit it drops: tcp(7). Idle sockets have no pages. */
export function tcpMemory({ sockets, destinations }: Demand, { tcpMemory: memory }: Machine): Check | null {
  const { tcpPages, tcpPressurePages, tcpLimitPages } = memory;
  if (tcpPages === null || tcpPressurePages === null || tcpLimitPages === null) return null;
  const id = 'tcp-memory';
  const needed = sockets * (destinations.local ? 2 : 1);
  const found = `${formatCount(tcpPages)} pages in use, pressure from ${formatCount(tcpPressurePages)}; one for each socket while messages flow: ${formatCount(needed)}`;
  if (tcpPages + needed <= tcpPressurePages) return ok(id, found);
  const to = roundUp(tcpPages + needed);
  return warn(id, found, `sudo sysctl -w net.ipv4.tcp_mem="${to} ${to} ${Math.max(2 * to, tcpLimitPages)}"`);
}
