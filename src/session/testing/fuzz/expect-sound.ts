import { expect } from 'vitest';
import { MAX_MESSAGE_BYTES, type FuzzReport } from './native-fuzz.js';

/** Where each connection ended at least once: so that what is tested is all of the cycle, and no short cut. */
const MUST_BE_SEEN = [
  'complete',
  'upgrade: protocol-error',
  'upgrade: upgrade-status',
  'upgrade: upgrade-rejected',
  'upgrade: upgrade-timeout',
  'upgrade: closed',
  'connect: protocol-error',
  'connect: stomp-error',
  'connect: connect-timeout',
  'subscribe: protocol-error',
  'subscribe: closed',
  'subscribe: subscribe-timeout',
  'message: protocol-error',
  'message: message-timeout',
  'message: tcp-reset',
  'hold: protocol-error',
  'hold: closed-while-holding',
  'unsubscribe: unsubscribe-timeout',
  'disconnect: disconnect-timeout',
  'disconnect: closed',
  'close: close-timeout',
];

/** A message, a frame that it is a part of, and the buffers of a connection that is in its upgrade. */
const MAX_HELD_BYTES = 2 * MAX_MESSAGE_BYTES + 20_000;
/** V8 and Node keep some of what they have once had; none of it grows with the number of streams. */
const MAX_BUFFER_GROWTH_BYTES = 2 * 1024 * 1024;
const MAX_HEAP_GROWTH_BYTES = 8 * 1024 * 1024;

/** No crash, no hang, each end one of those that there are, valid streams complete, and memory given back. */
export function expectSound(report: FuzzReport): void {
  expect(report.problems).toEqual([]);
  expect([...report.ends.values()].reduce((sum, count) => sum + count, 0)).toBe(report.streams);
  expect(MUST_BE_SEEN.filter((end) => !report.ends.has(end))).toEqual([]);
  expect(report.heldBytesPerClient).toBeLessThan(MAX_HELD_BYTES);
  expect(report.after.bufferBytes - report.before.bufferBytes).toBeLessThan(MAX_BUFFER_GROWTH_BYTES);
  expect(report.after.heapBytes - report.before.heapBytes).toBeLessThan(MAX_HEAP_GROWTH_BYTES);
}
