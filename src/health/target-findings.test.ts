import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, FindingKind } from '../model/findings.js';
import type { FailureRow } from '../model/result.js';
import type { Measured } from './measured.js';
import { targetFindings } from './target-findings.js';
import { HANGS, REFUSES, RESETS, type Simulated, answers, simulated } from './testing/simulated-target.js';

function findings(given: Simulated, own: readonly Finding[] = []): Finding[] {
  return targetFindings(simulated(given), own);
}

function kinds(given: Simulated): FindingKind[] {
  return findings(given).map(({ kind }) => kind);
}

function only(given: Simulated): Finding {
  const [first, ...others] = findings(given);
  expect(others).toEqual([]);
  if (first === undefined) throw new Error('nothing was found');
  return first;
}

function own(kind: FindingKind, severity: Finding['severity']): Finding {
  return { about: 'generator', kind, severity, atMs: 0, evidence: { text: '', values: {} }, advice: '' };
}

describe('a connection limit', () => {
  it.each([
    ['upgrades that hang', { maxConnections: 200, refusal: HANGS }, 200, 400],
    ['resets, as of a proxy', { maxConnections: 94, connections: 300, refusal: RESETS }, 94, 200],
    ['HTTP 503', { maxConnections: 94, fromPerSec: 50, refusal: answers(503) }, 94, 500],
    ['connections refused', { maxConnections: 200, refusal: REFUSES }, 200, 400],
    ['a long run with wide rows', { maxConnections: 200, refusal: HANGS, widthSec: 2 }, 200, 400],
  ] as [string, Simulated, number, number][])('is told from %s', (_, given, open, refused) => {
    const { kind, evidence, atMs } = only(given);
    expect(kind).toBe('connection-limit');
    expect(evidence.values).toMatchObject({
      connectionsOpen: open,
      connectsRefused: refused,
      connectionsLost: 0,
    });
    // From the first row in which it was full from the beginning: a time-out counts when it was caused.
    const { fromPerSec = 100, widthSec = 1 } = given;
    expect(atMs).toBe(Math.ceil(open / fromPerSec / widthSec) * widthSec * 1000);
  });

  it('says in which way connects failed', () => {
    expect(only({ maxConnections: 200 }).evidence.text).toContain('the upgrade never answered');
  });

  it('is not told from arrivals that were over within a row: it could be a limit on their rate', () => {
    expect(kinds({ maxConnections: 94, connections: 300, fromPerSec: 1000, refusal: RESETS })).toEqual([]);
  });

  it('is not a target that was never there', () => {
    expect(kinds({ maxConnections: 0, refusal: REFUSES })).toEqual([]);
  });

  it('is not a path that does not exist', () => {
    expect(kinds({ maxConnections: 200, refusal: answers(404) })).toEqual([]);
  });

  it('is not a target that has died, and refuses connects since', () => {
    expect(kinds({ diesAtConnections: 400 })).not.toContain('connection-limit');
  });

  it('is not a standstill until after the arrivals, in which those who are connected get nothing either', () => {
    const load = { connections: 1000, fromPerSec: 100, maxConnections: 650, holdSec: 40 };
    const { series, ...others } = simulated(load);
    const isStill = ({ atSec }: (typeof series)[number]): boolean => atSec >= 7 && atSec < 20;
    const waited = series.filter(isStill).reduce((sum, { expected }) => sum + expected, 0);
    const rows = series.map((row) => {
      if (isStill(row)) return { ...row, received: 0, delivery: null };
      if (row.atSec !== 20) return row;
      const count = row.expected + waited;
      return {
        ...row,
        received: count,
        delivery: { count, p50: 6.5e6, p90: 12e6, p99: 12.9e6, p999: 13e6, max: 13e6 },
      };
    });
    const told = targetFindings({ ...others, series: rows }, []);
    expect(told.map(({ kind }) => kind)).toEqual(['stalled']);
  });

  it('is not a standstill in which nothing was due to those who are connected', () => {
    const load = { connections: 1000, fromPerSec: 100, maxConnections: 650, holdSec: 40, messagesPerSec: 0 };
    const { series, ...others } = simulated(load);
    // The last of the arrivals had not waited for too long when it went on.
    const late = { count: 100, p50: 6.5e6, p90: 9e6, p99: 9.9e6, p999: 10e6, max: 10e6 };
    const rows = series.map((row) =>
      row.atSec === 16 ? { ...row, phases: { upgrade: late, connect: late } } : row,
    );
    const wellAgain = rows.map((row) =>
      row.atSec === 18 ? { ...row, phases: series[3]?.phases ?? {} } : row,
    );
    const told = targetFindings({ ...others, series: wellAgain }, []);
    expect(told.map(({ kind }) => kind)).toEqual(['stalled']);
  });

  it.each([0.5, 1, 3])('is told where those who are connected get %s messages a second', (messagesPerSec) => {
    expect(kinds({ maxConnections: 200, messagesPerSec, latencyUs: 300_000 })).toEqual(['connection-limit']);
  });

  it('is not told while the generator was not well', () => {
    expect(kinds({ maxConnections: 200, refusal: RESETS, unsound: (sec) => sec >= 3 && sec < 6 })).toEqual(
      [],
    );
  });

  it('is told also where we waited for a CPU now and then, by milliseconds: nobody turns connects away for that', () => {
    const { series, ...others } = simulated({ maxConnections: 200 });
    const starved = { unsoundWorkers: 1, utilization: 0.2, readDelayMaxUs: 20_000, loopDelayMaxUs: 20_000 };
    const rows = series.map((row) => ({ ...row, generator: { ...row.generator, ...starved } }));
    const told = targetFindings({ ...others, series: rows }, []);
    expect(told.map(({ kind }) => kind)).toEqual(['connection-limit']);
  });

  it.each<FindingKind>(['local-ports', 'open-files'])(
    'is not told when %s were what we ran out of',
    (kind) => {
      expect(findings({ maxConnections: 200 }, [own(kind, 'warning')])).toEqual([]);
    },
  );

  it('is told even where another trouble of ours was small', () => {
    expect(findings({ maxConnections: 200 }, [own('gc-pauses', 'warning')])).toHaveLength(1);
  });

  it('is told of a target on the same machine where TCP was short of memory and no socket failed', () => {
    const measured = simulated({ maxConnections: 200 });
    const short = own('socket-memory', 'warning');
    const at = (embedded: boolean, url: string) => {
      const plan = { ...measured.plan, target: { ...measured.plan.target, embedded, urls: [url] } };
      return targetFindings({ ...measured, plan }, [short]).map(({ kind }) => kind);
    };
    expect(at(true, 'ws://127.0.0.1:9/ws')).toEqual(['connection-limit']);
    expect(at(false, 'ws://localhost/ws')).toEqual(['connection-limit']);
    expect(at(false, 'wss://chat.example.com/ws')).toEqual([]);
  });
});

