import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT, type EventType } from './events.js';
import type { DestinationInfo } from './snapshot.js';
import { interleave } from './testing/arbitraries.js';
import { type EventTold, eventsOf } from './testing/snapshots.js';
import { Timeline } from './timeline.js';

const DRAIN_US = 1e6;

const topic = (name: string): DestinationInfo => ({ name, distribution: 'topic' });
const queue = (name: string): DestinationInfo => ({ name, distribution: 'queue' });

const newTimeline = (...workers: number[]): Timeline => new Timeline(workers, DRAIN_US);

/** One worker's snapshot of everything that it ever had to say. */
function whole(
  worker: number,
  destinations: readonly DestinationInfo[],
  events: readonly EventTold[],
  received: readonly number[] = [],
) {
  return {
    worker,
    untilUs: 1e9,
    destinations,
    events: eventsOf(events),
    received: Uint32Array.from(received),
  };
}

function deliveriesOf(
  destinations: readonly DestinationInfo[],
  events: readonly EventTold[],
  received: readonly number[] = [],
) {
  const timeline = newTimeline(0);
  timeline.add(whole(0, destinations, events, received));
  timeline.leave(0);
  timeline.advance(Infinity);
  return timeline.deliveries;
}

const live = (us: number, destination = 0): EventTold[] => [
  [us, EVENT.asked, destination],
  [us, EVENT.live, destination],
];

