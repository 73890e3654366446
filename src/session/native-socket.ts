import net from 'node:net';
import tls from 'node:tls';
import type { Recorder } from '../metrics/recorder.js';
import { messageOf, systemCode } from '../shared/errors.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import type { Resolver } from './resolver.js';
import type { Source, SourcePorts } from './source-ports.js';
import type { TransportConfig } from './transport.js';

const READ_BUFFER_BYTES = 64 * 1024;

type SystemFact = Extract<Fact, { type: 'system' }>;

/** What all native sockets of a thread share. */
export interface SocketShared {
  readonly tls: TransportConfig['tls'];
  readonly resolver: Resolver;
  /** null: the kernel chooses address and port. */
  readonly sources: SourcePorts | null;
  readonly recorder: Recorder;
  readonly nowUs: () => number;
  readonly secureContext: tls.SecureContext | null;
  /** One buffer for the reads of all sockets: what is in it is taken before the next read. */
  readonly onread: net.OnReadOpts;
}

export function socketShared(
  base: Omit<SocketShared, 'secureContext' | 'onread'>,
  anySecure: boolean,
): SocketShared {
  return {
    ...base,
    secureContext: anySecure ? newSecureContext(base.tls) : null,
    onread: { buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES), callback: onRead },
  };
}

/** One for all sockets of a thread: making one reads and parses every certificate. */
export function newSecureContext({ caPem }: TransportConfig['tls']): tls.SecureContext {
  return tls.createSecureContext(caPem === null ? {} : { ca: caPem });
}

/** The options of tls.connect that the plan decides; the same for both clients. */
export function tlsOptions(
  { insecure, servername }: TransportConfig['tls'],
  { named, host }: Endpoint,
  secureContext: tls.SecureContext | null,
): tls.ConnectionOptions {
  // SNI takes names only (RFC 6066 section 3).
  const name = servername ?? (named ? host : null);
  return {
    rejectUnauthorized: !insecure,
    ALPNProtocols: ['http/1.1'],
    ...(secureContext === null ? {} : { secureContext }),
    ...(name === null ? {} : { servername: name }),
  };
}

const NOTHING = Buffer.alloc(0);

/** Who hears from a socket; nothing after `destroy()`. Times are monotonic microseconds. */
export interface SocketOwner {
  /** A phase of the opening begins, and the one before it has ended well. */
  onOpening(phase: 'dns' | 'tcp' | 'tls', atUs: number): void;
  /** See TransportListener. */
  onAddress(host: string, source: string | null, instead: boolean): void;
  /** TCP stands, and TLS where there is one. */
  onReady(): void;
  /** The bytes are valid during the call only. */
  onBytes(bytes: Buffer, length: number): void;
  onDrain(): void;
  /** The other side has ended TCP. */
  onTcpEnd(atUs: number): void;
  onSocketFact(fact: Fact, atUs: number): void;
}

/** The socket's callbacks find their owner on the socket itself: no closure for any connection. */
interface BoundSocket extends net.Socket {
  stompede?: NativeSocket | null;
}

function onRead(this: unknown, length: number, bytes: Uint8Array): boolean {
  (this as BoundSocket).stompede?.owner.onBytes(bytes as Buffer, length);
  return true;
}

function onConnect(this: BoundSocket): void {
  this.stompede?.tcpConnected();
}

function onSecureConnect(this: BoundSocket): void {
  this.stompede?.owner.onReady();
}

function onDrain(this: BoundSocket): void {
  this.stompede?.owner.onDrain();
}

function onEnd(this: BoundSocket): void {
  this.stompede?.tcpEnded();
}

// Where neither an end nor an error was told before: after either, the owner has let go of the socket.
function onClose(this: BoundSocket): void {
  this.stompede?.tcpEnded();
}

function onError(this: BoundSocket, error: Error): void {
  this.stompede?.failed(error);
}

/** From a name to bytes: DNS, TCP to the addresses of the name in turn, TLS; then writing and reading. */
export class NativeSocket {
  readonly owner: SocketOwner;
  readonly #shared: SocketShared;
  readonly #endpoint: Endpoint;
  #socket: BoundSocket | null = null;
  #addresses: readonly string[] = [];
  #tried = 0;
  /** Of the addresses tried so far, the failure that tells most of the target. */
  #telling: SystemFact | null = null;
  #source: Source | null = null;
  #portsTried = 0;
  #tcpConnected = false;
  #destroyed = false;

  constructor(shared: SocketShared, endpoint: Endpoint, owner: SocketOwner) {
    this.#shared = shared;
    this.#endpoint = endpoint;
    this.owner = owner;
  }

