// Resident memory for a connection that is held and subscribed, with TLS.
import { kilobytesOf } from '../support/loops.mjs';
import { residentBytes, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { duringTlsSink } from '../support/tls.mjs';
import { held } from './loads.mjs';

const LOAD = { connections: 3000, ratePerSec: 150 };

export async function memoryTls({ scratch, loops }) {
  const [own, bare] = await Promise.all([
    duringTlsSink(async (target) => {
      const { scenario } = held({ urls: [`wss://${target}/ws`], targets: [] }, LOAD);
      scenario.connect.tls = { insecure: true };
      return residentBytes(await stompede(scratch, scenario)) / 1024;
    }),
    duringTlsSink(async (target) =>
      kilobytesOf(await loops.bare({ ...held({ urls: [], targets: [target] }, LOAD).options, secure: 1 })),
    ),
  ]);
  const what = `resident memory for a connection with TLS, ${LOAD.connections.toLocaleString('en')} held`;
  return [newRow({ id: 'memory-tls', what, unit: 'KB', own: [own], other: [bare], against: 'bare' })];
}
