/** What a destination is: by the kind the broker's own counts are kept. */
export type DestinationKind = 'topic' | 'queue';

/**
 * Counts of deliveries: of MESSAGE frames to one subscription each. For each kind of destination
 *
 *     owed + redelivered + duplicated = sent + dropped + withheld + undelivered + waiting
 *
 * and within `sent` are the copies, and those that were corrupted, oversized, misrouted, reordered or delayed.
 */
export interface DeliveryCounts {
  /**
   * What a broker without faults makes of the messages that were published: one for each subscription that the topic has
   * in the broker at that moment, and one for each message to a queue, whoever is subscribed.
   */
  owed: number;
  /** Messages of a queue that came back because nobody acknowledged them, and are given out again. */
  redelivered: number;
  /** Written to a socket. */
  sent: number;
  /** Not sent, on purpose. */
  dropped: number;
  /** Copies sent besides the original. */
  duplicated: number;
  /**
   * Sent after a later one of the same publishing connection to the same destination went to the same subscription, for
   * whatever reason: "reordered" of RFC 4737, section 3. Copies, redelivered, misrouted and corrupted ones are left out,
   * as if they had not gone out: their order can't be told.
   */
  reordered: number;
  /** Sent to a subscription of another destination instead of their own; counted by their own. */
  misrouted: number;
  corrupted: number;
  oversized: number;
  /** Sent late, by message-delay. */
  delayed: number;
  /** Not written because the connection had fallen silent, on purpose. */
  withheld: number;
  /** Not written because the subscription or its connection ended before. */
  undelivered: number;
  /** What is left: on its way, or in a queue. */
  waiting: number;
}

export interface MessageRecord {
  /** Messages published: SEND frames that were taken. */
  readonly in: number;
  /** SEND frames answered with ERROR because a slow drain was full: nothing is owed for them. */
  readonly refused: number;
  readonly deliveries: Readonly<Record<DestinationKind | 'total', DeliveryCounts>>;
  /**
   * Publishers that a subscription had so many of that the order of their messages had to be forgotten: with any, there
   * may be a few more reordered than were counted.
   */
  readonly ordersForgotten: number;
}

/** The part of the ledger that is about messages. Counts only ever rise; `waiting` is what they leave. */
export class MessageAccount {
  in = 0;
  refused = 0;
  ordersForgotten = 0;
  readonly topic = noDeliveries();
  readonly queue = noDeliveries();

  of(kind: DestinationKind): DeliveryCounts {
    return kind === 'topic' ? this.topic : this.queue;
  }

  record(): MessageRecord {
    const topic = balanced(this.topic);
    const queue = balanced(this.queue);
    const { in: published, refused, ordersForgotten } = this;
    return {
      in: published,
      refused,
      deliveries: { total: sumOf(topic, queue), topic, queue },
      ordersForgotten,
    };
  }
}

function noDeliveries(): DeliveryCounts {
  return {
    owed: 0,
    redelivered: 0,
    sent: 0,
    dropped: 0,
    duplicated: 0,
    reordered: 0,
    misrouted: 0,
    corrupted: 0,
    oversized: 0,
    delayed: 0,
    withheld: 0,
    undelivered: 0,
    waiting: 0,
  };
}

function balanced(counts: DeliveryCounts): DeliveryCounts {
  const { owed, redelivered, duplicated, sent, dropped, withheld, undelivered } = counts;
  return {
    ...counts,
    waiting: owed + redelivered + duplicated - sent - dropped - withheld - undelivered,
  };
}

function sumOf(a: DeliveryCounts, b: DeliveryCounts): DeliveryCounts {
  const sum = { ...a };
  for (const name of Object.keys(sum) as (keyof DeliveryCounts)[]) sum[name] += b[name];
  return sum;
}
