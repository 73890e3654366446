import { kindInfo } from '../model/failures.js';
import type { ConnectionCounts, DeliveryResult, FailureRow, PublishingResult } from '../model/result.js';
import { formatCount } from '../shared/units.js';

/** What the sentences about implied thresholds have their figures from. */
export interface ImpliedFacts {
  readonly connections: ConnectionCounts;
  readonly deliveries: DeliveryResult;
  /** Of the deliveries that were reordered: on subscriptions with `ordered: true`. */
  readonly outOfOrder: number;
  readonly publishing: PublishingResult;
  /** The most frequent first. */
  readonly failures: readonly FailureRow[];
}

interface Sentences {
  readonly missed: (facts: ImpliedFacts) => string;
  readonly held: (facts: ImpliedFacts) => string;
}

const SENTENCES: Readonly<Record<string, Sentences>> = {
  'connections.complete': {
    missed: ({ connections: { planned, complete }, failures }) =>
      `${formatCount(planned - complete)} of ${many(planned, 'connection')} did not go through the whole cycle${mostly(failures)}.`,
    held: ({ connections: { planned } }) =>
      `${planned === 1 ? 'The connection' : `All ${formatCount(planned)} connections`} went through the whole cycle.`,
  },
  'deliveries.lost': {
    missed: ({ deliveries: { lost, expected } }) =>
      `${formatCount(lost)} of ${formatCount(expected)} expected deliveries never came.`,
    held: ({ deliveries: { expected } }) =>
      expected === 0 ? 'No delivery was expected.' : `All ${formatCount(expected)} expected deliveries came.`,
  },
  'deliveries.misrouted': {
    missed: ({ deliveries: { misrouted } }) =>
      `${many(misrouted, 'message')} came to subscriptions that they were not for.`,
    held: () => 'No message came to a subscription that it was not for.',
  },
  'deliveries.corrupted': {
    missed: ({ deliveries: { corrupted } }) => `${many(corrupted, 'message')} had a damaged stamp.`,
    held: () => 'No message had a damaged stamp.',
  },
  'deliveries.outOfOrder': {
    missed: ({ outOfOrder }) =>
      `${many(outOfOrder, 'message')} came out of the order that the scenario asks for.`,
    held: () => 'No message came out of the order that the scenario asks for.',
  },
  'publishing.publishersFailed': {
    missed: ({ publishing: { publishersFailed } }) => `${many(publishersFailed, 'publisher')} failed.`,
    held: () => 'No publisher failed.',
  },
  'publishing.unsent': {
    missed: ({ publishing: { unsent } }) =>
      `${many(unsent, 'message')} that the schedule asked for could not be sent.`,
    held: ({ publishing: { due } }) =>
      due === 0 ? 'No message was due.' : `Each of ${many(due, 'message')} that were due was sent.`,
  },
  'publishing.receiptsMissing': {
    missed: ({ publishing: { receiptsMissing } }) =>
      `${many(receiptsMissing, 'SEND')} got no RECEIPT in time.`,
    held: () => 'No SEND waited for its RECEIPT in vain.',
  },
};

/** What came of an implied threshold, in one sentence. null: it is none that has a sentence of its own. */
export function impliedText(metric: string, held: boolean, facts: ImpliedFacts): string | null {
  const sentences = Object.hasOwn(SENTENCES, metric) ? SENTENCES[metric] : undefined;
  if (sentences === undefined) return null;
  return held ? sentences.held(facts) : sentences.missed(facts);
}

function mostly(failures: readonly FailureRow[]): string {
  const row = failures.find(({ role }) => role === 'connection');
  return row === undefined ? '' : `; most often at ${row.phase}: ${kindInfo(row.kind).title}`;
}

function many(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
