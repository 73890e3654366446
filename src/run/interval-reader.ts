import { closeSync, openSync, readSync } from 'node:fs';
import { type SnapshotJson, snapshotFromJson } from '../metrics/snapshot-json.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { INTERVALS_FILE, type IntervalHeader, type IntervalLine } from './interval-log.js';

/** The file of a long run is longer than the longest string of Node: it is read in pieces of this size. */
const PIECE_BYTES = 1024 * 1024;
/** No line that was ever written is as long. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface Intervals {
  readonly header: IntervalHeader;
  /** To be gone through once; up to the first line that was not written to its end. */
  readonly lines: Iterable<IntervalLine>;
}

/** Reads an interval file as far as it was written. Throws `result-unreadable`. */
export function readIntervals(file: string): Intervals {
  const lines = intervalLines(file);
  const first = lines.next();
  const header = first.done !== true && first.value.type === 'header' ? headerOf(first.value.header) : null;
  if (header !== null) return { header, lines };
  lines.return(undefined);
  throw new StompedeError('result-unreadable', `${file} is not an interval file of this version of stompede`);
}

function headerOf(header: unknown): IntervalHeader | null {
  if (typeof header !== 'object' || header === null || !('schema' in header)) return null;
  return header.schema === 'stompede.intervals/3' ? (header as IntervalHeader) : null;
}

function* intervalLines(file: string): Generator<IntervalLine, undefined> {
  const descriptor = orUnreadable(file, () => openSync(file, 'r'));
  try {
    for (const text of textLines((piece) => orUnreadable(file, () => readSync(descriptor, piece)))) {
      const line = lineFromText(text);
      if (line === null) return;
      yield line;
    }
  } finally {
    closeSync(descriptor);
  }
}

function orUnreadable<T>(file: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    throw new StompedeError('result-unreadable', `cannot read ${file}: ${messageOf(error)}`, {
      hint: `Name the folder of a run, with ${INTERVALS_FILE} or result.json in it.`,
    });
  }
}

function* textLines(read: (piece: Buffer) => number): Generator<string, undefined> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for (;;) {
    const length = read(piece);
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1 && end < length; end = piece.indexOf(10, from)) {
      yield Buffer.concat([...begun, piece.subarray(from, end)]).toString('utf8');
      begun = [];
      begunBytes = 0;
      from = end + 1;
    }
    begunBytes += length - from;
    if (begunBytes > MAX_LINE_BYTES) return;
    if (length === 0) break;
    begun.push(Buffer.from(piece.subarray(from, length)));
  }
  yield Buffer.concat(begun).toString('utf8');
}

type LineText =
  | Exclude<IntervalLine, { type: 'snapshot' }>
  | { readonly type: 'snapshot'; readonly snapshot: SnapshotJson };

function lineFromText(text: string): IntervalLine | null {
  try {
    const line = JSON.parse(text) as LineText;
    return line.type === 'snapshot' ? { type: 'snapshot', snapshot: snapshotFromJson(line.snapshot) } : line;
  } catch {
    return null;
  }
}