describe('a limit on the rate of connects', () => {
  const ramp = { fromPerSec: 50, toPerSec: 300, connections: 1500 };

  it.each([
    ['the rate asked for grows', { ...ramp, connectsPerSec: 80, refusal: RESETS }],
    ['the rate asked for grows, and connects hang', { ...ramp, connectsPerSec: 80, phase: 0.6 }],
    ['it says so: HTTP 429', { connectsPerSec: 80, refusal: answers(429), fromPerSec: 120 }],
    [
      'it is the same number every second',
      { connectsPerSec: 80, fromPerSec: 120, connections: 1500, refusal: answers(503) },
    ],
  ] satisfies [string, Simulated][])('is told when %s', (_, given) => {
    const { kind, evidence } = only(given);
    expect(kind).toBe('connect-rate-limit');
    expect(evidence.values['connectsPerSec']).toBeGreaterThan(76);
    expect(evidence.values['connectsPerSec']).toBeLessThan(90);
    expect(evidence.values['askedPerSec']).toBeGreaterThanOrEqual(119);
  });

  it('is told with its caveat where the rate asked for was constant', () => {
    const given = { connectsPerSec: 80, fromPerSec: 120, connections: 1500, refusal: answers(503) };
    expect(only(given).evidence.text).toContain('a balancer with a part of its servers down');
  });

  it('is not told of several targets at a constant rate: one of them can be down', () => {
    const given = { connectsPerSec: 60, fromPerSec: 120, connections: 1500, refusal: RESETS };
    const measured = simulated(given);
    const { plan } = measured;
    const two = { ...plan, target: { ...plan.target, urls: ['ws://a/', 'ws://b/'] } };
    expect(targetFindings({ ...measured, plan: two }, [])).toEqual([]);
  });

  it('is not told of a share that fails by chance', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          refusedShare: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
          fromPerSec: fc.integer({ min: 20, max: 200 }),
          steeper: fc.double({ min: 1, max: 3, noNaN: true }),
          seconds: fc.integer({ min: 3, max: 15 }),
          refusal: fc.constantFrom(HANGS, RESETS, answers(503)),
        }),
        ({ fromPerSec, steeper, seconds, ...rest }) => {
          const toPerSec = fromPerSec * steeper;
          const connections = Math.round(((fromPerSec + toPerSec) / 2) * seconds);
          const load = { fromPerSec, toPerSec, connections, messagesPerSec: 0, holdSec: 1 };
          expect(kinds({ ...rest, ...load })).toEqual([]);
        },
      ),
      // By its own threshold it is wrong once in 500 runs: the same 60 each time.
      { numRuns: 60, seed: 7 },
    );
  });
});

