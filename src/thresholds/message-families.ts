import { nothingDelivered, nothingPublished, noReceipts } from './absence.js';
import { count, latency, rate } from './define.js';
import type { Family } from './family.js';
import type { MetricSource } from './source.js';

/** What a copy, or one out of its order, is a share of. */
const RECEIVED = {
  name: 'deliveries.received',
  whole: ({ deliveries, counts }: MetricSource): number => deliveries?.received ?? counts.received,
} as const;

const EXPECTED = {
  name: 'deliveries.expected',
  whole: ({ deliveries }: MetricSource): number | null => deliveries?.expected ?? null,
} as const;

const DUE = {
  name: 'publishing.due',
  whole: ({ counts: { publishDue } }: MetricSource): number => publishDue,
} as const;

/** Publishing and deliveries: the half of the catalogue (catalogue.ts) that is about messages. */
export const MESSAGE_FAMILIES: readonly Family[] = [
  count({
    name: 'publishing.due',
    description: 'messages that the schedule asked for',
    better: 'higher',
    read: ({ counts: { publishDue } }) => publishDue,
  }),
  count({
    name: 'publishing.sent',
    description: 'messages that were sent',
    better: 'higher',
    read: ({ counts: { publishSent } }) => publishSent,
    of: DUE,
  }),
  count({
    name: 'publishing.unsent',
    description: 'messages that were due and never sent',
    atEndOnly: true,
    read: ({ counts: { publishUnsent } }) => publishUnsent,
    of: DUE,
  }),
  count({
    name: 'publishing.late',
    description: 'messages that were sent later than the schedule asked for',
    read: ({ counts: { publishLate } }) => publishLate,
    of: { name: 'publishing.sent', whole: ({ counts: { publishSent } }) => publishSent },
  }),
  rate({
    name: 'publishing.rate',
    description: 'messages sent in a second',
    better: 'higher',
    read: ({ counts: { publishSent } }) => publishSent,
  }),
  count({
    name: 'publishing.publishersFailed',
    description: 'publishers that failed',
    read: ({ counts: { publishersFailed } }) => publishersFailed,
    of: { name: 'publishers', whole: ({ publishersPlanned }) => publishersPlanned },
  }),
  count({
    name: 'publishing.receiptsMissing',
    description: 'SENDs whose RECEIPT did not come in time',
    absentFrom: noReceipts,
    read: ({ counts: { publishReceiptsMissing } }) => publishReceiptsMissing,
    of: { name: 'receipts asked for', whole: ({ counts: { sendReceiptsAsked } }) => sendReceiptsAsked },
  }),
  latency({
    name: 'publishing.lag',
    description: 'how much later than due a message was sent',
    latency: 'lag.publish',
    fromSocket: false,
    absentFrom: nothingPublished,
  }),
  latency({
    name: 'publishing.receipt',
    description: 'from SEND to its RECEIPT',
    latency: 'publish.receipt',
    fromSocket: true,
    absentFrom: noReceipts,
  }),
  count({
    name: 'deliveries.published',
    description: 'SENDs of this run, as deliveries are reckoned from',
    better: 'higher',
    read: ({ published }) => published,
  }),
  count({
    name: 'deliveries.expected',
    description: 'deliveries that were owed, by proof',
    better: 'higher',
    atEndOnly: true,
    read: ({ deliveries }) => deliveries?.expected ?? null,
  }),
  count({
    name: 'deliveries.received',
    description: 'of those expected, the ones that came',
    better: 'higher',
    atEndOnly: true,
    read: ({ deliveries }) => deliveries?.received ?? null,
    of: EXPECTED,
  }),
  count({
    name: 'deliveries.lost',
    description: 'of those expected, the ones that never came',
    atEndOnly: true,
    read: ({ deliveries }) => deliveries?.lost ?? null,
    of: EXPECTED,
  }),
  count({
    name: 'deliveries.late',
    description: 'of those received, the ones that came after the drain had ended',
    atEndOnly: true,
    read: ({ counts: { late } }) => late,
    of: RECEIVED,
  }),
  count({
    name: 'deliveries.edge',
    description: 'published while a subscription began or ended, where either outcome is right',
    atEndOnly: true,
    read: ({ deliveries }) => deliveries?.edge ?? null,
  }),
  count({
    name: 'deliveries.duplicated',
    description: 'copies of a message that its subscription had had before',
    atEndOnly: true,
    read: ({ deliveries }) => deliveries?.duplicated ?? null,
    of: RECEIVED,
  }),
  count({
    name: 'deliveries.reordered',
    description: 'deliveries that came after a later message of the same publisher and destination',
    read: ({ counts: { reordered } }) => reordered,
    of: RECEIVED,
  }),
  count({
    name: 'deliveries.outOfOrder',
    description: 'of those reordered, the ones on subscriptions with `ordered: true`',
    read: ({ counts: { outOfOrder } }) => outOfOrder,
    of: RECEIVED,
  }),
  count({
    name: 'deliveries.misrouted',
    description: 'messages that came to a subscription which they were not for, or which was gone',
    read: ({ counts: { misrouted } }) => misrouted,
  }),
  count({
    name: 'deliveries.corrupted',
    description: 'messages whose stamp was damaged on the way',
    read: ({ counts: { corrupted } }) => corrupted,
    of: RECEIVED,
  }),
  count({
    name: 'deliveries.foreign',
    description: 'messages without a stamp of this run',
    read: ({ counts: { foreign } }) => foreign,
  }),
  count({
    name: 'deliveries.unaccounted',
    description: "deliveries on subscriptions with a wildcard, of which can't be told what they are owed",
    better: 'higher',
    read: ({ counts: { unaccounted } }) => unaccounted,
  }),
  rate({
    name: 'deliveries.rate',
    description: 'deliveries received in a second, those with a wildcard not among them',
    better: 'higher',
    read: ({ counts: { received } }) => received,
  }),
  latency({
    name: 'deliveries.latency',
    description: 'from the SEND to the delivery',
    latency: 'delivery',
    fromSocket: true,
    absentFrom: nothingDelivered,
  }),
  latency({
    name: 'deliveries.latencyFromDue',
    description: 'from when the schedule asked for the SEND to the delivery',
    latency: 'due.delivery',
    fromSocket: true,
    absentFrom: nothingDelivered,
  }),
];