  /** Bytes that wait for the other side to read. */
  get waitingBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  open(): void {
    const { addresses, host } = this.#endpoint;
    const known = addresses ?? this.#shared.resolver.cached(host);
    if (known !== undefined) {
      this.#connectTo(known);
      return;
    }
    this.owner.onAddress(host, null, true);
    this.owner.onOpening('dns', this.#shared.nowUs());
    this.#shared.resolver.resolve(host, (resolution) => {
      if (this.#destroyed) return;
      if (resolution.ok) {
        this.#connectTo(resolution.addresses);
        return;
      }
      const { code, message } = resolution;
      this.owner.onSocketFact({ type: 'system', code, message }, this.#shared.nowUs());
    });
  }

  /** False once the buffer is full: the owner hears onDrain when it is not any more. */
  write(bytes: Buffer): boolean {
    if (this.#socket === null || this.#destroyed) return true;
    return this.#socket.write(bytes);
  }

  /**
   * After the end of TCP: the RST that it was, or null. libuv tells of an RST as of an ordinary end where bytes came right
   * before it; the kernel keeps the error for whoever writes next, be it nothing.
   */
  askHowItEnded(then: (reset: SystemFact | null) => void): void {
    // Behind bytes that the other side does not read any more it could wait for ever.
    if (this.#socket === null || this.#endpoint.secure || this.waitingBytes > 0) {
      then(null);
      return;
    }
    this.#socket.write(NOTHING, (error) => {
      const code = systemCode(error);
      const isReset = code === 'ECONNRESET' || code === 'EPIPE';
      then(isReset ? { type: 'system', code: 'ECONNRESET', message: 'read ECONNRESET' } : null);
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.#releaseSource();
    if (this.#socket === null) return;
    this.#socket.stompede = null;
    this.#socket.destroy();
  }

  tcpConnected(): void {
    this.#tcpConnected = true;
    const { named, host, secure } = this.#endpoint;
    if (named && this.#tried > 0) this.#shared.resolver.prefer(host, this.#addresses[this.#tried] ?? '');
    if (secure) this.owner.onOpening('tls', this.#shared.nowUs());
    else this.owner.onReady();
  }

  tcpEnded(): void {
    this.owner.onTcpEnd(this.#shared.nowUs());
  }

  failed(error: Error): void {
    const fact: SystemFact = {
      type: 'system',
      code: systemCode(error) ?? 'UNKNOWN',
      message: messageOf(error),
    };
    if (this.#tcpConnected) {
      this.owner.onSocketFact(fact, this.#shared.nowUs());
      return;
    }
    if (this.#source !== null && isPortTaken(fact.code) && ++this.#portsTried < MAX_PORTS_TRIED) {
      this.#shared.recorder.counts.portsTaken++;
      this.owner.onOpening('tcp', this.#shared.nowUs());
      this.#connect(true);
      return;
    }
    if (this.#telling === null || telling(fact.code) > telling(this.#telling.code)) this.#telling = fact;
    // A name with several addresses fails only when all of them do.
    if (this.#tried + 1 < this.#addresses.length && isAddressError(fact.code)) {
      this.#tried++;
      this.#connect(false);
      return;
    }
    this.owner.onSocketFact(this.#telling, this.#shared.nowUs());
  }

  #connectTo(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.owner.onOpening('tcp', this.#shared.nowUs());
    this.#connect(true);
  }

  /** @param instead the other side has seen nothing of what was tried before */
  #connect(instead: boolean): void {
    if (this.#destroyed) return;
    if (this.#socket !== null) this.#socket.stompede = null;
    const { port, secure, host: name } = this.#endpoint;
    const { onread, secureContext, tls: tlsPlan, sources } = this.#shared;
    const host = this.#addresses[this.#tried] ?? name;
    this.#releaseSource();
    const source = sources?.take(host, port) ?? null;
    this.#source = source;
    this.owner.onAddress(host, source?.address ?? null, instead);
    if (sources !== null && source === null) {
      this.failed(new NoPortLeft());
      return;
    }
    const options =
      source === null
        ? { host, port, onread }
        : { host, port, onread, localAddress: source.address, localPort: source.port };
    const socket: BoundSocket = secure
      ? tls.connect({ ...options, ...tlsOptions(tlsPlan, this.#endpoint, secureContext) })
      : net.connect(options);
    this.#socket = socket;
    socket.stompede = this;
    socket.setNoDelay(true);
    socket.on('connect', onConnect);
    if (secure) socket.on('secureConnect', onSecureConnect);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    socket.on('error', onError);
  }

  #releaseSource(): void {
    this.#source?.release();
    this.#source = null;
  }
}

/** Others on this machine have ports in our range, too; in a row of so many there is no telling how long it goes on. */
const MAX_PORTS_TRIED = 1000;

/** What the kernel would say. */
class NoPortLeft extends Error {
  readonly code = 'EADDRNOTAVAIL';

  constructor() {
    super('all local ports of connect.localAddresses are in use');
  }
}

function isPortTaken(code: string): boolean {
  return code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL';
}

/** Errors after which another address of the same name may still answer. */
function isAddressError(code: string): boolean {
  return (
    code === 'ECONNREFUSED' || code.endsWith('UNREACH') || code === 'ETIMEDOUT' || code === 'EADDRNOTAVAIL'
  );
}

/**
 * How much a failure to connect tells of the target: that a host refused says more than that a machine without IPv6
 * has no way to the other address, or than what this machine itself ran out of at a later address.
 */
function telling(code: string): number {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 2;
  return code.endsWith('UNREACH') || OWN_ERRORS.has(code) ? 0 : 1;
}

const OWN_ERRORS: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EAFNOSUPPORT',
]);