describe('the loss of all connections', () => {
  it('is told with its moment and what came after it', () => {
    const [lost] = findings({ diesAtConnections: 400 });
    expect(lost).toMatchObject({
      kind: 'all-lost',
      severity: 'critical',
      atMs: 3000,
      evidence: { values: { connectionsLost: 400, connectsRefusedAfter: 200 } },
    });
  });

  it('is told also when all were idle for the same time, since all had been opened at once', () => {
    const given = { connections: 300, fromPerSec: 2000, idleSec: 5 };
    expect(kinds(given)).toContain('all-lost');
    expect(kinds(given)).not.toContain('idle-timeout');
  });

  it('is not told of the end of the run, nor of a stop', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ stopAtSec: 8 })).toEqual([]);
  });

  it('is not told of a part', () => {
    expect(kinds({ diesAtSec: 9, lostShare: 0.3 })).toEqual([]);
    expect(kinds({ diesAtSec: 9, lostShare: 0.7 })).toEqual(['killed-by-unknown']);
  });

  it('is not told of a part that is dropped directly before all the others leave well', () => {
    const given = { connections: 300, fromPerSec: 600, holdSec: 3 };
    for (const diesAtSec of [2, 3]) expect(kinds({ ...given, diesAtSec, lostShare: 0.11 })).toEqual([]);
  });

  it('is not told when the generator had not been well before it', () => {
    expect(kinds({ diesAtSec: 9, unsound: (sec) => sec >= 6 && sec <= 8 })).toEqual([]);
    expect(kinds({ diesAtSec: 9, unsound: (sec) => sec >= 7 && sec <= 9 })).toEqual([]);
  });

  it('is told when the generator was not well for a single second, or while all ended', () => {
    expect(kinds({ diesAtSec: 9, unsound: (sec) => sec === 8 })).toContain('all-lost');
    expect(kinds({ diesAtSec: 9, unsound: (sec) => sec === 9 })).toContain('all-lost');
  });

  it('is not told of a handful', () => {
    expect(kinds({ connections: 4, fromPerSec: 4, diesAtSec: 5 })).toEqual([]);
  });
});

