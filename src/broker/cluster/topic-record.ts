import { unescapeHeader } from '../header-text.js';
import type { Content, Message } from '../message.js';
import { newRecord, RECORD, RECORD_HEAD_BYTES } from './record.js';

/** A message that another process has published to a topic. */
export interface TopicRecord {
  readonly destination: string;
  readonly id: string;
  /** A copy of its own: to be made only where somebody is subscribed. */
  readonly content: () => Content;
}

/** Bytes of destination, message-id and body. */
const SIZES_BYTES = 12;

/**
 * The sizes of destination, message-id and body (32 bits each, little-endian), destination, message-id, and what the
 * MESSAGE frames of STOMP 1.2 have in common, which ends with the body and a NUL.
 */
export function topicRecord(message: Message): Buffer {
  const encoded = message.encoded();
  const destinationBytes = Buffer.byteLength(message.destination);
  const idBytes = Buffer.byteLength(message.id);
  const record = newRecord(RECORD.topic, SIZES_BYTES + destinationBytes + idBytes + encoded.length);
  let at = record.writeUInt32LE(destinationBytes, RECORD_HEAD_BYTES);
  at = record.writeUInt32LE(idBytes, at);
  at = record.writeUInt32LE(message.body.length, at);
  at += record.write(message.destination, at);
  at += record.write(message.id, at);
  encoded.copy(record, at);
  return record;
}

/** `bytes`: the content of the record, only lent. */
export function readTopicRecord(bytes: Buffer): TopicRecord {
  const idAt = SIZES_BYTES + bytes.readUInt32LE(0);
  const encodedAt = idAt + bytes.readUInt32LE(4);
  const bodyBytes = bytes.readUInt32LE(8);
  return {
    destination: bytes.toString('utf8', SIZES_BYTES, idAt),
    id: bytes.toString('utf8', idAt, encodedAt),
    content: () => new EncodedContent(Buffer.from(bytes.subarray(encodedAt)), bodyBytes),
  };
}

/** Subscribers of STOMP 1.2 get the bytes as they came; headers are only read for the others. */
class EncodedContent implements Content {
  readonly encoded: Buffer;
  readonly body: Buffer;

  constructor(encoded: Buffer, bodyBytes: number) {
    const bodyEnd = encoded.length - 1;
    this.encoded = encoded;
    this.body = encoded.subarray(bodyEnd - bodyBytes, bodyEnd);
  }

  get headers(): (readonly [string, string])[] {
    const head = this.encoded.toString('utf8', 0, this.encoded.length - 1 - this.body.length);
    const lines = head.split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const colonAt = line.indexOf(':');
      return [
        unescapeHeader(line.slice(0, colonAt), '1.2'),
        unescapeHeader(line.slice(colonAt + 1), '1.2'),
      ] as const;
    });
  }
}