describe('Timeline, of deliveries', () => {
  it.each<[string, number, number, readonly EventTold[]]>([
    ['nothing before SUBSCRIBE is sent', 0, 0, [[5, EVENT.sent, 0], ...live(6)]],
    ['a message sent while it is live', 1, 0, [...live(5), [6, EVENT.sent, 0]]],
    ['a message sent the moment it became live', 1, 0, [[5, EVENT.sent, 0], ...live(5)]],
    [
      'nothing before the proof, which is an edge',
      0,
      1,
      [
        [3, EVENT.asked, 0],
        [4, EVENT.sent, 0],
        [5, EVENT.live, 0],
      ],
    ],
    [
      'nothing of what was never proven',
      0,
      1,
      [
        [3, EVENT.asked, 0],
        [4, EVENT.sent, 0],
        [5, EVENT.gone, 0],
        [6, EVENT.sent, 0],
      ],
    ],
    [
      'nothing the moment it ended, which is an edge until it is gone',
      0,
      2,
      [
        ...live(1),
        [5, EVENT.sent, 0],
        [5, EVENT.ended, 0],
        [6, EVENT.sent, 0],
        [7, EVENT.gone, 0],
        [7, EVENT.sent, 0],
      ],
    ],
    [
      'nothing since that moment when it was severed, whatever was counted before',
      1,
      2,
      [
        ...live(1),
        [2, EVENT.sent, 0],
        [3, EVENT.sent, 0],
        [4, EVENT.sent, 0],
        [5, EVENT.severed, 0, 3],
        [5, EVENT.gone, 0],
        [6, EVENT.sent, 0],
      ],
    ],
    ['one for each live subscription', 2, 0, [...live(1), ...live(2), [3, EVENT.sent, 0]]],
    ['nothing for another destination', 0, 0, [...live(1), [3, EVENT.sent, 1]]],
  ])('expects %s', (_, expected, edge, events) => {
    const deliveries = deliveriesOf([topic('/topic/a'), topic('/topic/b')], events);
    expect(deliveries).toMatchObject({ expected, edge, lost: expected });
  });

  it('expects one delivery of a queue’s message, however many are subscribed, and even before anyone is', () => {
    const three = [1, 2, 3].flatMap((us) => live(us));
    expect(deliveriesOf([queue('/queue/a')], [...three, [4, EVENT.sent, 0]]).expected).toBe(1);
    expect(deliveriesOf([queue('/queue/a')], [[4, EVENT.sent, 0]]).expected).toBe(1);
  });

  it('knows a destination by its name, whatever number each worker calls it by', () => {
    const timeline = newTimeline(0, 1);
    timeline.add(whole(0, [topic('/topic/a'), topic('/topic/b')], live(1, 1)));
    timeline.add(whole(1, [{ name: '/topic/b', distribution: null }], [[2, EVENT.sent, 0]]));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(1);
  });

  it('takes the subscriber’s word that a destination is a queue, and not the publisher’s silence', () => {
    const timeline = newTimeline(0, 1);
    timeline.add(whole(0, [{ name: '/queue/a', distribution: null }], [[5, EVENT.sent, 0]]));
    timeline.add(whole(1, [queue('/queue/a')], [...live(1), ...live(2)]));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(1);
  });

  it('expects what was sent to a queue before anybody said that it is one', () => {
    const timeline = newTimeline(0);
    const sent: EventTold[] = [1, 2].map((us) => [us, EVENT.sent, 0]);
    timeline.add(whole(0, [{ name: '/queue/a', distribution: null }], sent));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(0);
    timeline.add(whole(0, [queue('/queue/a')], [...live(5, 1), [6, EVENT.sent, 1]]));
    timeline.advance(Infinity);
    expect(timeline.expected).toBe(3);
  });

  it('does not let what is too much of one destination make up for what is missing of another', () => {
    const events: EventTold[] = [...live(1, 0), [2, EVENT.sent, 0], [2, EVENT.sent, 1], [3, EVENT.sent, 1]];
    const deliveries = deliveriesOf([topic('/topic/a'), queue('/queue/b')], events, [1, 0, 5]);
    expect(deliveries).toEqual({ expected: 3, received: 2, lost: 1, edge: 0, excused: 0, copies: 3 });
  });

  it('takes more that came than was sent for sent, where not everything is known', () => {
    const timeline = newTimeline(0, 1);
    timeline.add(whole(0, [queue('/queue/a')], [...live(1), [2, EVENT.sent, 0]], [0, 0, 3]));
    timeline.leave(0);
    timeline.lose(1);
    timeline.advance(Infinity);
    expect(timeline.deliveries).toMatchObject({ expected: 3, received: 3, lost: 0, copies: 0 });
  });

  it('counts as edge, of what never came, up to as much as a publisher sent that was cut', () => {
    const events: EventTold[] = [
      ...live(1),
      ...live(1),
      [2, EVENT.sent, 0],
      [3, EVENT.sent, 0],
      [4, EVENT.cut, 0, 3],
    ];
    const of = (received: number) => deliveriesOf([topic('/topic/a')], events, [0, 0, received]);
    expect(of(4)).toMatchObject({ expected: 4, received: 4, lost: 0, edge: 0 });
    expect(of(3)).toMatchObject({ expected: 3, received: 3, lost: 0, edge: 1 });
    expect(of(1)).toMatchObject({ expected: 2, received: 1, lost: 1, edge: 2 });
  });

  it('counts as edge, of what never came of a queue, up to as much as a severed subscriber may have had', () => {
    const events: EventTold[] = [
      ...live(1),
      ...live(1),
      [2, EVENT.sent, 0],
      [3, EVENT.sent, 0],
      [4, EVENT.sent, 0],
      [5, EVENT.severed, 0, 3],
      [6, EVENT.severed, 0, 4],
    ];
    const of = (received: number) => deliveriesOf([queue('/queue/a')], events, [0, 0, received]);
    expect(of(2)).toMatchObject({ expected: 2, received: 2, lost: 0, edge: 1 });
    expect(of(0)).toMatchObject({ expected: 1, received: 0, lost: 1, edge: 2 });
  });

  it('does not excuse what is missing of one second by what is in doubt of another', () => {
    // The server drops half of what it is sent for ten seconds, then none; all that the publisher sent last has come.
    const sec = (second: number): number => 1 + second * 1e6;
    const events: EventTold[] = [...live(1), ...live(1)];
    const received: number[] = [];
    for (let second = 0; second < 20; second++) {
      events.push([sec(second), EVENT.sent, 0]);
      received.push(0, second, second < 10 ? 1 : 2);
    }
    const cut: EventTold = [sec(19) + 1, EVENT.cut, 0, sec(19)];
    const all = [...events, cut];
    expect(deliveriesOf([topic('/topic/a')], all, received)).toMatchObject({ lost: 10, edge: 0, excused: 0 });
    received[19 * 3 + 2] = 1;
    expect(deliveriesOf([topic('/topic/a')], all, received)).toMatchObject({ lost: 10, edge: 1, excused: 1 });
  });

  it('knows what came of a second in doubt, also when that comes long after', () => {
    const timeline = newTimeline(0);
    const cut: EventTold[] = [
      ...live(1),
      ...live(1),
      [2, EVENT.sent, 0],
      [3e6, EVENT.sent, 0],
      [3, EVENT.cut, 0, 2],
    ];
    timeline.add(whole(0, [topic('/topic/a')], cut));
    timeline.advance(100e6);
    timeline.add(whole(0, [], [], [0, 0, 2, 0, 3, 1]));
    timeline.leave(0);
    expect(timeline.deliveries).toMatchObject({ received: 3, lost: 1, excused: 0 });
  });

  it('excuses one delivery of each message that a severed subscription may have had, and takes none back', () => {
    const events: EventTold[] = [
      ...live(1),
      ...live(1),
      [2, EVENT.sent, 0],
      [3, EVENT.sent, 0],
      [4, EVENT.sent, 0],
      [5, EVENT.severed, 0, 4, 3],
    ];
    const of = (received: number) => deliveriesOf([topic('/topic/a')], events, [0, 0, received]);
    expect(of(5)).toMatchObject({ expected: 5, lost: 0, edge: 1, excused: 0 });
    expect(of(4)).toMatchObject({ expected: 4, lost: 0, edge: 2, excused: 1 });
    expect(of(3)).toMatchObject({ expected: 4, lost: 1, edge: 2, excused: 1 });
  });

  // Looking at every message for every subscription would take far longer than a test may.
  it('takes back what many subscriptions were owed of many messages, when all end at once', () => {
    const many = 20_000;
    const events: EventTold[] = [];
    for (let i = 0; i < many; i++) events.push(...live(1), [2 + i, EVENT.sent, 0]);
    for (let i = 0; i < many; i++) events.push([many + 2, EVENT.severed, 0, 2, 2]);
    const { expected, edge } = deliveriesOf([topic('/topic/a')], events);
    expect({ expected, edge }).toEqual({ expected: 0, edge: many * many });
  });

  it('knows of a publisher that was cut before anybody said that its destination is a queue', () => {
    const timeline = newTimeline(0);
    const cut: EventTold[] = [
      [1, EVENT.sent, 0],
      [2, EVENT.sent, 0],
      [3, EVENT.cut, 0, 2],
    ];
    timeline.add(whole(0, [{ name: '/queue/a', distribution: null }], cut));
    timeline.advance(2e9);
    timeline.add(whole(0, [queue('/queue/a')], []));
    timeline.leave(0);
    expect(timeline.deliveries).toMatchObject({ expected: 1, lost: 1, edge: 1 });
  });
});

