import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { UNSOUND_CAUSES } from '../model/health.js';
import { LATENCIES, STAGES } from '../model/phases.js';
import { EVENT, type EventType } from './events.js';
import type { Snapshot } from './snapshot.js';
import { type SnapshotJson, snapshotFromJson, snapshotToJson } from './snapshot-json.js';
import { anyUs } from './testing/arbitraries.js';
import { deltaOf, eventsOf, snapshotOf } from './testing/snapshots.js';

const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const anyCount = fc.nat(1_000_000);
const anyMonotonicUs = fc.double({ min: 0, max: 2 ** 50, noNaN: true }).map((us) => us + 0);
const anyNames = fc.dictionary(anyText, anyCount, { maxKeys: 3, noNullPrototype: true });

const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    worker: fc.nat(100),
    row: fc.nat(100_000),
    untilUs: anyMonotonicUs,
    counts: fc.record({ started: anyCount, received: anyCount }, { requiredKeys: [] }),
    latencies: fc
      .uniqueArray(fc.constantFrom(...LATENCIES), { maxLength: 4 })
      .chain((names) =>
        fc.record(
          Object.fromEntries(
            names.map((name) => [name, fc.array(anyUs, { minLength: 1, maxLength: 20 }).map(deltaOf)]),
          ),
        ),
      ),
    failures: fc.array(
      fc.record({
        role: fc.constantFrom('connection', 'publisher'),
        phase: fc.constantFrom(...STAGES),
        kind: fc.constantFrom(...FAILURE_KIND_NAMES),
        code: fc.option(fc.nat(5000)),
        count: anyCount,
        sample: fc.option(anyText),
      }),
      { maxLength: 3 },
    ),
    destinations: fc.array(
      fc.record({ name: anyText, distribution: fc.constantFrom('topic', 'queue', null) }),
      { maxLength: 3 },
    ),
    events: fc
      .array(
        fc.tuple(
          anyMonotonicUs,
          fc.constantFrom<EventType>(...Object.values(EVENT)),
          fc.nat(1_000_000),
          anyMonotonicUs,
        ),
        { maxLength: 20 },
      )
      .map(eventsOf),
    received: fc.array(fc.nat(2 ** 32 - 1), { maxLength: 6 }).map((pairs) => Uint32Array.from(pairs)),
    server: fc.record({
      versions: anyNames,
      subprotocols: anyNames,
      software: fc.option(anyText),
      heartbeatMs: fc.option(fc.record({ send: anyCount, receive: anyCount })),
    }),
    gauges: fc.record({
      spanUs: anyCount,
      processCpuUs: anyCount,
      processRssBytes: anyCount,
      pid: anyCount,
      openFiles: anyCount,
      openFilesLimit: anyCount,
      cpuWaitUs: anyCount,
      gcMaxUs: anyCount,
      utilization: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share + 0),
      loopDelayMaxUs: anyCount,
      pausedUs: anyCount,
      ownLagMaxUs: anyCount,
      heapLiveBytes: anyCount,
      heapLimitBytes: anyCount,
      stoodStillBeforeUs: fc.nat(),
      unsound: fc.constantFrom(null, ...UNSOUND_CAUSES),
    }),
  })
  .map(snapshotOf);

const toText = (snapshot: Snapshot): string => JSON.stringify(snapshotToJson(snapshot));
const fromText = (text: string): Snapshot => snapshotFromJson(JSON.parse(text) as SnapshotJson);

describe('a snapshot as JSON', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        expect(fromText(toText(snapshot))).toEqual(snapshot);
      }),
    );
  });

  it('is one line', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        expect(toText(snapshot)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('can be read from arrays that are only a part of their buffer', () => {
    const whole = Float64Array.from([1, 2, 3]);
    const codes = Uint32Array.from([4, 5, 6]);
    const sinceUs = new Float64Array();
    const part = snapshotOf({ events: { atUs: whole.subarray(1), codes: codes.subarray(1), sinceUs } });
    const { events } = fromText(toText(part));
    expect([...events.atUs]).toEqual([2, 3]);
    expect([...events.codes]).toEqual([5, 6]);
  });
});
