import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTime } from '../../shared/testing/in-time.js';
import { type BrokerServer, createBrokerServer } from '../server.js';
import { RawClient } from '../testing/faulty-broker.js';
import { joinMesh } from './mesh.js';
import { RecordReader } from './record-reader.js';
import { newRecord, RECORD } from './record.js';
import type { Relay } from './relay.js';
import { readTopicRecord } from './topic-record.js';

const MESSAGES = 300;
const BODY_BYTES = 64 * 1024;
/** What a relay lets wait, what the system has room for beside it, and one read of the publisher's. */
const MOST_HELD = 60;

let folder: string;
let relay: Relay;
let server: BrokerServer;
/** The link of another process, at that process's end. */
let other: Socket;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-pressure-'));
  relay = await joinMesh({ index: 0, processes: 2, folder });
  server = await createBrokerServer({}, relay);
  other = connect(path.join(folder, '0'));
  await once(other, 'connect');
});

afterEach(async () => {
  other.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

const messagesIn = (): number => server.stats().messagesIn;

/** Long enough for everything that is not held back. */
async function manyRounds(): Promise<void> {
  for (let round = 0; round < 300; round++) await new Promise((resolve) => setImmediate(resolve));
}

it('a publisher is held back each time that another process does not read, and loses nothing of what it sends', async () => {
  const received: string[] = [];
  let pauseAt = MESSAGES / 2;
  const reader = new RecordReader((kind, content) => {
    if (kind === RECORD.barrier) other.write(newRecord(RECORD.passed, 0));
    if (kind === RECORD.topic) received.push(String(readTopicRecord(content).content().body));
  });
  other.pause();
  other.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    if (received.length < pauseAt) return;
    pauseAt = Infinity;
    other.pause();
  });

  const publisher = new RawClient(server.url, []);
  await publisher.say('CONNECT\naccept-version:1.2\nhost:/\n\n\0');
  await publisher.receive('CONNECTED');
  const sent = Array.from({ length: MESSAGES }, (_, n) => `${n} `.padEnd(BODY_BYTES, 'x'));
  await publisher.say(...sent.map((body) => `SEND\ndestination:/topic/a\n\n${body}\0`));
  await publisher.say('SEND\ndestination:/topic/a\nreceipt:1\n\nend\0');

  await inTime(() => expect(relay.isFull).toBe(true));
  await manyRounds();
  expect(messagesIn()).toBeLessThan(MOST_HELD);

  other.resume();
  await inTime(() => expect(received.length).toBeGreaterThanOrEqual(MESSAGES / 2));
  await inTime(() => expect(relay.isFull).toBe(true));
  await manyRounds();
  expect(messagesIn()).toBeLessThan(received.length + MOST_HELD);
  expect(publisher.frames.map(({ command }) => command)).toEqual(['CONNECTED']);

  other.resume();
  await publisher.receive('RECEIPT');
  expect(received).toEqual([...sent, 'end']);
  publisher.terminate();
});
