import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTime } from '../../shared/testing/in-time.js';
import { Message } from '../message.js';
import { newRecord, RECORD } from './record.js';
import { Relay } from './relay.js';

const BODY_BYTES = 64 * 1024;

let folder: string;
let relay: Relay;
/** The other process: nothing reads it unless the test does. */
let other: Socket;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-relay-'));
  const server = createServer().listen(path.join(folder, 'socket'));
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect(path.join(folder, 'socket'));
  await once(socket, 'connect');
  [other] = await accepted;
  server.close();
  relay = new Relay(0);
  relay.add(socket);
});

afterEach(() => {
  relay.end();
  other.destroy();
  rmSync(folder, { recursive: true });
});

function publish(): void {
  const origin = { kind: 'topic', destination: '/topic/a', publisher: -1, order: 1, id: '1' } as const;
  relay.publish(new Message(origin, { headers: [], body: Buffer.alloc(BODY_BYTES) }));
}

const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Publishes until it is full, as long as the system's own buffers take something. */
async function fill(): Promise<number> {
  let published = 0;
  for (let round = 0; round < 1000 && !relay.isFull; round++) {
    publish();
    published++;
    await nextRound();
  }
  return published;
}

describe('a relay', () => {
  it('is full when another process does not read, and has room when that reads again', async () => {
    const published = await fill();
    expect(relay.isFull).toBe(true);
    const room = vi.fn();
    relay.whenRoom(room);
    await nextRound();
    expect(room).not.toHaveBeenCalled();
    let bytes = 0;
    other.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await inTime(() => {
      expect(room).toHaveBeenCalledTimes(1);
      expect(bytes).toBeGreaterThan(published * BODY_BYTES);
    });
    expect(relay.isFull).toBe(false);
  });

  it('lets as many of those who wait go on as there is room for', async () => {
    await fill();
    const order: string[] = [];
    relay.whenRoom(() => {
      order.push('first');
      other.pause();
      while (!relay.isFull) publish();
    });
    relay.whenRoom(() => order.push('second'));
    other.on('data', () => undefined);
    await inTime(() => expect(order).toEqual(['first']));
    await nextRound();
    expect(order).toEqual(['first']);
    other.resume();
    await inTime(() => expect(order).toEqual(['first', 'second']));
  });

  it('confirms nothing before the other process has answered, and then in order', async () => {
    const order: number[] = [];
    publish();
    relay.confirm(() => order.push(1));
    relay.confirm(() => order.push(2));
    await nextRound();
    relay.confirm(() => order.push(3));
    await nextRound();
    expect(order).toEqual([]);
    other.write(newRecord(RECORD.passed, 0));
    await inTime(() => expect(order).toEqual([1, 2]));
    other.write(newRecord(RECORD.passed, 0));
    await inTime(() => expect(order).toEqual([1, 2, 3]));
  });

  it('confirms, and has room, when the other process is gone', async () => {
    await fill();
    const confirmed = vi.fn();
    const room = vi.fn();
    relay.confirm(confirmed);
    relay.whenRoom(room);
    other.destroy();
    await inTime(() => {
      expect(confirmed).toHaveBeenCalledTimes(1);
      expect(room).toHaveBeenCalledTimes(1);
    });
    relay.confirm(confirmed);
    await inTime(() => expect(confirmed).toHaveBeenCalledTimes(2));
    expect(relay.isFull).toBe(false);
  });
});
