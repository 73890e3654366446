import type { Latency } from '../model/phases.js';
import type { HistogramDelta } from './interval-histogram.js';
import type { Snapshot } from './snapshot.js';

/**
 * Snapshots as lines of text: what the interval file of a run is made of. Arrays are base64 of their little-endian
 * bytes, everything else is plain JSON.
 */
export function snapshotToText(snapshot: Snapshot): string {
  const { events, latencies, ...rest } = snapshot;
  const encoded = Object.entries(latencies).map(([latency, { pairs, ...numbers }]) => [
    latency,
    { ...numbers, pairs: toBase64(pairs) },
  ]);
  return JSON.stringify({
    ...rest,
    events: { atUs: toBase64(events.atUs), codes: toBase64(events.codes) },
    latencies: Object.fromEntries(encoded) as unknown,
  });
}

interface SnapshotText extends Omit<Snapshot, 'events' | 'latencies'> {
  readonly events: { readonly atUs: string; readonly codes: string };
  readonly latencies: Partial<Record<Latency, Omit<HistogramDelta, 'pairs'> & { readonly pairs: string }>>;
}

/** The inverse, for text that snapshotToText has made. */
export function snapshotFromText(text: string): Snapshot {
  const { events, latencies, ...rest } = JSON.parse(text) as SnapshotText;
  const decoded = Object.entries(latencies).map(([latency, { pairs, ...numbers }]) => [
    latency,
    { ...numbers, pairs: new Uint32Array(fromBase64(pairs)) },
  ]);
  return {
    ...rest,
    events: {
      atUs: new Float64Array(fromBase64(events.atUs)),
      codes: new Uint32Array(fromBase64(events.codes)),
    },
    latencies: Object.fromEntries(decoded) as Snapshot['latencies'],
  };
}

function toBase64(array: Uint32Array | Float64Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

function fromBase64(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
