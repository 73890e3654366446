import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StompVersion } from '../frame.js';
import { Message } from '../message.js';
import { RECORD_HEAD_BYTES } from './record.js';
import { readTopicRecord, topicRecord } from './topic-record.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((string) => !string.includes('\0'));
const name = text.filter((string) => string !== '');
const headers = fc.array(fc.tuple(name, text), { maxLength: 5 });
const version = fc.constantFrom<StompVersion>('1.0', '1.1', '1.2');

describe('a message that another process has published', () => {
  it('is encoded as it is where it was published, for every version', () => {
    fc.assert(
      fc.property(name, headers, fc.uint8Array(), version, (topic, pairs, body, of) => {
        const origin = { kind: 'topic', destination: `/topic/${topic}`, publisher: -1, order: 1 } as const;
        const message = new Message({ ...origin, id: '0-1' }, { headers: pairs, body: Buffer.from(body) });
        const record = readTopicRecord(topicRecord(message).subarray(RECORD_HEAD_BYTES));
        expect(record).toMatchObject({ destination: message.destination, id: message.id });
        const relayed = new Message({ ...origin, id: record.id }, record.content());
        expect(relayed.encode(of, 's').bytes).toEqual(message.encode(of, 's').bytes);
        expect(relayed.body).toEqual(message.body);
      }),
    );
  });
});
