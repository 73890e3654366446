import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.js';

function flushable(): { flushes: number; flush(): void } {
  return {
    flushes: 0,
    flush() {
      this.flushes++;
    },
  };
}

it('writes at the end of the present round of the event loop, and once', async () => {
  const outbox = new Outbox(100);
  const connection = flushable();
  outbox.count();
  outbox.add(connection);
  outbox.relieve();
  expect(connection.flushes).toBe(0);
  await nextRound();
  await nextRound();
  expect(connection.flushes).toBe(1);
});

it('writes at once when too much has come together', () => {
  const outbox = new Outbox(2);
  const connection = flushable();
  outbox.add(connection);
  outbox.count();
  outbox.count();
  outbox.relieve();
  expect(connection.flushes).toBe(1);
});

it('writes what is added while it writes', async () => {
  const outbox = new Outbox(100);
  const second = flushable();
  outbox.add({ flush: () => outbox.add(second) });
  await nextRound();
  await nextRound();
  expect(second.flushes).toBe(1);
});
