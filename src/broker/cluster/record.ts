/**
 * What goes over a link between two processes of one broker. Each record: its length (all that follows it, 32 bits,
 * little-endian), its kind, and what the kind has.
 */
export const RECORD = {
  /** The answer of the process that was connected to: from now on it passes on everything. */
  welcome: 0,
  /** A message that was published to a topic (topic-record.ts). */
  topic: 1,
  /** Asks for `passed`. */
  barrier: 2,
  /** Everything that came before the first barrier not yet answered has been handed to its subscribers. */
  passed: 3,
} as const;

export type RecordKind = (typeof RECORD)[keyof typeof RECORD];

/** Length and kind. */
export const RECORD_HEAD_BYTES = 5;

/** A record with room for `contentBytes` behind its head. */
export function newRecord(kind: RecordKind, contentBytes: number): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + contentBytes);
  record.writeUInt32LE(1 + contentBytes, 0);
  record[4] = kind;
  return record;
}
