import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { joinMesh } from '../cluster/mesh.js';
import type { Relay } from '../cluster/relay.js';
import type { BrokerOptions } from '../options.js';
import { createBrokerServer, type BrokerServer } from '../server.js';
import { RawClient } from './faulty-broker.js';

/** A broker of several processes, all of which are this one: links, ports and clients are real. */
export class MeshBroker {
  readonly servers: readonly BrokerServer[];
  readonly relays: readonly Relay[];
  readonly #clients: RawClient[] = [];

  private constructor(servers: readonly BrokerServer[], relays: readonly Relay[]) {
    this.servers = servers;
    this.relays = relays;
  }

  static async start(processes: number, options: BrokerOptions = {}): Promise<MeshBroker> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-mesh-'));
    const servers: BrokerServer[] = [];
    const relays: Relay[] = [];
    try {
      for (let index = 0; index < processes; index++) {
        const relay = await joinMesh({ index, processes, folder });
        relays.push(relay);
        servers.push(await createBrokerServer(options, relay));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    return new MeshBroker(servers, relays);
  }

  /** A client of that process that has been answered with CONNECTED. */
  async connect(process: number, version = '1.2'): Promise<RawClient> {
    const { url } = this.servers[process] ?? { url: '' };
    const client = new RawClient(url, []);
    this.#clients.push(client);
    await client.say(`CONNECT\naccept-version:${version}\nhost:/\n\n\0`);
    await client.receive('CONNECTED');
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    for (const server of this.servers) await server.close();
  }
}
