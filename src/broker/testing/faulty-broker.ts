import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { Fault, FaultScope } from '../../model/faults.js';
import { inTime } from '../../shared/testing/in-time.js';
import type { BrokerOptions } from '../options.js';
import { createBrokerServer, type BrokerServer, type LedgerRecord } from '../server.js';
import { readFrames, type Received } from './memory-broker.js';

/** One fault for every connection, always, where the test says nothing else. */
export type TestedFault = Fault & Partial<FaultScope>;

const ALWAYS: FaultScope = { share: 1, skip: 0, fromMs: 0, untilMs: null };

/** A broker with faults within this process, and raw clients of it. */
export class FaultyBroker {
  readonly server: BrokerServer;
  readonly #clients: { terminate(): void }[] = [];

  constructor(server: BrokerServer) {
    this.server = server;
  }

  static async start(faults: readonly TestedFault[], options: BrokerOptions = {}): Promise<FaultyBroker> {
    const rules = faults.map((fault) => ({ ...ALWAYS, ...fault }));
    return new FaultyBroker(await createBrokerServer({ faults: { seed: 7, rules }, ...options }));
  }

  get ledger(): LedgerRecord {
    const record = this.server.ledger();
    if (record === null) throw new Error('a broker without a ledger');
    return record;
  }

  /** Connections and times that the fault at this place of the plan struck. */
  struck(index = 0): { connections: number; times: number } {
    const { connections = 0, times = 0 } = this.ledger.faults[index] ?? {};
    return { connections, times };
  }

  /** Waits until the ledger says that much. */
  async settles(check: (ledger: LedgerRecord) => void): Promise<void> {
    await inTime(() => check(this.ledger));
  }

  /** A WebSocket client, whatever comes of it. */
  dial(protocols: string[] = []): RawClient {
    const client = new RawClient(this.server.url, protocols);
    this.#clients.push(client);
    return client;
  }

  /** A client that has been answered with CONNECTED. */
  async connect(headers = ''): Promise<RawClient> {
    const client = await this.dial().say(`CONNECT\naccept-version:1.2\nhost:/\n${headers}\n\0`);
    await client.receive('CONNECTED');
    return client;
  }

  /** A TCP connection, with a proper request for an upgrade on it unless told otherwise. */
  async tcp(request: string | null = UPGRADE): Promise<RawSocket> {
    const raw = new RawSocket(connect(this.server.port, '127.0.0.1'));
    this.#clients.push(raw);
    await raw.connected;
    if (request !== null) raw.socket.write(request);
    return raw;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.server.close();
  }
}

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

/** What a client sees of a TCP connection. */
export class RawSocket {
  readonly socket: Socket;
  readonly connected: Promise<unknown>;
  /** How it ended: the code of its error, or `end`. */
  readonly ended: Promise<string>;
  text = '';

  constructor(socket: Socket) {
    this.socket = socket;
    let how = 'end';
    socket.on('data', (bytes: Buffer) => (this.text += bytes.toString('latin1')));
    socket.on('error', (error: Error & { code?: string }) => (how = error.code ?? error.message));
    this.ended = new Promise((resolve) => {
      socket.on('close', () => resolve(how));
    });
    // It may be reset before it knows that it is connected.
    this.connected = Promise.race([once(socket, 'connect').catch(() => undefined), this.ended]);
  }

  terminate(): void {
    this.socket.destroy();
  }
}

/** A WebSocket client that speaks STOMP by hand. */
export class RawClient {
  readonly webSocket: WebSocket;
  /** `open`, or why it never was. */
  readonly opened: Promise<string>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly messages: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  #socket: Socket | undefined;

  constructor(url: string, protocols: string[], options: ClientOptions = { rejectUnauthorized: false }) {
    this.webSocket = new WebSocket(url, protocols, options);
    // ws keeps the errors of its socket to itself.
    this.webSocket.on('upgrade', ({ socket }) => (this.#socket = socket));
    this.opened = new Promise((resolve) => {
      this.webSocket.on('open', () => resolve('open'));
      this.webSocket.on('error', (error) => resolve(error.message));
    });
    this.closed = new Promise((resolve) => {
      this.webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.webSocket.on('message', (data, isBinary) => this.messages.push({ data: data as Buffer, isBinary }));
  }

  /** The one below the WebSocket, once that is open. */
  get socket(): Socket {
    if (this.#socket === undefined) throw new Error('no upgrade yet');
    return this.#socket;
  }

  /** Everything received, heart-beats as frames without a command. */
  get frames(): Received[] {
    return this.messages.flatMap(({ data }) => readFrames(data));
  }

  get heartbeats(): number {
    return this.messages.filter(({ data }) => data.length === 1).length;
  }

  async say(...frames: (string | Buffer)[]): Promise<this> {
    await this.opened;
    for (const frame of frames) this.webSocket.send(frame);
    return this;
  }

  /** Waits for as many frames of a command, and answers with the last. */
  async receive(command: string, count = 1): Promise<Received> {
    return await inTime(() => {
      const frame = this.frames.filter((each) => each.command === command)[count - 1];
      if (frame === undefined) throw new Error(`no ${command} yet`);
      return frame;
    });
  }

  terminate(): void {
    this.webSocket.terminate();
  }
}
