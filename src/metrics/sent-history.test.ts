import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentHistory, type TellDoubt } from './sent-history.js';

interface Message {
  readonly atUs: number;
  readonly owed: number;
  readonly worker: number;
  taken: number;
  doubt: number;
  cut: boolean;
}

/** What the history is to say, by going through all messages each time. */
class PlainHistory {
  #messages: Message[] = [];

  add(atUs: number, owed: number, worker: number): void {
    this.#messages.push({ atUs, owed, worker, taken: 0, doubt: 0, cut: false });
  }

  count(fromUs: number, untilUs: number): number {
    return this.#within(fromUs, untilUs).length;
  }

  takeBack(fromUs: number, untilUs: number): void {
    for (const message of this.#within(fromUs, untilUs)) message.taken++;
  }

  doubt(fromUs: number, untilUs: number, deliveries: number): void {
    for (const message of this.#within(fromUs, untilUs)) message.doubt += deliveries;
  }

  cut(sentUs: number): void {
    const message = this.#messages.find(({ atUs, cut }) => atUs === sentUs && !cut);
    if (message !== undefined) message.cut = true;
  }

  cutWorker(cutWorker: number, fromUs: number): void {
    for (const message of this.#messages) {
      if (message.worker === cutWorker && message.atUs >= fromUs) message.cut = true;
    }
  }

  forget(beforeUs: number, tell: TellDoubt): void {
    for (const { atUs, owed, taken, doubt, cut } of this.#within(-Infinity, beforeUs)) {
      const left = Math.max(0, owed - taken);
      if (cut || doubt > 0) tell(atUs, cut ? left : Math.min(left, doubt), cut);
    }
    this.#messages = this.#within(beforeUs, Infinity);
  }

  get oldestUs(): number {
    return this.#messages[0]?.atUs ?? Infinity;
  }

  #within(fromUs: number, untilUs: number): Message[] {
    return this.#messages.filter(({ atUs }) => atUs >= fromUs && atUs < untilUs);
  }
}

type Told = readonly [sentUs: number, deliveries: number, isCut: boolean];
/** Something that happens at `nowUs`; what is told of it, and how long it takes. */
type Step = (history: SentHistory | PlainHistory, nowUs: number, told: Told[]) => number;

const anyAgo = fc.nat(60);
const anySpan = fc.tuple(anyAgo, fc.nat(60));

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(3), fc.nat(5), fc.nat(2)).map(([after, owed, worker]): Step => {
      return (history, nowUs) => {
        history.add(nowUs + after, owed, worker);
        return after;
      };
    }),
  },
  fc.tuple(fc.nat(90), fc.nat(5)).map(([count, owed]): Step => {
    return (history, nowUs) => {
      for (let i = 0; i < count; i++) history.add(nowUs + i, owed, 0);
      return count;
    };
  }),
  anySpan.map(([ago, length]): Step => {
    return (history, nowUs, told) => {
      told.push([history.count(nowUs - ago, nowUs - ago + length), history.oldestUs, false]);
      history.takeBack(nowUs - ago, nowUs - ago + length);
      return 0;
    };
  }),
  fc.tuple(anySpan, fc.nat(4)).map(([[ago, length], deliveries]): Step => {
    return (history, nowUs) => {
      history.doubt(nowUs - ago, nowUs - ago + length, deliveries);
      return 0;
    };
  }),
  anyAgo.map((ago): Step => {
    return (history, nowUs) => {
      history.cut(nowUs - ago);
      return 0;
    };
  }),
  fc.tuple(anyAgo, fc.nat(2)).map(([ago, worker]): Step => {
    return (history, nowUs) => {
      history.cutWorker(worker, nowUs - ago);
      return 0;
    };
  }),
  {
    weight: 2,
    arbitrary: anyAgo.map((ago): Step => {
      return (history, nowUs, told) => {
        history.forget(nowUs - ago, (...doubt) => told.push(doubt));
        return 0;
      };
    }),
  },
);

function goThrough(history: SentHistory | PlainHistory, steps: readonly Step[]): Told[] {
  const told: Told[] = [];
  let nowUs = 1000;
  for (const step of steps) nowUs += step(history, nowUs, told);
  history.forget(Infinity, (...doubt) => told.push(doubt));
  return told;
}

describe('what was sent to a destination', () => {
  it('is told of as if each message had been looked at, whatever of it is forgotten when', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 150, size: 'max' }), (steps) => {
        expect(goThrough(new SentHistory(), steps)).toEqual(goThrough(new PlainHistory(), steps));
      }),
    );
  });
});
