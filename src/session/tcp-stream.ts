import { isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { ConnectRequest, TcpHandle, TcpHandles, WriteRequest } from '../shared/tcp-handle.js';
import {
  type ByteStream,
  NOTHING,
  type Route,
  type StreamOwner,
  type SystemFact,
  newReadBuffer,
  resetFact,
} from './byte-stream.js';

/** Beyond it a write answers that the buffer is full: what Node's own sockets have. */
const HIGH_WATER_BYTES = 16 * 1024;

/** libuv's UV_EOF. */
const END_OF_FILE = 'EOF';

/** Makes the streams of one thread, which share what no stream needs for itself. */
export class TcpStreams {
  readonly handles: TcpHandles;
  readonly readBuffer = newReadBuffer();
  /** Of the handle, so that it needs no closure. */
  readonly onread: (this: TcpHandle) => void;
  /** A request is used up only by a write that can't be done at once, and hardly any can't. */
  spare: WriteRequest | null = null;

  constructor(handles: TcpHandles) {
    this.handles = handles;
    const { readBuffer } = this;
    this.onread = function (this: TcpHandle) {
      const stream = this.stompede as TcpStream | null;
      stream?.read(handles.readBytesOrError(), readBuffer);
    };
  }

  connect(route: Route, owner: StreamOwner): TcpStream {
    return new TcpStream(this, route, owner);
  }
}

/** TCP on a bare handle of libuv: what `net` is made of, and nothing else. */
export class TcpStream implements ByteStream {
  readonly #shared: TcpStreams;
  readonly #owner: StreamOwner;
  readonly #handle: TcpHandle;
  waitingBytes = 0;
  #owesDrain = false;
  /** Failed or destroyed: nothing is told any more. */
  #over = false;

  constructor(shared: TcpStreams, route: Route, owner: StreamOwner) {
    this.#shared = shared;
    this.#owner = owner;
    this.#handle = shared.handles.newHandle();
    this.#handle.stompede = this;
    this.#handle.useUserBuffer(shared.readBuffer);
    this.#handle.onread = shared.onread;
    this.#handle.setNoDelay(true);
    const bound = this.#bind(route);
    if (bound < 0) {
      this.#failLater(bound, `bind {} ${route.source?.address}:${route.source?.port}`, true);
      return;
    }
    const status = this.#connect(route);
    if (status < 0) this.#failLater(status, `connect {} ${route.host}:${route.port}`);
  }

  #bind({ host, source }: Route): number {
    if (source === null) return 0;
    const { address, port } = source;
    return isIPv6(host) ? this.#handle.bind6(address, port, 0) : this.#handle.bind(address, port);
  }

  #connect({ host, port }: Route): number {
    const request: ConnectRequest & { host?: string; port?: number } =
      this.#shared.handles.newConnectRequest();
    request.host = host;
    request.port = port;
    request.oncomplete = onConnected;
    const handle = this.#handle;
    return isIPv6(host) ? handle.connect6(request, host, port) : handle.connect(request, host, port);
  }

  connected(status: number, host: string, port: number): void {
    if (this.#over) return;
    if (status < 0) {
      this.#fail(status, `connect {} ${host}:${port}`);
      return;
    }
    const reading = this.#handle.readStart();
    if (reading < 0) this.#fail(reading, 'read {}');
    else this.#owner.onTcpConnected();
  }

  read(bytesOrError: number, bytes: Buffer): void {
    if (this.#over || bytesOrError === 0) return;
    if (bytesOrError > 0) this.#owner.onBytes(bytes, bytesOrError);
    else if (getSystemErrorName(bytesOrError) === END_OF_FILE) this.#owner.onTcpEnd();
    else this.#fail(bytesOrError, 'read {}');
  }

  write(bytes: Buffer): boolean {
    if (this.#over) return true;
    const status = this.#send(bytes, onWritten);
    if (status < 0) this.#failLater(status, 'write {}');
    if (this.waitingBytes < HIGH_WATER_BYTES) return true;
    this.#owesDrain = true;
    return false;
  }

  /** The callback is called only for what could not be written at once. */
  #send(bytes: Buffer, oncomplete: WriteRequest['oncomplete']): number {
    const shared = this.#shared;
    const request = shared.spare ?? shared.handles.newWriteRequest();
    shared.spare = request;
    const status = this.#handle.writeBuffer(request, bytes);
    if (status < 0 || !shared.handles.lastWriteWasAsync()) return status;
    shared.spare = null;
    request.stompede = this;
    request.buffer = bytes;
    request.oncomplete = oncomplete;
    this.waitingBytes += bytes.length;
    return status;
  }

  written(bytes: number, status: number): void {
    this.waitingBytes -= bytes;
    if (this.#over) return;
    if (status < 0) {
      this.#fail(status, 'write {}');
    } else if (this.waitingBytes === 0 && this.#owesDrain) {
      this.#owesDrain = false;
      this.#owner.onDrain();
    }
  }

  askHowItEnded(then: (reset: SystemFact | null) => void): void {
    // Behind bytes that the other side does not read any more it could wait for ever.
    if (this.#over || this.waitingBytes > 0) {
      then(null);
      return;
    }
    const status = this.#send(NOTHING, function (late) {
      then(late < 0 ? resetFact(getSystemErrorName(late)) : null);
    });
    if (this.#shared.spare !== null) then(status < 0 ? resetFact(getSystemErrorName(status)) : null);
  }

  destroy(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handle.stompede = null;
    this.#handle.close();
  }

  /** Nobody expects to hear of it from within a call of his own. */
  #failLater(status: number, text: string, atBind = false): void {
    queueMicrotask(() => {
      this.#fail(status, text, atBind);
    });
  }

  #fail(status: number, text: string, atBind = false): void {
    if (this.#over) return;
    const code = getSystemErrorName(status);
    this.destroy();
    const message = text.replace('{}', code);
    this.#owner.onStreamFailed({ type: 'system', code, message }, atBind);
  }
}

function onConnected(
  this: ConnectRequest & { host?: string; port?: number },
  status: number,
  handle: TcpHandle,
): void {
  (handle.stompede as TcpStream | null)?.connected(status, this.host ?? '', this.port ?? 0);
}

function onWritten(this: WriteRequest, status: number): void {
  (this.stompede as TcpStream).written(this.buffer?.length ?? 0, status);
}