describe('an idle timeout', () => {
  it.each([
    ['while arrivals go on', { idleSec: 3 }],
    ['in the hold', { idleSec: 7, connections: 300 }],
    ['within a row or two', { idleSec: 5, connections: 100 }],
    ['of a minute, in wide rows', { idleSec: 60, holdSec: 100, connections: 1000, widthSec: 2 }],
  ] as [string, Simulated & { idleSec: number }][])(
    'is told from connections that end at the same age %s',
    (_, given) => {
      const { kind, evidence, atMs } = only(given);
      expect(kind).toBe('idle-timeout');
      const idleMs = given.idleSec * 1000;
      expect(evidence.values['idleMs']).toBeGreaterThanOrEqual(idleMs);
      expect(evidence.values['idleMs']).toBeLessThan(idleMs + 100);
      expect(evidence.values['connectionsDropped']).toBe(given.connections ?? 600);
      expect(atMs).toBeGreaterThanOrEqual(idleMs - 1000);
      expect(evidence.text).toContain('sends no heart-beats');
    },
  );

  it('is not kept from heart-beats where the age alone counts, and says so', () => {
    const { kind, evidence } = only({ oldestSec: 7, beatsSec: 1 });
    expect(kind).toBe('idle-timeout');
    expect(evidence.text).toContain('heart-beats would not help');
  });

  it('is not told where heart-beats keep the connections', () => {
    expect(kinds({ idleSec: 3, beatsSec: 1 })).toEqual([]);
  });

  it('is not told from a few', () => {
    expect(kinds({ connections: 4, fromPerSec: 1, idleSec: 3 })).toEqual([]);
  });
});

describe('a backlog', () => {
  it('is told with the inflow and the throughput', () => {
    const { kind, evidence } = only({ deliveriesPerSec: 800, holdSec: 15 });
    expect(kind).toBe('delivery-backlog');
    expect(evidence.values).toMatchObject({ inflowPerSec: 1200, throughputPerSec: 800 });
    expect(evidence.values['lagMs']).toBeGreaterThan(4000);
  });

  it('is told also of a target that is only just too slow', () => {
    expect(kinds({ deliveriesPerSec: 1120, holdSec: 20 })).toEqual(['delivery-backlog']);
  });

  it.each([
    ['a target that is fast enough', { deliveriesPerSec: 1300 }],
    ['a long but constant delay', { latencyUs: 1_500_000, spread: 0.1 }],
    ['too short a time', { deliveriesPerSec: 400, connections: 200, messagesPerSec: 4, holdSec: 2 }],
  ] satisfies [string, Simulated][])('is not told of %s', (_, given) => {
    expect(kinds(given)).toEqual([]);
  });

  it('is not told of a queue that is bounded: it loses deliveries', () => {
    expect(kinds({ deliveriesPerSec: 600, maxWaiting: 1000, holdSec: 15 })).toEqual(['deliveries-lost']);
  });

  it('is told also where we waited for a CPU now and then, by milliseconds: that explains no seconds', () => {
    const { series, ...others } = simulated({ deliveriesPerSec: 800, holdSec: 15 });
    const starved = { unsoundWorkers: 1, utilization: 0.2, readDelayMaxUs: 20_000, loopDelayMaxUs: 20_000 };
    const rows = series.map((row) => ({ ...row, generator: { ...row.generator, ...starved } }));
    expect(targetFindings({ ...others, series: rows }, []).map(({ kind }) => kind)).toEqual([
      'delivery-backlog',
    ]);
  });

  it('is not told while the generator was not well: it may be our own', () => {
    const unsound = (sec: number): boolean => sec % 2 === 0;
    expect(kinds({ deliveriesPerSec: 800, holdSec: 15, unsound })).toEqual([]);
  });
});

