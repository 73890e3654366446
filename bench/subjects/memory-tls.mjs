// Resident memory for a connection that is held and subscribed, with TLS.
import { kilobytesOf } from '../support/loops.mjs';
import { residentBytes, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { duringTlsSink } from '../support/tls.mjs';
import { held } from './loads.mjs';

const LOAD = { connections: 5000, ratePerSec: 250, holdSec: 10 };

export async function memoryTls({ scratch, loops }) {
  const own = await duringTlsSink(async (target) => {
    const { scenario } = held([`wss://${target}/ws`], LOAD);
    scenario.connect.tls = { insecure: true };
    return residentBytes(await stompede(scratch, scenario)) / 1024;
  });
  const bare = await duringTlsSink(async (target) => {
    const { connections, ratePerSec, holdSec } = LOAD;
    const options = { targets: target, connections, rate: ratePerSec, 'hold-ms': holdSec * 1000, secure: 1 };
    return kilobytesOf(await loops.bare(options));
  });
  const what = `resident memory for a connection with TLS, ${LOAD.connections.toLocaleString('en')} held`;
  return [newRow({ id: 'memory-tls', what, unit: 'KB', own: [own], other: [bare], against: 'bare' })];
}
