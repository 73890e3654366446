import net from 'node:net';
import tls from 'node:tls';
import { messageOf, systemCode } from '../shared/errors.js';
import {
  type ByteStream,
  NOTHING,
  type Route,
  type StreamOwner,
  type SystemFact,
  newReadBuffer,
  resetFact,
} from './byte-stream.js';

/** Makes the streams of one thread over Node's own sockets: all that have TLS, and all where there are no bare handles. */
export class NetStreams {
  /** For the reads of all of them. */
  readonly onread: net.OnReadOpts = { buffer: newReadBuffer(), callback: onRead };

  /** @param secure for tls.connect; null: plain TCP */
  connect(route: Route, owner: StreamOwner, secure: tls.ConnectionOptions | null): NetStream {
    return new NetStream(this.onread, route, owner, secure);
  }
}

/** The socket's callbacks find their owner on the socket itself: no closure for any connection. */
interface OwnedSocket extends net.Socket {
  stompede?: StreamOwner | null;
}

function onRead(this: unknown, length: number, bytes: Uint8Array): boolean {
  (this as OwnedSocket).stompede?.onBytes(bytes as Buffer, length);
  return true;
}

function onConnect(this: OwnedSocket): void {
  this.stompede?.onTcpConnected();
}

function onSecureConnect(this: OwnedSocket): void {
  this.stompede?.onSecured();
}

function onDrain(this: OwnedSocket): void {
  this.stompede?.onDrain();
}

function onEnd(this: OwnedSocket): void {
  this.stompede?.onTcpEnd();
}

// Where neither an end nor an error was told before: after either, the owner has let go of the socket.
function onClose(this: OwnedSocket): void {
  this.stompede?.onTcpEnd();
}

function onError(this: OwnedSocket, error: Error): void {
  const code = systemCode(error) ?? 'UNKNOWN';
  const atBind = 'syscall' in error && error.syscall === 'bind';
  this.stompede?.onStreamFailed({ type: 'system', code, message: messageOf(error) }, atBind);
}

export class NetStream implements ByteStream {
  readonly #socket: OwnedSocket;
  readonly #isSecure: boolean;

  constructor(
    onread: net.OnReadOpts,
    { host, port, source }: Route,
    owner: StreamOwner,
    secure: tls.ConnectionOptions | null,
  ) {
    const from = source === null ? {} : { localAddress: source.address, localPort: source.port };
    const options = { host, port, onread, ...from };
    const socket: OwnedSocket =
      secure === null ? net.connect(options) : tls.connect({ ...options, ...secure });
    this.#socket = socket;
    this.#isSecure = secure !== null;
    socket.stompede = owner;
    socket.setNoDelay(true);
    socket.on('connect', onConnect);
    if (secure !== null) socket.on('secureConnect', onSecureConnect);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    socket.on('error', onError);
  }

  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  askHowItEnded(then: (reset: SystemFact | null) => void): void {
    // Behind bytes that the other side does not read any more it could wait for ever.
    if (this.#isSecure || this.waitingBytes > 0) {
      then(null);
      return;
    }
    this.#socket.write(NOTHING, (error) => {
      then(resetFact(systemCode(error)));
    });
  }

  destroy(): void {
    this.#socket.stompede = null;
    this.#socket.destroy();
  }
}
