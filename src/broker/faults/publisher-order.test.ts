import { describe, expect, it } from 'vitest';
import { MessageAccount } from '../ledger/message-account.js';
import { PublisherOrder } from './publisher-order.js';

describe('the order of publishers', () => {
  it('is broken by a message that comes after a later one, as in the examples of RFC 4737, section 3', () => {
    const order = new PublisherOrder(new MessageAccount());
    const late = [1, 2, 3, 7, 4, 5, 6, 8].filter((message) => order.isLate(0, message));
    expect(late).toEqual([4, 5, 6]);
  });

  it('is each one’s own', () => {
    const order = new PublisherOrder(new MessageAccount());
    expect([order.isLate(0, 5), order.isLate(1, 3), order.isLate(0, 4)]).toEqual([false, false, true]);
  });

  it('is forgotten of the first of more than 1024, and the account says so', () => {
    const account = new MessageAccount();
    const order = new PublisherOrder(account);
    for (let publisher = 0; publisher <= 1024; publisher++) order.isLate(publisher, 5);
    expect(account.ordersForgotten).toBe(1);
    expect([order.isLate(1024, 4), order.isLate(0, 4)]).toEqual([true, false]);
  });
});
