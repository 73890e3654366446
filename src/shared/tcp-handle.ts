import process from 'node:process';

/**
 * The TCP handle of libuv as Node's own `net` uses it, without the two streams, the events and the buffers that `net`
 * puts around it: a third of the CPU of a connection and half of its memory (docs/decisions/tcp-handles.md). It is not a
 * documented interface of Node, so it is used only where it has the very shape that is expected here; where it has not,
 * `net` does the same work.
 */
export interface TcpHandle {
  /** Who owns it, for callbacks that find nothing but the handle. */
  stompede?: unknown;
  onread: ((this: TcpHandle) => void) | undefined;
  /** Bytes are read into this one, which has to outlive the handle. */
  useUserBuffer(buffer: Buffer): void;
  /** As all calls that answer with a number: 0, or an error of libuv, below 0. */
  bind(address: string, port: number): number;
  bind6(address: string, port: number, flags: number): number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  readStart(): number;
  /** Whether it was done at once is in `lastWriteWasAsync`; if not, the request hears of its end. */
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  setNoDelay(on: boolean): number;
  close(): void;
}

export interface ConnectRequest {
  oncomplete: (status: number, handle: TcpHandle) => void;
}

export interface WriteRequest {
  stompede?: unknown;
  /** Keeps the bytes alive until they are written. */
  buffer: Buffer | null;
  oncomplete: (this: WriteRequest, status: number) => void;
}

/** What makes and reads handles. */
export interface TcpHandles {
  newHandle(): TcpHandle;
  newConnectRequest(): ConnectRequest;
  newWriteRequest(): WriteRequest;
  /** Within `onread`: bytes that were read, or an error of libuv. */
  readBytesOrError(): number;
  /** After `writeBuffer`. */
  lastWriteWasAsync(): boolean;
}

interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectRequest;
  readonly constants: { readonly SOCKET: number };
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

const METHODS = [
  'useUserBuffer',
  'bind',
  'bind6',
  'connect',
  'connect6',
  'readStart',
  'writeBuffer',
  'setNoDelay',
  'close',
];

/** null: this Node has none, or they have another shape. */
export function tcpHandles(): TcpHandles | null {
  const tcp = bindingOf('tcp_wrap');
  const stream = bindingOf('stream_wrap');
  if (!isTcpBinding(tcp) || !isStreamBinding(stream)) return null;
  const { TCP, TCPConnectWrap, constants } = tcp;
  const { WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = stream;
  return {
    newHandle: () => new TCP(constants.SOCKET),
    newConnectRequest: () => new TCPConnectWrap(),
    newWriteRequest: () => new WriteWrap(),
    readBytesOrError: () => streamBaseState[kReadBytesOrError] ?? 0,
    lastWriteWasAsync: () => streamBaseState[kLastWriteWasAsync] !== 0,
  };
}

function bindingOf(name: string): unknown {
  const { binding } = process as unknown as { readonly binding?: (name: string) => unknown };
  try {
    return binding?.(name);
  } catch {
    // Node's permission model forbids it.
    return undefined;
  }
}

function isTcpBinding(value: unknown): value is TcpBinding {
  const { TCP, TCPConnectWrap, constants } = (value ?? {}) as Partial<TcpBinding>;
  if (typeof TCP !== 'function' || typeof TCPConnectWrap !== 'function') return false;
  const prototype = TCP.prototype as Readonly<Record<string, unknown>>;
  return (
    typeof constants?.SOCKET === 'number' && METHODS.every((name) => typeof prototype[name] === 'function')
  );
}

function isStreamBinding(value: unknown): value is StreamBinding {
  const { WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = (value ??
    {}) as Partial<StreamBinding>;
  return (
    typeof WriteWrap === 'function' &&
    ArrayBuffer.isView(streamBaseState) &&
    typeof kReadBytesOrError === 'number' &&
    typeof kLastWriteWasAsync === 'number'
  );
}
