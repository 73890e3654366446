import { beforeEach, describe, expect, it } from 'vitest';
import { GAUGES } from '../metrics/testing/snapshots.js';
import { SubscriptionLedger } from './subscription-ledger.js';
import { type Stamp, destinationHash } from './stamp.js';
import type { SubscriptionSpec } from './subscription.js';
import { RUN, SimulatedHost, TIMEOUTS } from './testing/simulated-host.js';

const SPEC: SubscriptionSpec = {
  destination: '/topic/a',
  destinationNumber: 3,
  confirm: 'auto',
  ack: 'auto',
  awaitMessage: false,
  ordered: false,
  distribution: 'topic',
  headers: {},
};
const DRAIN_US = TIMEOUTS.drain * 1000;
const START_US = 1_000_000_000;

let host: SimulatedHost;

beforeEach(() => {
  host = new SimulatedHost();
});

function ledgerOf(spec: Partial<SubscriptionSpec> = {}): SubscriptionLedger {
  return new SubscriptionLedger(host, { ...SPEC, ...spec });
}

/** Asked for at START_US, live from a second after it. */
function live(spec: Partial<SubscriptionSpec> = {}): SubscriptionLedger {
  const ledger = ledgerOf(spec);
  ledger.asked(START_US);
  ledger.proven(START_US + 1e6);
  return ledger;
}

let lastSeq = 0;
function stamp(given: Partial<Stamp> = {}): Stamp {
  const destination = destinationHash(SPEC.destination);
  return { run: RUN, publisher: 0, seq: ++lastSeq, sentUs: START_US + 2e6, lagUs: 0, destination, ...given };
}

const counts = () => host.measured().counts;
const severed = (): Float64Array => host.recorder.take(0, GAUGES).events.sinceUs;
const severedSince = (): number | undefined => severed()[0];
const doubtSince = (): number | undefined => severed()[1];

describe('a subscription that was severed', () => {
  it('knows nothing of what was sent within the last drain time', () => {
    live().left(START_US + 60e6);
    expect(severedSince()).toBe(START_US + 60e6 - DRAIN_US);
  });

  it('was owed nothing before it was live', () => {
    live().left(START_US + 3e6);
    expect(severedSince()).toBe(START_US + 1e6);
  });

  it('was owed everything that was sent before the latest message that came', () => {
    const ledger = live();
    ledger.account(stamp({ sentUs: START_US + 58e6 }), START_US + 59e6);
    ledger.account(stamp({ sentUs: START_US + 57e6 }), START_US + 59e6);
    ledger.left(START_US + 60e6);
    expect(severedSince()).toBe(START_US + 58e6 + 1);
  });

  it('may not have had what was sent before the latest that came, once one has overtaken another', () => {
    const overtaken: Partial<Stamp>[][] = [
      [{ seq: 1 }, { seq: 3 }, { seq: 2 }],
      [
        { publisher: 1, seq: 1 },
        { publisher: 2, seq: 1 },
      ],
    ];
    for (const stamps of overtaken) {
      host = new SimulatedHost();
      const ledger = live();
      for (const given of stamps)
        ledger.account(stamp({ sentUs: START_US + 58e6, ...given }), START_US + 59e6);
      ledger.left(START_US + 60e6);
      expect([...severed()]).toEqual([START_US + 58e6 + 1, START_US + 60e6 - DRAIN_US]);
    }
  });

  it('had all before the latest that came, where all come of one publisher in order', () => {
    const ledger = live();
    for (const seq of [1, 3, 4]) ledger.account(stamp({ seq, sentUs: START_US + 58e6 }), START_US + 59e6);
    ledger.left(START_US + 60e6);
    expect(doubtSince()).toBe(START_US + 58e6 + 1);
  });

  it('may not have had what was sent to its queue before it came, and before the latest that came', () => {
    const ledger = ledgerOf({ distribution: 'queue' });
    ledger.asked(START_US);
    ledger.account(stamp({ sentUs: START_US + 0.1e6 }), START_US + 0.2e6);
    ledger.left(START_US + 0.2e6);
    expect(doubtSince()).toBe(START_US + 0.2e6 - DRAIN_US);
  });

  it('counts nothing as received that was sent since then, though it may still come', () => {
    host.drained = false;
    const ledger = live();
    ledger.unsubscribed(START_US + 60e6);
    ledger.account(stamp({ sentUs: START_US + 60e6 - DRAIN_US }), START_US + 61e6);
    ledger.account(stamp({ sentUs: START_US + 60e6 - DRAIN_US - 1 }), START_US + 61e6);
    expect(counts()).toMatchObject({ received: 1, late: 0, early: 0, misrouted: 0 });
  });
});

