import { PHASES, type Latency } from '../model/phases.js';
import type { TimeBlock } from '../model/result.js';
import { BucketCounts } from './bucket-counts.js';
import type { ClosedSecond } from './closed-second.js';
import { encodePacked } from './hdr-encoding.js';

export const MAX_BLOCKS = 64;
/** What the histograms of all blocks may take before they are this many. A run has rarely a twentieth of it. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A narrower rest of a run joins the block before it: its percentiles would be noise. */
const MIN_REST_SEC = 0.5;

/** What can be compared between stretches of a run, and the instrument's error beside it. */
const BLOCK_LATENCIES: readonly Latency[] = [
  ...PHASES,
  'delivery',
  'due.delivery',
  'publish.receipt',
  'read.delay',
];

type Figures = { -readonly [K in keyof Omit<TimeBlock, 'histograms'>]: TimeBlock[K] };

interface Block {
  readonly figures: Figures;
  /** hdr-encoding.ts: some three bytes for each occupied bucket. */
  readonly packed: ReadonlyMap<Latency, Uint8Array>;
}

/**
 * The run in stretches of equal width, each with its own histograms. A block is a second wide; when there are as many as there
 * may be, each two become one, and the next ones are as wide: however long a run lasts, it takes no more memory.
 *
 * `expected` is what was known when a second closed. What is taken back later is taken back from the whole run only, so that
 * no share of deliveries may be made of a block.
 */
export class TimeBlocks {
  #closed: Block[] = [];
  /** null between two blocks. */
  #open: Figures | null = null;
  /** Of the open block. */
  readonly #counts = new Map<Latency, BucketCounts>();
  readonly #scratch = new BucketCounts();
  #widthSec = 1;

  /** The next second of the run; nothing may come after one that is narrower. */
  add(second: ClosedSecond): void {
    const { atSec, widthSec, counts, latencies } = second;
    const block = this.#blockFor(atSec, widthSec);
    block.widthSec += widthSec;
    block.started += counts.started;
    block.complete += counts.complete;
    block.failed += counts.failed;
    block.published += second.published;
    block.expected += second.expected;
    block.received += counts.received;
    for (const latency of BLOCK_LATENCIES) {
      for (const delta of latencies.get(latency) ?? []) this.#countsOf(latency).add(delta);
    }
    if (block.widthSec >= this.#widthSec) this.#close(block);
  }

  /** Encoded: it costs some milliseconds. */
  all(): readonly TimeBlock[] {
    const open = this.#open === null ? [] : [{ figures: this.#open, packed: this.#packed() }];
    return [...this.#closed, ...open].map(({ figures, packed }) => ({
      ...figures,
      widthSec: Math.round(figures.widthSec * 1000) / 1000,
      expected: Math.max(0, figures.expected),
      histograms: Object.fromEntries([...packed].map(([latency, counts]) => [latency, encodePacked(counts)])),
    }));
  }

  #blockFor(atSec: number, widthSec: number): Figures {
    if (this.#open !== null) return this.#open;
    if (widthSec < MIN_REST_SEC && this.#closed.length > 0) return this.#reopenLast();
    if (this.#closed.length >= MAX_BLOCKS || (this.#closed.length > 1 && this.#bytes() > MAX_BYTES)) {
      const leftOver = this.#halve();
      if (leftOver !== undefined) return this.#reopen(leftOver);
    }
    const counts = { started: 0, complete: 0, failed: 0, published: 0, expected: 0, received: 0 };
    return (this.#open = { atSec, widthSec: 0, ...counts });
  }

  #close(block: Figures): void {
    this.#closed.push({ figures: block, packed: this.#packed() });
    this.#open = null;
    for (const counts of this.#counts.values()) counts.clear();
  }

  /** @returns one that is left over, which goes on until it is as wide as the others now are */
  #halve(): Block | undefined {
    const blocks = this.#closed;
    this.#closed = [];
    this.#widthSec *= 2;
    for (let i = 0; i + 1 < blocks.length; i += 2) {
      const [a, b] = [blocks[i], blocks[i + 1]];
      if (a !== undefined && b !== undefined) this.#closed.push(this.#merged(a, b));
    }
    return blocks.length % 2 === 1 ? blocks.at(-1) : undefined;
  }

  #merged(a: Block, b: Block): Block {
    const packed = new Map(a.packed);
    for (const [latency, counts] of b.packed) {
      const before = a.packed.get(latency);
      if (before === undefined) {
        packed.set(latency, counts);
        continue;
      }
      this.#scratch.clear();
      this.#scratch.addPacked(before);
      this.#scratch.addPacked(counts);
      packed.set(latency, this.#scratch.packed());
    }
    const { figures } = b;
    return {
      figures: {
        atSec: a.figures.atSec,
        widthSec: a.figures.widthSec + figures.widthSec,
        started: a.figures.started + figures.started,
        complete: a.figures.complete + figures.complete,
        failed: a.figures.failed + figures.failed,
        published: a.figures.published + figures.published,
        expected: a.figures.expected + figures.expected,
        received: a.figures.received + figures.received,
      },
      packed,
    };
  }

  #reopenLast(): Figures {
    const last = this.#closed.pop();
    if (last === undefined) throw new RangeError('there is no block yet');
    return this.#reopen(last);
  }

  #reopen({ figures, packed }: Block): Figures {
    for (const [latency, counts] of packed) this.#countsOf(latency).addPacked(counts);
    return (this.#open = figures);
  }

  #countsOf(latency: Latency): BucketCounts {
    let counts = this.#counts.get(latency);
    if (counts === undefined) {
      counts = new BucketCounts();
      this.#counts.set(latency, counts);
    }
    return counts;
  }

  #packed(): ReadonlyMap<Latency, Uint8Array> {
    const packed = new Map<Latency, Uint8Array>();
    for (const [latency, counts] of this.#counts) if (counts.total > 0) packed.set(latency, counts.packed());
    return packed;
  }

  #bytes(): number {
    let bytes = 0;
    for (const { packed } of this.#closed) for (const { length } of packed.values()) bytes += length;
    return bytes;
  }
}
