import { describe, expect, it } from 'vitest';
import type { FailureRow } from '../../model/result.js';
import { summaryOf } from '../../report/testing/statistics.js';
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

  it('is not told from the age of one among many that fell silent', () => {
    const measured = simulated({ connections: 1000, fromPerSec: 100, diesAtSec: 55, holdSec: 60 });
    const [ended] = measured.failures;
    if (ended === undefined) throw new Error('nothing has failed');
    const failures: FailureRow[] = [
      { ...ended, kind: 'heartbeat-missed', code: null, count: 999 },
      { ...ended, kind: 'tcp-reset', code: null, count: 1 },
    ];
    const connections = {
      ...measured.connections,
      droppedAgeUs: summaryOf([20e6]),
      droppedIdleUs: summaryOf([3e6]),
    };
    const frozen = { ...measured, failures, connections };
    expect(idleTimeout(timelineOf(frozen), frozen)).toEqual([]);
  });

  it('is not told of a server that was killed when most of the connections had come at once', () => {
    const measured = simulated({ connections: 200, fromPerSec: 100, diesAtSec: 6, holdSec: 8 });
    // A pause of ours: what was due within it came at its end.
    const openedSec = Array.from({ length: 200 }, (_, i) => (i > 12 && i < 170 ? 1 : i / 100));
    const ages = summaryOf(openedSec.map((sec) => (6 - sec) * 1e6));
    const connections = { ...measured.connections, droppedAgeUs: ages, droppedIdleUs: ages };
    const killed = { ...measured, connections };
    expect(idleTimeout(timelineOf(killed), killed)).toEqual([]);
  });

  it('counts the ends that have an age, and is told beside stragglers that fell silent', () => {
    const measured = simulated({ idleSec: 5, connections: 200, fromPerSec: 50 });
    const [ended] = measured.failures;
    if (ended === undefined) throw new Error('nothing has failed');
    const withSilent = (silent: number): number[] => {
      const failures: FailureRow[] = [
        { ...ended, count: 200 - silent },
        { ...ended, kind: 'heartbeat-missed', code: null, count: silent },
      ];
      const mixed = { ...measured, failures };
      return idleTimeout(timelineOf(mixed), mixed).map(
        ({ evidence }) => evidence.values['connectionsDropped'] ?? 0,
      );
    };
    expect(withSilent(4)).toEqual([196]);
    expect(withSilent(20)).toEqual([]);
  });
});
