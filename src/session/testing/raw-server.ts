import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

/** One connection as a server of bytes sees it. */
export class RawPeer {
  readonly socket: net.Socket;
  received = Buffer.alloc(0);
  ended = false;
  closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.#changed();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#changed();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#changed();
    });
    socket.on('error', () => undefined);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** The request's head, taken out of what was received. */
  async request(): Promise<string> {
    await this.until(() => this.received.includes('\r\n\r\n'));
    const end = this.received.indexOf('\r\n\r\n') + 4;
    const head = this.received.toString('latin1', 0, end);
    this.received = this.received.subarray(end);
    return head;
  }

  /** Answers the upgrade, with further bytes in the same write. */
  async upgrade(further: Buffer = Buffer.alloc(0), headers = ''): Promise<void> {
    const request = await this.request();
    this.socket.write(Buffer.concat([Buffer.from(upgradeAnswer(request, headers)), further]));
  }

  /** The payloads of the client's frames so far, unmasked. */
  get frames(): { opcode: number; payload: Buffer }[] {
    const frames: { opcode: number; payload: Buffer }[] = [];
    let at = 0;
    while (this.received.length - at >= 6) {
      const short = (this.received[at + 1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.received.length - at < head + 4) break;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.received.readUInt16BE(at + 2)
            : this.received.readUInt32BE(at + 6);
      const payloadAt = at + head + 4;
      if (this.received.length < payloadAt + length) break;
      const mask = this.received.subarray(at + head, payloadAt);
      const payload = Buffer.from(this.received.subarray(payloadAt, payloadAt + length)).map(
        (byte, i) => byte ^ (mask[i % 4] ?? 0),
      );
      frames.push({ opcode: (this.received[at] ?? 0) & 0x0f, payload: Buffer.from(payload) });
      at = payloadAt + length;
    }
    return frames;
  }

  async frame(opcode: number, n = 1): Promise<Buffer> {
    const found = (): Buffer | undefined =>
      this.frames.filter((frame) => frame.opcode === opcode)[n - 1]?.payload;
    await this.until(() => found() !== undefined);
    return found() ?? Buffer.alloc(0);
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

export function upgradeAnswer(request: string, headers = ''): string {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return (
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Accept: ${accept}\r\n${headers}\r\n`
  );
}

/** A server on 127.0.0.1 that does nothing by itself. */
export class RawServer {
  readonly peers: RawPeer[] = [];
  readonly #server: net.Server;
  readonly #waiting = new Set<() => void>();

  private constructor(server: net.Server) {
    this.#server = server;
  }

  static async listen(tlsOptions?: tls.TlsOptions, host = '127.0.0.1'): Promise<RawServer> {
    const server = tlsOptions === undefined ? net.createServer() : tls.createServer(tlsOptions);
    const raw = new RawServer(server);
    server.on(tlsOptions === undefined ? 'connection' : 'secureConnection', (socket: net.Socket) => {
      raw.peers.push(new RawPeer(socket));
      for (const resolve of raw.#waiting) resolve();
      raw.#waiting.clear();
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, host, resolve);
    });
    return raw;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  async peer(n = 1): Promise<RawPeer> {
    for (;;) {
      const peer = this.peers[n - 1];
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async close(): Promise<void> {
    for (const { socket } of this.peers) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

/** A frame as a server sends it; `text` is a whole STOMP frame without its NUL. */
export function textFrame(text: string): Buffer {
  return serverFrame(1, Buffer.from(text));
}

export function serverFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.of(0x80 | opcode, length)
      : length < 65_536
        ? Buffer.of(0x80 | opcode, 126, length >> 8, length & 0xff)
        : Buffer.concat([Buffer.of(0x80 | opcode, 127, 0, 0, 0, 0), uint32(length)]);
  return Buffer.concat([head, payload]);
}

export function closePayload(code: number, reason = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