describe('a standstill', () => {
  it.each([1, 1.5, 2, 3.3, 8])('of %d s is told, with how long it was', (stallForSec) => {
    for (const stallAtSec of [8, 8.25, 8.5, 8.75]) {
      const given = { stallAtSec, stallForSec, messagesPerSec: 10, holdSec: 20 };
      const { kind, evidence, atMs } = only(given);
      expect(kind).toBe('stalled');
      expect(evidence.values['stalledMs']).toBeGreaterThan(stallForSec * 1000 - 200);
      expect(evidence.values['stalledMs']).toBeLessThan(stallForSec * 1000 + 100);
      expect(Math.abs(atMs - stallAtSec * 1000)).toBeLessThan(1100);
    }
  });

  it('is told while connections arrive, without any message', () => {
    expect(kinds({ stallAtSec: 3.3, stallForSec: 2, messagesPerSec: 0, connections: 1000 })).toEqual([
      'stalled',
    ]);
  });

  it('is told as critical when it does not end, with what cannot be told of its cause', () => {
    const found = findings({ stallAtSec: 8, stallForSec: 1000 });
    expect(found.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['killed-by-unknown', 'critical'],
      ['stalled', 'critical'],
    ]);
  });

  it('is not told of one in which the generator was not well', () => {
    expect(kinds({ stallAtSec: 8.3, stallForSec: 2, unsound: (sec) => sec === 9 })).toEqual([]);
  });

  it('is not told of slow deliveries while others come', () => {
    expect(kinds({ latencyUs: 300_000, spread: 1, messagesPerSec: 10 })).toEqual([]);
  });
});

describe('what killed it', () => {
  const strained = { connections: 900, diesAtConnections: 800, slowFromConnections: 300, slowByUs: 400_000 };

  it('were the connections, when they grew, handshakes became slow, and messages flowed', () => {
    const [, killed] = findings(strained);
    expect(killed?.kind).toBe('killed-by-connections');
    expect(killed?.evidence.values).toMatchObject({ connectionsAtBreak: 800, outstanding: 0 });
    expect(killed?.evidence.values['openingMs']).toBeGreaterThanOrEqual(400);
    expect(killed?.evidence.text).toContain('half of the handshakes took longer than');
  });

  it('were the connections, also where nothing was published', () => {
    expect(kinds({ ...strained, messagesPerSec: 0 })).toEqual(['all-lost', 'killed-by-connections']);
  });

  it('were the connections, when more and more of the connects failed until it broke', () => {
    const { series, failures, ...others } = simulated({ connections: 900, diesAtConnections: 800 });
    const failing = series.map((row) =>
      row.atSec >= 4 && row.atSec < 7 ? { ...row, failures: { 'tcp-reset': 10 * row.atSec - 20 } } : row,
    );
    const resets: FailureRow = {
      ...RESETS,
      side: 'target',
      role: 'connection',
      count: 90,
      whileUnsound: 0,
    };
    const told = targetFindings({ ...others, series: failing, failures: [...failures, resets] }, []);
    const killed = told.find(({ kind }) => kind.startsWith('killed'));
    expect(killed?.kind).toBe('killed-by-connections');
    expect(killed?.evidence.text).toContain('failed in the last seconds');
  });

  it.each([
    ['in the middle of a ramp', { connections: 3000, fromPerSec: 50, diesAtSec: 20 }],
    ['within two seconds of the last arrival', { connections: 600, diesAtSec: 7 }],
    ['in which nothing is published', { diesAtConnections: 400, messagesPerSec: 0 }],
    ['a second after the last slow handshake', { ...strained, diesAtConnections: 0, diesAtSec: 10 }],
    ['and turned away as many at first', { refusedShare: 0.3, refusal: RESETS, diesAtSec: 5.5 }],
    ['of which handshakes are slow from the first on', { ...strained, slowFromConnections: 0 }],
    ['of which handshakes are only a little slower than at first', { ...strained, slowByUs: 100_000 }],
  ] satisfies [string, Simulated][])('can not be told of a target that dies %s', (_, given) => {
    const killed = findings(given).find(({ kind }) => kind.startsWith('killed'));
    expect(killed?.kind).toBe('killed-by-unknown');
    expect(killed?.evidence.text).toContain('it can have been stopped');
  });

  it('can not be told where handshakes had been slow, and were well again', () => {
    const { series, ...others } = simulated({ connections: 900, diesAtConnections: 800 });
    const slow = { count: 100, p50: 400_000, p90: 450_000, p99: 500_000, p999: 500_000, max: 500_000 };
    const rows = series.map((row) =>
      row.atSec >= 3 && row.atSec < 6 ? { ...row, phases: { ...row.phases, upgrade: slow } } : row,
    );
    const told = targetFindings({ ...others, series: rows }, []);
    expect(told.map(({ kind }) => kind)).toEqual(['all-lost', 'killed-by-unknown']);
  });

  it('were the connections, also where we waited for a CPU now and then, by milliseconds', () => {
    const { series, ...others } = simulated(strained);
    const lateByUs = (us: number): FindingKind[] => {
      const starved = { unsoundWorkers: 1, utilization: 0.2, readDelayMaxUs: us, loopDelayMaxUs: us };
      const rows = series.map((row) => ({ ...row, generator: { ...row.generator, ...starved } }));
      return targetFindings({ ...others, series: rows }, []).map(({ kind }) => kind);
    };
    expect(lateByUs(20_000)).toContain('killed-by-connections');
    expect(lateByUs(60_000)).toContain('killed-by-unknown');
  });

  it('can not be told where it was we who were slow', () => {
    const killed = findings({ ...strained, unsound: (sec) => sec === 6 }).find(({ kind }) =>
      kind.startsWith('killed'),
    );
    expect(killed?.kind).toBe('killed-by-unknown');
  });

  it('can not be told where a limit on their rate made connects fail', () => {
    const ramp = { fromPerSec: 20, toPerSec: 290, connections: 1500, connectsPerSec: 80, refusal: RESETS };
    const told = findings({ ...ramp, diesAtSec: 8 });
    const killed = told.find(({ kind }) => kind.startsWith('killed'));
    expect(told.map(({ kind }) => kind)).toContain('connect-rate-limit');
    expect(killed?.kind).toBe('killed-by-unknown');
    expect(killed?.evidence.text).toContain('explained by a limit');
  });

  it('were the messages, when a backlog grew and connections did not', () => {
    const given = { deliveriesPerSec: 600, diesAtWaiting: 5000, holdSec: 20 };
    expect(kinds(given)).toEqual(['all-lost', 'killed-by-messages', 'delivery-backlog']);
  });

  it('can not be told when both grew', () => {
    const given = { connections: 3000, deliveriesPerSec: 600, diesAtWaiting: 5000 };
    const killed = findings(given).find(({ kind }) => kind.startsWith('killed'));
    expect(killed?.kind).toBe('killed-by-unknown');
    expect(killed?.evidence.text).toContain('because both grew');
  });

  it('can not be told when neither grew', () => {
    const killed = findings({ diesAtSec: 14 }).find(({ kind }) => kind.startsWith('killed'));
    expect(killed?.kind).toBe('killed-by-unknown');
    expect(killed?.evidence.text).toContain('because neither');
  });

  it('is not asked of a connection limit', () => {
    expect(kinds({ maxConnections: 200 })).toEqual(['connection-limit']);
  });
});

