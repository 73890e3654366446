import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT, type EventType } from './events.js';
import type { DestinationInfo } from './snapshot.js';
import { interleave } from './testing/arbitraries.js';
import { eventsOf } from './testing/snapshots.js';
import { Timeline } from './timeline.js';

type Event = readonly [number, EventType, number?];

const topic = (name: string): DestinationInfo => ({ name, distribution: 'topic' });

/** One worker's snapshot of everything that it ever had to say. */
function whole(worker: number, destinations: readonly DestinationInfo[], events: readonly Event[]) {
  return { worker, untilUs: 1e9, destinations, events: eventsOf(events) };
}

function expectedOf(destinations: readonly DestinationInfo[], events: readonly Event[]): number {
  const timeline = new Timeline([0]);
  timeline.add(whole(0, destinations, events));
  timeline.advance(Infinity);
  return timeline.expected;
}

describe('Timeline, of deliveries', () => {
  it.each<[string, number, readonly Event[]]>([
    [
      'nothing before the subscription is live',
      0,
      [
        [5, EVENT.sent, 0],
        [6, EVENT.live, 0],
      ],
    ],
    [
      'a message sent while it is live',
      1,
      [
        [5, EVENT.live, 0],
        [6, EVENT.sent, 0],
      ],
    ],
    [
      'a message sent the moment it became live',
      1,
      [
        [5, EVENT.sent, 0],
        [5, EVENT.live, 0],
      ],
    ],
    [
      'nothing the moment it ended',
      0,
      [
        [1, EVENT.live, 0],
        [5, EVENT.sent, 0],
        [5, EVENT.ended, 0],
      ],
    ],
    [
      'one for each live subscription',
      2,
      [
        [1, EVENT.live, 0],
        [2, EVENT.live, 0],
        [3, EVENT.sent, 0],
      ],
    ],
    [
      'nothing for another destination',
      0,
      [
        [1, EVENT.live, 0],
        [3, EVENT.sent, 1],
      ],
    ],
  ])('expects %s', (_, expected, events) => {
    expect(expectedOf([topic('/topic/a'), topic('/topic/b')], events)).toBe(expected);
  });

  it('expects one delivery of a queue’s message, however many are subscribed, and even before anyone is', () => {
    const queue: DestinationInfo = { name: '/queue/a', distribution: 'queue' };
    const three: Event[] = [1, 2, 3].map((us) => [us, EVENT.live, 0]);
    expect(expectedOf([queue], [...three, [4, EVENT.sent, 0]])).toBe(1);
    expect(expectedOf([queue], [[4, EVENT.sent, 0]])).toBe(1);
  });

  it('knows a destination by its name, whatever number each worker calls it by', () => {
    const timeline = new Timeline([0, 1]);
    timeline.add(whole(0, [topic('/topic/a'), topic('/topic/b')], [[1, EVENT.live, 1]]));
    timeline.add(whole(1, [{ name: '/topic/b', distribution: null }], [[2, EVENT.sent, 0]]));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(1);
  });

  it('takes the subscriber’s word that a destination is a queue, and not the publisher’s silence', () => {
    const timeline = new Timeline([0, 1]);
    timeline.add(whole(0, [{ name: '/queue/a', distribution: null }], [[5, EVENT.sent, 0]]));
    const live: Event[] = [1, 2].map((us) => [us, EVENT.live, 0]);
    timeline.add(whole(1, [{ name: '/queue/a', distribution: 'queue' }], live));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(1);
  });

  it('expects what was sent to a queue before anybody said that it is one', () => {
    const timeline = new Timeline([0]);
    const sent: Event[] = [1, 2].map((us) => [us, EVENT.sent, 0]);
    timeline.add(whole(0, [{ name: '/queue/a', distribution: null }], sent));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(0);
    timeline.add(
      whole(
        0,
        [{ name: '/queue/a', distribution: 'queue' }],
        [
          [5, EVENT.live, 1],
          [6, EVENT.sent, 1],
        ],
      ),
    );
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(3);
  });
});

describe('Timeline, of open connections', () => {
  it('counts what was open at one moment, across workers', () => {
    const timeline = new Timeline([0, 1]);
    timeline.add(
      whole(
        0,
        [],
        [
          [1, EVENT.opened],
          [10, EVENT.closed],
        ],
      ),
    );
    timeline.add(
      whole(
        1,
        [],
        [
          [5, EVENT.opened],
          [20, EVENT.closed],
          [30, EVENT.opened],
        ],
      ),
    );
    timeline.advance(Infinity);
    expect(timeline.peakOpen).toBe(2);
    expect(timeline.open).toBe(1);
  });

  it('counts as far as it is asked to, and no further', () => {
    const timeline = new Timeline([0]);
    timeline.add(
      whole(
        0,
        [],
        [
          [1, EVENT.opened],
          [5, EVENT.opened],
          [6, EVENT.closed],
        ],
      ),
    );
    timeline.advance(5);
    expect(timeline.open).toBe(1);
    timeline.advance(6);
    expect(timeline.open).toBe(2);
    timeline.advance(7);
    expect(timeline.open).toBe(1);
  });
});

