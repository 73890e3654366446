const SMALLEST_BYTES = 64;

/**
 * Bytes kept from one read to the next. Grows by doubling with what has really arrived, never by what was
 * announced, and never beyond its limit; whoever holds it drops the whole object as soon as the bytes have
 * been used.
 */
export class HeldBytes {
  bytes: Buffer;
  length = 0;
  private readonly limitBytes: number;

  /** @param limitBytes what will ever be appended; the owner checks it before appending. */
  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
    this.bytes = EMPTY;
  }

  append(source: Buffer, start: number, end: number): void {
    const needed = this.length + (end - start);
    if (needed > this.bytes.length) this.grow(needed);
    // A byte or two at a time is how a slow sender comes; a copy call costs more than the loop.
    if (end - start < 16) {
      for (let at = start, to = this.length; at < end; at++, to++) this.bytes[to] = source[at] ?? 0;
    } else {
      source.copy(this.bytes, this.length, start, end);
    }
    this.length = needed;
  }

  private grow(needed: number): void {
    const doubled = Math.max(needed, this.bytes.length * 2, SMALLEST_BYTES);
    // Its own allocation and not a slice of Node's pool, where 50 bytes of an idle connection would pin 8
    // KiB.
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, this.limitBytes)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

const EMPTY = Buffer.alloc(0);