describe('deliveries', () => {
  function withDeliveries(changed: Partial<Measured['deliveries']>, ordered = false): FindingKind[] {
    const measured = simulated({});
    const { plan } = measured;
    const subscribe = plan.subscribe.map((subscription) => ({ ...subscription, ordered }));
    const deliveries = { ...measured.deliveries, ...changed };
    return targetFindings({ ...measured, deliveries, plan: { ...plan, subscribe } }, []).map(
      ({ kind }) => kind,
    );
  }

  it('that were dropped are lost', () => {
    const { kind, evidence } = only({ droppedShare: 0.02 });
    expect(kind).toBe('deliveries-lost');
    expect(evidence.text).toContain('2.00 %');
  });

  it('that were lost with their connections are no finding of their own', () => {
    const given = { diesAtSec: 9, deliveriesPerSec: 5000, messagesPerSec: 8 };
    expect(simulated(given).deliveries.lost).toBeGreaterThanOrEqual(0);
    expect(kinds(given)).not.toContain('deliveries-lost');
  });

  /** One of 1,000 connections is half-open from 20 s to 45 s, and owed one delivery a second; `lost` in all. */
  function withOneSilent(lost: number, heartbeatMs: Measured['server']['heartbeatMs']): Finding[] {
    const measured = simulated({
      connections: 1000,
      fromPerSec: 200,
      messagesPerSec: 1,
      holdSec: 50,
      unluckyAtSec: 45,
    });
    const { server, connections, deliveries } = measured;
    const missed = { 'heartbeat-missed': 1 };
    const series = measured.series.map((row) => ({
      ...row,
      received: row.atSec >= 20 && row.atSec < 45 ? row.received - 1 : row.received,
      // What was sent within the drain time before its end is not owed any more.
      expected: row.atSec >= 35 && row.atSec < 45 ? row.expected - 1 : row.expected,
      failures: row.atSec === 45 ? missed : row.failures,
    }));
    return targetFindings(
      {
        ...measured,
        series,
        server: { ...server, heartbeatMs },
        failures: measured.failures.map((row) => ({ ...row, kind: 'heartbeat-missed' as const })),
        connections: { ...connections, droppedAgeUs: null, droppedIdleUs: null },
        deliveries: { ...deliveries, lost },
      },
      [],
    );
  }

  it('that were lost on a connection that had been silent for long are no finding of their own', () => {
    expect(withOneSilent(15, { send: 10_000, receive: 10_000 })).toEqual([]);
  });

  it('that are more than a silent connection can have been owed are lost', () => {
    const [told, ...others] = withOneSilent(300, { send: 10_000, receive: 10_000 });
    expect(told?.kind).toBe('deliveries-lost');
    expect(told?.evidence.text).toContain('if these were owed no more than twice');
    expect(others).toEqual([]);
  });

  it('are no finding where it is not known for how long a connection was silent', () => {
    expect(withOneSilent(300, null)).toEqual([]);
  });

  it('that were on their way when a run was stopped are not lost', () => {
    expect(kinds({ droppedShare: 0.1, stopAtSec: 9 })).toEqual([]);
  });

  it('that came to others, or twice, are told', () => {
    expect(withDeliveries({ misrouted: 1 })).toEqual(['deliveries-misrouted']);
    expect(withDeliveries({ duplicated: 3 })).toEqual(['deliveries-duplicated']);
  });

  it('that came in another order are told only where the scenario asks for order', () => {
    expect(withDeliveries({ reordered: 3 })).toEqual([]);
    expect(withDeliveries({ reordered: 3 }, true)).toEqual(['deliveries-reordered']);
  });
});