describe('Timeline, of open connections', () => {
  it('counts what was open at one moment, across workers', () => {
    const timeline = newTimeline(0, 1);
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
    const timeline = newTimeline(0);
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
    const timeline = newTimeline(0, 1);
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
    const timeline = newTimeline(0, 1);
    const destinations = [topic('/topic/a')];
    const had: EventTold[] = [
      [1, EVENT.opened],
      [2, EVENT.opened],
      [3, EVENT.closed],
      [4, EVENT.asked, 0],
      [4, EVENT.live, 0],
      [5, EVENT.asked, 0],
      [5, EVENT.live, 0],
      [6, EVENT.asked, 0],
      [7, EVENT.sent, 0],
    ];
    timeline.add({ ...whole(0, destinations, had), untilUs: 50 });
    const sent: EventTold[] = [
      [49, EVENT.sent, 0],
      [60, EVENT.sent, 0],
      [61, EVENT.opened],
    ];
    timeline.add({ ...whole(1, destinations, sent), untilUs: 100 });
    timeline.advance(50);
    timeline.lose(0);
    timeline.advance(100);
    timeline.leave(1);
    expect(timeline.open).toBe(1);
    expect(timeline.peakOpen).toBe(2);
    // Of what it was owed last it can have had anything: what is missing of it is nobody's loss.
    expect(timeline.expected).toBe(4);
    expect(timeline.deliveries).toMatchObject({ expected: 0, lost: 0, edge: 2 + 4 });
  });
});