describe('a subscription that ended after the drain', () => {
  it('was owed everything up to UNSUBSCRIBE, and what comes late of it is received, and late', () => {
    host.drainEndUs = START_US + 60e6;
    const ledger = live();
    ledger.account(stamp(), START_US + 60e6);
    ledger.account(stamp(), START_US + 60e6 + 1);
    ledger.unsubscribed(START_US + 61e6);
    ledger.gone(START_US + 62e6);
    ledger.account(stamp({ sentUs: START_US + 61e6 - 1 }), START_US + 63e6);
    expect(counts()).toMatchObject({ received: 3, late: 2, misrouted: 0 });
  });

  it('takes what was sent when it was gone for misrouted', () => {
    const ledger = live();
    ledger.unsubscribed(START_US + 3e6);
    ledger.gone(START_US + 4e6);
    ledger.account(stamp({ sentUs: START_US + 4e6 }), START_US + 5e6);
    expect(counts()).toMatchObject({ received: 0, misrouted: 1 });
  });
});

describe('a message', () => {
  it('of another destination is misrouted, and has no latency', () => {
    live().account(stamp({ destination: destinationHash('/topic/b') }), START_US + 3e6);
    const { counts: counted, samples } = host.measured();
    expect(counted).toMatchObject({ misrouted: 1, received: 0 });
    expect(samples.delivery).toBeUndefined();
  });

  it('that was damaged is corrupted, and one without a stamp of this run is foreign', () => {
    const ledger = live();
    ledger.account('damaged', START_US + 3e6);
    ledger.account(null, START_US + 3e6);
    ledger.account(stamp({ run: RUN + 1 }), START_US + 3e6);
    expect(counts()).toMatchObject({ corrupted: 1, foreign: 2, received: 0 });
  });

  it('that was sent before SUBSCRIBE and comes all the same is early', () => {
    live().account(stamp({ sentUs: START_US - 1 }), START_US + 3e6);
    expect(counts()).toMatchObject({ early: 1, received: 0 });
  });

  it('of a queue is received whenever it was sent', () => {
    const ledger = ledgerOf({ distribution: 'queue' });
    ledger.asked(START_US);
    ledger.account(stamp({ sentUs: START_US - 1 }), START_US + 1);
    expect(counts()).toMatchObject({ early: 0, received: 1 });
  });
});

describe('the order of messages', () => {
  it('is counted of each publisher by itself, and asked for only where the scenario does', () => {
    for (const ordered of [false, true]) {
      const ledger = live({ ordered });
      ledger.account(stamp({ publisher: 1, seq: 5 }), START_US + 3e6);
      ledger.account(stamp({ publisher: 2, seq: 1 }), START_US + 3e6);
      ledger.account(stamp({ publisher: 1, seq: 4 }), START_US + 3e6);
      ledger.account(stamp({ publisher: 1, seq: 4 }), START_US + 3e6);
      const expected = { received: 3, reordered: 1, duplicated: 1, outOfOrder: ordered ? 1 : 0 };
      expect(counts()).toMatchObject(expected);
    }
  });

  it('is told behind a wildcard for each destination by itself', () => {
    const ledger = live({ destination: '/topic/*', distribution: 'pattern', ordered: true });
    const [a, b] = ['/topic/a', '/topic/b'].map(destinationHash);
    ledger.account(stamp({ seq: 1, destination: a! }), START_US + 3e6);
    ledger.account(stamp({ seq: 0, destination: b! }), START_US + 3e6);
    ledger.account(stamp({ seq: 0, destination: a! }), START_US + 3e6);
    expect(counts()).toMatchObject({ unaccounted: 3, reordered: 1, outOfOrder: 1, misrouted: 0 });
  });
});

describe('events', () => {
  it('are none of a subscription with a wildcard', () => {
    const ledger = live({ distribution: 'pattern' });
    ledger.unsubscribed(START_US + 3e6);
    ledger.left(START_US + 4e6);
    expect(host.measured().events).toEqual([]);
  });

  it('are none of a subscription that was never asked for', () => {
    ledgerOf().left(START_US);
    expect(host.measured().events).toEqual([]);
  });
});
