import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageAccount, type DeliveryCounts } from './message-account.js';

const FATES = ['sent', 'dropped', 'withheld', 'undelivered'] as const;
const fate = fc.record({
  kind: fc.constantFrom('topic' as const, 'queue' as const),
  fate: fc.constantFrom(...FATES),
});

describe('the account of messages', () => {
  it('says of everything owed what became of it, or that it waits', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.array(fate), (waiting, fates) => {
        const account = new MessageAccount();
        account.queue.owed += waiting;
        for (const each of fates) {
          account.of(each.kind).owed++;
          account.of(each.kind)[each.fate]++;
        }
        const { topic, queue } = account.record().deliveries;
        expect(topic.waiting).toBe(0);
        expect(queue.waiting).toBe(waiting);
      }),
    );
  });

  it('adds up topics and queues, each figure by itself', () => {
    const account = new MessageAccount();
    const names = Object.keys(account.topic).filter((name) => name !== 'waiting') as (keyof DeliveryCounts)[];
    for (const [i, name] of names.entries()) {
      account.topic[name] = i + 1;
      account.queue[name] = 1000 * (i + 1);
    }
    const { total } = account.record().deliveries;
    expect(names.map((name) => total[name])).toEqual(names.map((_, i) => 1001 * (i + 1)));
  });
});