describe('Timeline, of data that was cut off', () => {
  it('calls nothing lost that a worker may only not have told of yet, and has open what last was', () => {
    const timeline = newTimeline(0, 1);
    const subscribed = [...live(1), ...live(1), [2, EVENT.opened]] as const;
    timeline.add({ ...whole(0, [topic('/topic/a')], subscribed, [0, 1, 1]), untilUs: 5e6 });
    const sent: EventTold[] = [
      [1e6, EVENT.sent, 0],
      [4.5e6, EVENT.sent, 0],
      [5.5e6, EVENT.sent, 0],
    ];
    timeline.add({ ...whole(1, [topic('/topic/a')], sent), untilUs: 6e6 });
    timeline.cutOff();
    timeline.advance(Infinity);
    // The first was owed twice and came once: that was told. Of the second nothing had been told, of the third nothing is.
    expect(timeline.deliveries).toMatchObject({ received: 1, lost: 1, edge: 2 });
    expect(timeline.open).toBe(1);
  });
});

const WORKERS = 3;
const NAMES = ['/topic/a', '/topic/b', '/queue/c'] as const;
const isQueue = (name: string): boolean => name.startsWith('/queue/');

// Few moments, so that many things happen at the same one; a drain time is ten of them.
const MOMENT_US = DRAIN_US / 10;
const anyMoment = fc.nat(30);
const anyWorker = fc.nat(WORKERS - 1);
const anyName = fc.constantFrom(...NAMES);

const anySubscription = fc
  .record({
    worker: anyWorker,
    name: anyName,
    moments: fc.array(anyMoment, { minLength: 4, maxLength: 4 }),
    proven: fc.boolean(),
    severed: fc.option(fc.nat(10)),
  })
  .map(({ moments, severed, ...rest }) => {
    const [asked = 0, live = 0, end = 0, gone = 0] = moments.toSorted((a, b) => a - b);
    const since = severed === null ? end : Math.max(live, end - severed);
    return { ...rest, asked, live, end, gone, isSevered: severed !== null, since };
  });

const anyHistory = fc.record({
  connections: fc.array(
    fc.record({ worker: anyWorker, moments: fc.tuple(anyMoment, anyMoment) }).map(({ worker, moments }) => ({
      worker,
      from: Math.min(...moments),
      until: Math.max(...moments),
    })),
    { maxLength: 20 },
  ),
  subscriptions: fc.array(anySubscription, { maxLength: 30 }),
  sent: fc.array(
    fc.record({ worker: anyWorker, at: anyMoment, name: anyName, cutAfter: fc.option(fc.nat(10)) }),
    { maxLength: 30 },
  ),
  /** Where each worker cuts its intervals. */
  cuts: fc.array(fc.array(fc.nat(45), { maxLength: 5 }), { minLength: WORKERS, maxLength: WORKERS }),
  picks: fc.array(fc.nat(WORKERS - 1), { maxLength: 20 }),
});
type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;
type Subscription = History['subscriptions'][number];

function stateAt({ proven, asked, live, since, gone }: Subscription, at: number): 'live' | 'edge' | null {
  if (at < asked || at >= gone) return null;
  return proven && live <= at && at < since ? 'live' : 'edge';
}

/** By definition: at each moment everything that is open then; for each message the state of everybody when it was sent. */
function model({ connections, subscriptions, sent }: History) {
  const peaks = connections.map(
    ({ from: at }) => connections.filter(({ from, until }) => from <= at && until >= at).length,
  );
  let [expected, edge, doubted] = [0, 0, 0];
  for (const { name, at, cutAfter } of sent) {
    const subscribed = subscriptions.filter((subscription) => subscription.name === name);
    const states = subscribed.map((subscription) => stateAt(subscription, at));
    const owed = isQueue(name) ? 1 : states.filter((state) => state === 'live').length;
    const mayHaveBeenOnItsWay = subscribed.some(
      ({ proven, isSevered, since, end }) => proven && isSevered && since <= at && at < end,
    );
    expected += owed;
    edge += isQueue(name) ? 0 : states.filter((state) => state === 'edge').length;
    if (cutAfter !== null || (isQueue(name) && mayHaveBeenOnItsWay)) doubted += owed;
  }
  // Nothing ever came.
  const deliveries = {
    expected: expected - doubted,
    lost: expected - doubted,
    edge: edge + doubted,
    excused: doubted,
    received: 0,
    copies: 0,
  };
  return { peakOpen: Math.max(0, ...peaks), expected, deliveries };
}