describe('nothing is found', () => {
  it('in runs in which nothing went wrong but one thing', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          connections: fc.integer({ min: 1, max: 1500 }),
          fromPerSec: fc.integer({ min: 40, max: 600 }),
          toPerSec: fc.integer({ min: 40, max: 600 }),
          holdSec: fc.double({ min: 0, max: 20, noNaN: true }),
          messagesPerSec: fc.constantFrom(0, 0.5, 1, 3, 10, 20),
          beatsSec: fc.constantFrom(0, 1, 5),
          latencyUs: fc.constantFrom(200, 1000, 20_000, 200_000),
          spread: fc.double({ min: 0, max: 1, noNaN: true }),
          unluckyAtSec: fc.integer({ min: 0, max: 20 }),
          widthSec: fc.constantFrom(1, 1, 2, 4),
        }),
        (given) => {
          expect(kinds(given)).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('where the figures of the generator can not be used', () => {
    for (const given of [{ maxConnections: 200 }, { diesAtSec: 9 }, { deliveriesPerSec: 800, holdSec: 15 }]) {
      expect(findings(given, [own('loop-blocked', 'critical')])).toEqual([]);
    }
  });

  it('in a run of one connection, of no message, or without a series', () => {
    expect(kinds({ connections: 1, fromPerSec: 1 })).toEqual([]);
    expect(kinds({ messagesPerSec: 0 })).toEqual([]);
    expect(targetFindings({ ...simulated({}), series: [] }, [])).toEqual([]);
    expect(kinds({ connections: 1, fromPerSec: 1, unluckyAtSec: 5 })).toEqual([]);
  });
});
