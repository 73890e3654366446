import { dealtCount } from '../pacing/share.js';
import type { PlaceRange, SourceShare } from '../session/source-ports.js';
import { ADDRESS_KINDS, type AddressKind, addressKind, sourcesFor } from '../shared/ip-address.js';
import { type PortRange, countPorts } from '../shared/port-ranges.js';

/** The sockets of a plan by what they connect to. */
export interface TargetNeed {
  /** `ip:port`; null: a name, which may turn out to be any address. */
  readonly target: string | null;
  readonly kind: AddressKind | null;
  /** Of each worker. */
  readonly sockets: readonly number[];
}

/** What can be dealt out. */
export interface SourcePool {
  readonly addresses: readonly string[];
  /** In order. */
  readonly ports: readonly PortRange[];
}

/**
 * Deals the addresses and ports out to the workers: for each target each gets what it needs of them and its part of
 * what is over, and no two get the same.
 */
export function dealSources(
  { addresses, ports }: SourcePool,
  needs: readonly TargetNeed[],
  workers: number,
): SourceShare[] {
  const ranges: PlaceRange[][] = Array.from({ length: workers }, () => []);
  for (const { target, kind, sockets } of apart(needs)) {
    for (const one of kind === null ? ADDRESS_KINDS : [kind]) {
      const places = sourcesFor(one, addresses).length * countPorts(ports);
      const bounds = dealPlaces(places, sockets);
      ranges.forEach((own, worker) => {
        const [from = 0, to = 0] = bounds.slice(worker, worker + 2);
        if (from < to) own.push({ target, kind: one, from, to });
      });
    }
  }
  return ranges.map((own) => ({ addresses, ports, ranges: own }));
}

/** How many places a worker has towards a target of that kind; null: a name, as in TargetNeed. */
export function placesOf({ ranges }: SourceShare, target: string | null, kind: AddressKind): number {
  const range =
    ranges.find((one) => one.target !== null && one.target === target) ??
    ranges.find((one) => one.target === null && one.kind === kind);
  return range === undefined ? 0 : range.to - range.from;
}

/** A name may turn out to be the same address as another target: then all have to do with one part. */
function apart(needs: readonly TargetNeed[]): readonly TargetNeed[] {
  if (needs.every(({ target }) => target !== null)) return needs;
  return [{ target: null, kind: null, sockets: addUp(needs.map(({ sockets }) => sockets)) }];
}

/**
 * Bounds of the parts: part k is from the k-th up to and without the next one. Each has at least what it needs where
 * all together are not more than there are; where they are, parts are in proportion to the needs.
 */
export function dealPlaces(places: number, needs: readonly number[]): number[] {
  const needed = needs.reduce((sum, need) => sum + need, 0);
  const fits = needed <= places;
  const spare = fits ? places - needed : places;
  const bounds = [0];
  let before = 0;
  for (const need of needs) {
    before += need;
    const share = needed === 0 ? 0 : Math.floor((spare * before) / needed);
    bounds.push(fits ? before + share : share);
  }
  return bounds;
}

/** A target of the plan, in the order in which connections are spread over them. */
export interface PlannedTarget {
  /** null: a name that is not resolved yet. */
  readonly host: string | null;
  readonly text: string | null;
}

/** The sockets of each target: connection n of the whole, and publisher n of all, go to target n mod targets. */
export function needsOf(
  { connections, publishers }: { readonly connections: number; readonly publishers: readonly number[] },
  targets: readonly PlannedTarget[],
  workers: number,
): TargetNeed[] {
  const needs = new Map<string | null, { kind: AddressKind | null; sockets: number[] }>();
  targets.forEach(({ host, text }, t) => {
    const known = needs.get(text);
    const kind = host === null ? null : addressKind(host);
    const need = known ?? { kind, sockets: Array.from({ length: workers }, () => 0) };
    needs.set(text, need);
    for (let worker = 0; worker < workers; worker++) {
      let sockets = meeting(connections, worker, workers, t, targets.length);
      let firstId = 0;
      for (const count of publishers) {
        const offset = (((t - firstId) % targets.length) + targets.length) % targets.length;
        sockets += meeting(count, worker, workers, offset, targets.length);
        firstId += count;
      }
      need.sockets[worker] = (need.sockets[worker] ?? 0) + sockets;
    }
  });
  return [...needs].map(([target, { kind, sockets }]) => ({ target, kind, sockets }));
}

/** How many n below `count` have n mod workers = worker and n mod targets = target. */
function meeting(count: number, worker: number, workers: number, target: number, targets: number): number {
  // One round of the two holds each pair at most once.
  const round = workers * (targets / divisor(workers, targets));
  for (let n = worker; n < Math.min(count, round); n += workers) {
    if (n % targets === target) return dealtCount(count, { index: n, of: round });
  }
  return 0;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function addUp(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0));
}
