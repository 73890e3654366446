import { RECORD_HEAD_BYTES } from './record.js';

const LENGTH_BYTES = 4;

/** Gets each record: its kind, and its content, which is only lent. */
export type OnRecord = (kind: number, content: Buffer) => void;

/** Bytes of a link in, records out. A record that came in one chunk is not copied, any other once. */
export class RecordReader {
  readonly #onRecord: OnRecord;
  /** A record of which not all has come: as large as it will be, once that is known. */
  #partial: Buffer | undefined;
  #filled = 0;

  constructor(onRecord: OnRecord) {
    this.#onRecord = onRecord;
  }

  push(chunk: Buffer): void {
    let at = this.#partial === undefined ? 0 : this.#fill(this.#partial, chunk);
    while (chunk.length - at >= LENGTH_BYTES) {
      const end = at + LENGTH_BYTES + chunk.readUInt32LE(at);
      if (end > chunk.length) break;
      this.#read(chunk.subarray(at, end));
      at = end;
    }
    if (at < chunk.length) this.#keep(chunk.subarray(at));
  }

  /** Answers how much of the chunk it has taken. */
  #fill(partial: Buffer, chunk: Buffer): number {
    const taken = chunk.copy(partial, this.#filled);
    this.#filled += taken;
    if (this.#filled < partial.length) return taken;
    this.#partial = undefined;
    // So far there was room for its length only.
    if (partial.length === LENGTH_BYTES)
      return taken + this.#fill(this.#keep(partial), chunk.subarray(taken));
    this.#read(partial);
    return taken;
  }

  #keep(begin: Buffer): Buffer {
    const isSized = begin.length >= LENGTH_BYTES;
    const size = isSized ? LENGTH_BYTES + begin.readUInt32LE(0) : LENGTH_BYTES;
    const partial = Buffer.allocUnsafeSlow(size);
    this.#filled = begin.copy(partial);
    this.#partial = partial;
    return partial;
  }

  #read(record: Buffer): void {
    this.#onRecord(record[LENGTH_BYTES] ?? -1, record.subarray(RECORD_HEAD_BYTES));
  }
}
