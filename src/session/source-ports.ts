import { type AddressKind, addressKind, addressText, sourcesFor } from '../shared/ip-address.js';
import { type PortRange, everyPort } from '../shared/port-ranges.js';

/** Where one connection starts from: an address of this machine, and a local port that is to be tried. */
export interface Source {
  readonly address: string;
  readonly port: number;
  /** The socket is gone, or there never was one. To be called once. */
  release(): void;
}

/**
 * Places from `from` up to and without `to`. With a addresses for that kind of target, place p is port floor(p / a) of
 * those that there are, of the address p mod a: addresses come in turn.
 */
export interface PlaceRange {
  /** `ip:port` of the target that it is for; null: all that have no range of their own. */
  readonly target: string | null;
  readonly kind: AddressKind;
  readonly from: number;
  readonly to: number;
}

/** The part of the machine's addresses and ports that one worker has for itself. */
export interface SourceShare {
  readonly addresses: readonly string[];
  /** In order. What the system has reserved for others is in none of them. */
  readonly ports: readonly PortRange[];
  readonly ranges: readonly PlaceRange[];
}

/** Targets of which the ports in use are known at once. Names may resolve to ever new addresses. */
const MAX_RINGS = 1024;

/**
 * The local addresses and ports of one worker. `bind` with port 0 makes the kernel search for a port that no other
 * target shares, the longer the more ports are in TIME_WAIT; a port that we name ourselves, going round the range, it
 * just takes. The same address and port may serve several targets at once.
 */
export class SourcePorts {
  readonly #share: SourceShare;
  readonly #random: () => number;
  readonly #elsewhere: 'kernel' | 'nobody';
  /** Every single port of the share. */
  readonly #ports: Uint16Array;
  readonly #rings = new Map<string, Ring>();

  /**
   * @param random from 0 to 1: where in its range each target begins, so that two runs do not meet at the same ports
   * @param elsewhere who chooses for a target that no address goes with: where the addresses were looked for (`auto`), a
   *   name may turn out to be what nobody looked for; where they were given, no others may be used
   */
  constructor(share: SourceShare, random: () => number, elsewhere: 'kernel' | 'nobody' = 'nobody') {
    this.#share = share;
    this.#ports = everyPort(share.ports);
    this.#random = random;
    this.#elsewhere = elsewhere;
  }

  /** The next address and port that is not in use towards that target; null: there is none. */
  take(host: string, port: number): Source | null {
    return this.#ring(host, port)?.take() ?? null;
  }

  /** What is wrong where there is none; null: nothing, the kernel chooses. */
  want(host: string, port: number): string | null {
    if (this.#ring(host, port) !== undefined) return 'all local ports of connect.localAddresses are in use';
    return this.#elsewhere === 'kernel'
      ? null
      : `connect.localAddresses has no address that goes with ${host}`;
  }

  #ring(host: string, port: number): Ring | undefined {
    const target = addressText(host, port);
    const known = this.#rings.get(target);
    if (known !== undefined) return known;
    const kind = addressKind(host);
    const { ranges, addresses } = this.#share;
    const range =
      ranges.find((one) => one.target === target) ??
      ranges.find((one) => one.target === null && one.kind === kind);
    if (range === undefined) return undefined;
    if (this.#rings.size >= MAX_RINGS) this.#forgetIdle();
    const ring = new Ring(sourcesFor(kind, addresses), this.#ports, range, this.#random(), { host, port });
    this.#rings.set(target, ring);
    return ring;
  }

  #forgetIdle(): void {
    for (const [target, ring] of this.#rings) if (ring.idle) this.#rings.delete(target);
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/** The places of one target's range, gone round and round. */
class Ring {
  readonly #addresses: readonly string[];
  readonly #ports: Uint16Array;
  readonly #from: number;
  readonly #places: number;
  /** What must not be taken: from itself to itself, TCP would connect to nobody (RFC 9293 section 3.5). */
  readonly #target: Target;
  readonly #used = new Set<number>();
  #next: number;

  constructor(
    addresses: readonly string[],
    ports: Uint16Array,
    { from, to }: PlaceRange,
    start: number,
    target: Target,
  ) {
    this.#addresses = addresses;
    this.#ports = ports;
    this.#from = from;
    this.#places = to - from;
    this.#target = target;
    this.#next = Math.floor(start * this.#places);
  }

  get idle(): boolean {
    return this.#used.size === 0;
  }

  take(): Source | null {
    for (let tried = 0; tried < this.#places && this.#used.size < this.#places; tried++) {
      const place = this.#next;
      this.#next = (place + 1) % this.#places;
      if (this.#used.has(place)) continue;
      const source = new RingSource(this, place, this.#addressOf(place), this.#portOf(place));
      if (source.address === this.#target.host && source.port === this.#target.port) continue;
      this.#used.add(place);
      return source;
    }
    return null;
  }

  release(place: number): void {
    this.#used.delete(place);
  }

  #addressOf(place: number): string {
    return this.#addresses[(this.#from + place) % this.#addresses.length] ?? '';
  }

  #portOf(place: number): number {
    return this.#ports[Math.floor((this.#from + place) / this.#addresses.length)] ?? 0;
  }
}

class RingSource implements Source {
  readonly address: string;
  readonly port: number;
  readonly #ring: Ring;
  readonly #place: number;

  constructor(ring: Ring, place: number, address: string, port: number) {
    this.#ring = ring;
    this.#place = place;
    this.address = address;
    this.port = port;
  }

  release(): void {
    this.#ring.release(this.#place);
  }
}
