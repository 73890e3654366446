import type { Latency } from '../model/phases.js';
import type { HistogramDelta } from './interval-histogram.js';
import { packPairs, unpackPairs } from './packed-pairs.js';
import type { Snapshot } from './snapshot.js';

/**
 * A snapshot as plain JSON: what the interval file of a run is made of. Arrays are base64 of their little-endian
 * bytes, pairs of histograms are packed before (packed-pairs.ts), everything else is as it is.
 */
export interface SnapshotJson extends Omit<Snapshot, 'events' | 'received' | 'latencies'> {
  readonly events: { readonly atUs: string; readonly codes: string; readonly sinceUs: string };
  readonly received: string;
  readonly latencies: Readonly<
    Partial<Record<Latency, Omit<HistogramDelta, 'pairs'> & { readonly pairs: string }>>
  >;
}

export function snapshotToJson(snapshot: Snapshot): SnapshotJson {
  const { events, received, latencies, ...rest } = snapshot;
  const encoded = Object.entries(latencies).map(([latency, { pairs, ...numbers }]) => [
    latency,
    { ...numbers, pairs: toBase64(packPairs(pairs)) },
  ]);
  return {
    ...rest,
    events: {
      atUs: toBase64(events.atUs),
      codes: toBase64(events.codes),
      sinceUs: toBase64(events.sinceUs),
    },
    received: toBase64(received),
    latencies: Object.fromEntries(encoded) as SnapshotJson['latencies'],
  };
}

/** The inverse. Throws on what snapshotToJson cannot have made. */
export function snapshotFromJson(json: SnapshotJson): Snapshot {
  const { events, received, latencies, ...rest } = json;
  const decoded = Object.entries(latencies).map(([latency, { pairs, ...numbers }]) => [
    latency,
    { ...numbers, pairs: unpackPairs(Buffer.from(pairs, 'base64')) },
  ]);
  return {
    ...rest,
    events: {
      atUs: new Float64Array(fromBase64(events.atUs)),
      codes: new Uint32Array(fromBase64(events.codes)),
      sinceUs: new Float64Array(fromBase64(events.sinceUs)),
    },
    received: new Uint32Array(fromBase64(received)),
    latencies: Object.fromEntries(decoded) as Snapshot['latencies'],
  };
}

function toBase64(array: Uint8Array | Uint32Array | Float64Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

function fromBase64(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
