import tls from 'node:tls';
import type { Recorder } from '../metrics/recorder.js';
import type { TcpHandles } from '../shared/tcp-handle.js';
import type { ByteStream, StreamOwner, SystemFact } from './byte-stream.js';
import { isAddressError, isUnseen, telling } from './connect-failure.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { NetStreams } from './net-stream.js';
import type { Resolver } from './resolver.js';
import type { Source, SourcePorts } from './source-ports.js';
import { TcpStreams } from './tcp-stream.js';
import type { TransportConfig } from './transport.js';

/** What all native sockets of a thread share. */
export interface SocketShared {
  readonly tls: TransportConfig['tls'];
  readonly resolver: Resolver;
  /** null: the kernel chooses address and port. */
  readonly sources: SourcePorts | null;
  readonly recorder: Recorder;
  readonly nowUs: () => number;
  readonly secureContext: tls.SecureContext | null;
  readonly netStreams: NetStreams;
  /** null: plain TCP goes over Node's own sockets, too. */
  readonly tcpStreams: TcpStreams | null;
}

/** @param handles null: this Node has none */
export function socketShared(
  base: Omit<SocketShared, 'secureContext' | 'netStreams' | 'tcpStreams'>,
  anySecure: boolean,
  handles: TcpHandles | null,
): SocketShared {
  return {
    ...base,
    secureContext: anySecure ? newSecureContext(base.tls) : null,
    netStreams: new NetStreams(),
    tcpStreams: handles === null ? null : new TcpStreams(handles),
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

/** From a name to bytes: DNS, TCP to the addresses of the name in turn, TLS; then writing and reading. */
export class NativeSocket implements StreamOwner {
  readonly owner: SocketOwner;
  readonly #shared: SocketShared;
  readonly #endpoint: Endpoint;
  #stream: ByteStream | null = null;
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
    return this.#stream?.waitingBytes ?? 0;
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

  /** See ByteStream. */
  write(bytes: Buffer): boolean {
    return this.#stream?.write(bytes) ?? true;
  }

  /** See ByteStream. */
  askHowItEnded(then: (reset: SystemFact | null) => void): void {
    if (this.#stream === null) then(null);
    else this.#stream.askHowItEnded(then);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#releaseSource();
    this.#stream?.destroy();
    this.#stream = null;
  }

  onTcpConnected(): void {
    this.#tcpConnected = true;
    const { named, host, secure } = this.#endpoint;
    if (named && this.#tried > 0) this.#shared.resolver.prefer(host, this.#addresses[this.#tried] ?? '');
    if (secure) this.owner.onOpening('tls', this.#shared.nowUs());
    else this.owner.onReady();
  }

  onSecured(): void {
    this.owner.onReady();
  }

  onBytes(bytes: Buffer, length: number): void {
    this.owner.onBytes(bytes, length);
  }

  onDrain(): void {
    this.owner.onDrain();
  }

  onTcpEnd(): void {
    this.owner.onTcpEnd(this.#shared.nowUs());
  }

  onStreamFailed(fact: SystemFact, atBind: boolean): void {
    if (this.#tcpConnected) {
      this.owner.onSocketFact(fact, this.#shared.nowUs());
    } else if (
      this.#source !== null &&
      isPortTaken(fact.code, atBind) &&
      this.#portsTried < MAX_PORTS_TRIED
    ) {
      this.#portsTried++;
      this.#shared.recorder.counts.portsTaken++;
      this.#stream?.destroy();
      // A whole range of taken ports must not keep the thread from its other sockets.
      if (this.#portsTried % PORTS_AT_ONCE === 0) setImmediate(() => this.#tryNextPort());
      else this.#tryNextPort();
    } else {
      this.#addressFailed(atBind && fact.code === 'EADDRNOTAVAIL' ? addressGone(fact) : fact);
    }
  }

  #tryNextPort(): void {
    if (this.#destroyed) return;
    // What went by before was our own search for a port; at a later address it would take the earlier ones' time along.
    if (this.#tried === 0) this.owner.onOpening('tcp', this.#shared.nowUs());
    this.#connect(true);
  }

  #addressFailed(fact: SystemFact): void {
    const { code } = fact;
    if (this.#telling === null || telling(code) > telling(this.#telling.code)) this.#telling = fact;
    // A name with several addresses fails only when all of them do.
    if (this.#tried + 1 < this.#addresses.length && isAddressError(code)) {
      this.#tried++;
      this.#connect(isUnseen(code));
      return;
    }
    const isOfEarlier = isUnseen(code) && !isUnseen(this.#telling.code);
    const told = isOfEarlier ? { ...this.#telling, ofEarlierAddress: true } : this.#telling;
    this.owner.onSocketFact(told, this.#shared.nowUs());
  }

  #connectTo(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.owner.onOpening('tcp', this.#shared.nowUs());
    this.#connect(true);
  }

  /** @param instead the other side has seen nothing of what was tried before */
  #connect(instead: boolean): void {
    if (this.#destroyed) return;
    this.#stream?.destroy();
    const { port, secure, host: name } = this.#endpoint;
    const { secureContext, tls: tlsPlan, sources, netStreams, tcpStreams } = this.#shared;
    const host = this.#addresses[this.#tried] ?? name;
    this.#releaseSource();
    const source = sources?.take(host, port) ?? null;
    this.#source = source;
    this.owner.onAddress(host, source?.address ?? null, instead);
    const want = source === null ? (sources?.want(host, port) ?? null) : null;
    if (want !== null) {
      // The code is the kernel's own for it.
      this.#addressFailed({ type: 'system', code: 'EADDRNOTAVAIL', message: want });
      return;
    }
    const route = { host, port, source };
    if (secure) {
      const options = tlsOptions(tlsPlan, this.#endpoint, secureContext);
      this.#stream = netStreams.connect(route, this, options);
    } else {
      this.#stream = tcpStreams?.connect(route, this) ?? netStreams.connect(route, this, null);
    }
  }

  #releaseSource(): void {
    this.#source?.release();
    this.#source = null;
  }
}

/** Others on this machine have ports in our range, too; in a row of so many there is no telling how long it goes on. */
const MAX_PORTS_TRIED = 1000;
/** Each costs some 20 µs. */
const PORTS_AT_ONCE = 16;

/**
 * Bound to an address and a port, connect says EADDRNOTAVAIL where that pair is connected to the target already; bind
 * says it where the address is none of this machine, and no other port would help.
 */
function isPortTaken(code: string, atBind: boolean): boolean {
  return code === 'EADDRINUSE' || (code === 'EADDRNOTAVAIL' && !atBind);
}

function addressGone({ message, ...fact }: SystemFact): SystemFact {
  return { ...fact, message: `${message}: this machine does not have that address any more` };
}
