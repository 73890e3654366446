import { type AddressInfo, connect, createServer } from 'node:net';
import { until } from './until.js';

/** Ports that nobody uses at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            resolve((server.address() as AddressInfo).port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until somebody accepts connections there. */
export async function listening(port: number, timeoutMs: number): Promise<void> {
  let open = false;
  let pending = false;
  await until(
    () => {
      if (!pending && !open) {
        pending = true;
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => (open = true));
        socket.once('error', () => undefined);
        socket.once('close', () => (pending = false));
        socket.once('connect', () => socket.destroy());
      }
      return open;
    },
    `a listener on port ${port}`,
    timeoutMs,
  );
}