/** Deliveries that were counted when they were sent and are not owed, by the second since `startUs` in which they were sent. */
function takenBackBySecond({ subscriptions, sent }: History, startUs: number): Record<number, number> {
  const bySecond: Record<number, number> = {};
  for (const { name, proven, isSevered, since, end } of subscriptions) {
    if (!proven || !isSevered || isQueue(name)) continue;
    for (const { name: to, at } of sent) {
      if (to !== name || at < since || at >= end) continue;
      const second = Math.floor((at * MOMENT_US - startUs) / 1e6);
      bySecond[second] = (bySecond[second] ?? 0) + 1;
    }
  }
  return bySecond;
}

function eventsOfWorker({ connections, subscriptions, sent }: History, worker: number) {
  const events: [at: number, type: EventType, name: string, since?: number][] = [];
  for (const { from, until, worker: of } of connections) {
    if (of === worker) events.push([from, EVENT.opened, ''], [until, EVENT.closed, '']);
  }
  for (const { worker: of, name, proven, asked, live: from, end, gone, isSevered, since } of subscriptions) {
    if (of !== worker) continue;
    events.push([asked, EVENT.asked, name], [gone, EVENT.gone, name]);
    if (!proven) continue;
    events.push([from, EVENT.live, name]);
    events.push(isSevered ? [end, EVENT.severed, name, since] : [end, EVENT.ended, name]);
  }
  for (const { at, name, cutAfter, worker: of } of sent) {
    if (of !== worker) continue;
    events.push([at, EVENT.sent, name]);
    if (cutAfter !== null) events.push([at + cutAfter, EVENT.cut, name, at]);
  }
  return events.sort((a, b) => a[0] - b[0]);
}

/** A worker's events in the order in which things happen to it, destinations numbered as it meets them. */
function snapshotsOf(history: History, worker: number) {
  const events = eventsOfWorker(history, worker);
  const numbers = new Map<string, number>();
  return [...(history.cuts[worker] ?? []).toSorted((a, b) => a - b), 1000].map((until) => {
    const destinations: DestinationInfo[] = [];
    const batch: EventTold[] = [];
    while (events[0] !== undefined && events[0][0] < until) {
      const [at, type, name, since = 0] = events.shift()!;
      if (name !== '' && !numbers.has(name)) {
        numbers.set(name, numbers.size);
        destinations.push({ name, distribution: isQueue(name) ? 'queue' : 'topic' });
      }
      batch.push([at * MOMENT_US, type, numbers.get(name) ?? 0, since * MOMENT_US]);
    }
    const untilUs = until * MOMENT_US;
    return { worker, untilUs, destinations, events: eventsOf(batch), received: new Uint32Array() };
  });
}

describe('Timeline, of any history', () => {
  it('counts what sorting everything at the end would, in whatever order the snapshots come', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const workers = Array.from({ length: WORKERS }, (_, worker) => worker);
        const takenBack: Record<number, number> = {};
        const timeline = new Timeline(
          workers,
          DRAIN_US,
          (sentUs, deliveries) => {
            const second = Math.floor((sentUs - MOMENT_US) / 1e6);
            takenBack[second] = (takenBack[second] ?? 0) + deliveries;
          },
          MOMENT_US,
        );
        const snapshots = workers.map((worker) => snapshotsOf(history, worker));
        for (const snapshot of interleave(snapshots, history.picks)) {
          timeline.add(snapshot);
          timeline.advance(timeline.watermarkUs);
        }
        for (const worker of workers) timeline.leave(worker);
        timeline.advance(Infinity);
        const { peakOpen, expected, deliveries } = timeline;
        expect({ peakOpen, expected, deliveries }).toEqual(model(history));
        expect(timeline.missing).toBe(expected);
        expect(timeline.published).toBe(history.sent.length);
        expect(timeline.open).toBe(0);
        expect(takenBack).toEqual(takenBackBySecond(history, MOMENT_US));
      }),
      { numRuns: 1000 },
    );
  });
});
