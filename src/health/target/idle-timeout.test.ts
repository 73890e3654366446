import { describe, expect, it } from 'vitest';
import type { FailureRow } from '../../model/result.js';
import { simulated } from '../testing/simulated-target.js';
import { idleTimeout } from './idle-timeout.js';
import { timelineOf } from './timeline.js';

/** RabbitMQ 3.10 out of open files: each queue dies at its own age of 5 s, and no SUBSCRIBE works any more. */
const ENDED_BY_SUBSCRIBE: FailureRow = {
  phase: 'subscribe',
  kind: 'closed',
  side: 'target',
  role: 'connection',
  count: 171,
  whileUnsound: 0,
  sample: 'close 1000 STOMP died',
  code: 1000,
};

function kinds(further: readonly FailureRow[]): string[] {
  const measured = simulated({ idleSec: 5, connections: 200, fromPerSec: 50 });
  const broken = { ...measured, failures: [...measured.failures, ...further] };
  return idleTimeout(timelineOf(broken), broken).map(({ kind }) => kind);
}

describe('an idle timeout', () => {
  it('is not told of a server that ends those who subscribe, too', () => {
    expect(kinds([])).toEqual(['idle-timeout']);
    expect(kinds([ENDED_BY_SUBSCRIBE])).toEqual([]);
  });

  it('is told beside subscriptions that came too late, or were a few', () => {
    expect(kinds([{ ...ENDED_BY_SUBSCRIBE, kind: 'subscribe-timeout' }])).toEqual(['idle-timeout']);
    expect(kinds([{ ...ENDED_BY_SUBSCRIBE, count: 20 }])).toEqual(['idle-timeout']);
  });
});