describe('Timeline, of workers', () => {
  it('waits for the slowest worker, and for none that is gone', () => {
    const timeline = new Timeline([0, 1]);
    timeline.add({ ...whole(0, [], []), untilUs: 100 });
    expect(timeline.watermarkUs).toBe(-Infinity);
    timeline.add({ ...whole(1, [], []), untilUs: 50 });
    expect(timeline.watermarkUs).toBe(50);
    timeline.leave(1);
    expect(timeline.watermarkUs).toBe(100);
    timeline.lose(0);
    expect(timeline.watermarkUs).toBe(Infinity);
  });

  it('takes everything that a dead worker had for over since it was last heard of', () => {
    const timeline = new Timeline([0, 1]);
    const destinations = [topic('/topic/a')];
    const had: Event[] = [
      [1, EVENT.opened],
      [2, EVENT.opened],
      [3, EVENT.closed],
      [4, EVENT.live, 0],
      [5, EVENT.live, 0],
    ];
    timeline.add({ worker: 0, untilUs: 50, destinations, events: eventsOf(had) });
    const sent: Event[] = [
      [49, EVENT.sent, 0],
      [60, EVENT.sent, 0],
      [61, EVENT.opened],
    ];
    timeline.add({ worker: 1, untilUs: 100, destinations, events: eventsOf(sent) });
    timeline.advance(50);
    timeline.lose(0);
    timeline.advance(100);
    expect(timeline.expected).toBe(2);
    expect(timeline.open).toBe(1);
    expect(timeline.peakOpen).toBe(2);
  });
});

const WORKERS = 3;
const NAMES = ['/topic/a', '/topic/b', '/queue/c'] as const;
const isQueue = (name: string): boolean => name.startsWith('/queue/');

// Few moments, so that many things happen at the same one.
const anyMoment = fc.nat(30);
const anySpan = fc
  .tuple(anyMoment, anyMoment)
  .map(([a, b]) => ({ fromUs: Math.min(a, b), untilUs: Math.max(a, b) }));
const anyWorker = fc.nat(WORKERS - 1);
const anyName = fc.constantFrom(...NAMES);

const anyHistory = fc.record({
  connections: fc.array(fc.record({ worker: anyWorker, span: anySpan }), { maxLength: 30 }),
  subscriptions: fc.array(fc.record({ worker: anyWorker, span: anySpan, name: anyName }), { maxLength: 30 }),
  sent: fc.array(fc.record({ worker: anyWorker, atUs: anyMoment, name: anyName }), { maxLength: 30 }),
  /** Where each worker cuts its intervals. */
  cuts: fc.array(fc.array(anyMoment, { maxLength: 5 }), { minLength: WORKERS, maxLength: WORKERS }),
  picks: fc.array(fc.nat(WORKERS - 1), { maxLength: 20 }),
});
type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;

/** By definition: at each moment everything that is open then; for each message everybody who is live when it is sent. */
function model({ connections, subscriptions, sent }: History): { peakOpen: number; expected: number } {
  const openAt = (us: number): number =>
    connections.filter(({ span }) => span.fromUs <= us && span.untilUs >= us).length;
  const owed = sent.map(({ atUs, name }) => {
    const live = subscriptions.filter(
      ({ span, name: of }) => of === name && span.fromUs <= atUs && atUs < span.untilUs,
    ).length;
    return isQueue(name) ? 1 : live;
  });
  return {
    peakOpen: Math.max(0, ...connections.map(({ span }) => openAt(span.fromUs))),
    expected: owed.reduce((sum, deliveries) => sum + deliveries, 0),
  };
}

/** A worker's events in the order in which things happen to it, destinations numbered as it meets them. */
function snapshotsOf({ connections, subscriptions, sent, cuts }: History, worker: number) {
  const events: [number, EventType, string][] = [];
  for (const { span, worker: of } of connections) {
    if (of === worker) events.push([span.fromUs, EVENT.opened, ''], [span.untilUs, EVENT.closed, '']);
  }
  for (const { span, name, worker: of } of subscriptions) {
    if (of === worker) events.push([span.fromUs, EVENT.live, name], [span.untilUs, EVENT.ended, name]);
  }
  for (const { atUs, name, worker: of } of sent) if (of === worker) events.push([atUs, EVENT.sent, name]);
  events.sort((a, b) => a[0] - b[0]);

  const numbers = new Map<string, number>();
  return [...(cuts[worker] ?? []).toSorted((a, b) => a - b), 1000].map((untilUs) => {
    const destinations: DestinationInfo[] = [];
    const batch: Event[] = [];
    while (events[0] !== undefined && events[0][0] < untilUs) {
      const [atUs, type, name] = events.shift()!;
      if (name === '') {
        batch.push([atUs, type]);
        continue;
      }
      if (!numbers.has(name)) {
        numbers.set(name, numbers.size);
        destinations.push({ name, distribution: isQueue(name) ? 'queue' : 'topic' });
      }
      batch.push([atUs, type, numbers.get(name)!]);
    }
    return { worker, untilUs, destinations, events: eventsOf(batch) };
  });
}

describe('Timeline, of any history', () => {
  it('counts what sorting everything at the end would, in whatever order the snapshots come', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const workers = Array.from({ length: WORKERS }, (_, worker) => worker);
        const timeline = new Timeline(workers);
        const snapshots = workers.map((worker) => snapshotsOf(history, worker));
        for (const snapshot of interleave(snapshots, history.picks)) {
          timeline.add(snapshot);
          timeline.advance(timeline.watermarkUs);
        }
        timeline.advance(Infinity);
        const { peakOpen, expected } = timeline;
        expect({ peakOpen, expected }).toEqual(model(history));
        expect(timeline.published).toBe(history.sent.length);
        expect(timeline.open).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
