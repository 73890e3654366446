import { Dispatcher } from '../pacing/dispatcher.js';
import { PublisherShare, type Share } from '../pacing/share.js';
import type { PublishPlan } from '../model/plan.js';
import type { Endpoint } from '../session/endpoint.js';
import { type PublishSpec, Publisher, type PublisherHost } from '../session/publisher.js';
import { type Template, parseTemplate } from '../shared/template.js';

/** One publish entry's publishers on this worker, and the schedule of what they send. */
export class PublishEntry {
  readonly publishers: readonly Publisher[];
  readonly #share: PublisherShare;
  readonly #ratePerSec: number;
  readonly #nowUs: () => number;
  #startUs = Infinity;

  /**
   * @param firstId the number, over all entries, of this entry's first publisher
   * @param endpointOf which target the n-th publisher of the whole plan uses
   */
  constructor(
    plan: PublishPlan,
    share: Share,
    firstId: number,
    host: PublisherHost,
    endpointOf: (n: number) => Endpoint,
  ) {
    const spec = publishSpec(plan);
    this.#share = new PublisherShare(plan.publishers, share);
    this.#ratePerSec = plan.ratePerSec;
    this.#nowUs = host.nowUs;
    this.publishers = Array.from({ length: this.#share.count }, (_, local) => {
      const inEntry = this.#share.publisher(local);
      const id = firstId + inEntry;
      return new Publisher(host, endpointOf(id), spec, { id, inEntry }, (seq) => this.#dueUs(local, seq));
    });
  }

  /**
   * From `startUs` on, message m of the entry is due at m / rate. null: no publisher of it is on this worker.
   *
   * @param late takes how late each was offered to its publisher, whatever that then does
   */
  begin(startUs: number, late: (lagUs: number) => void): Dispatcher | null {
    this.#startUs = startUs;
    if (this.publishers.length === 0) return null;
    return new Dispatcher(
      Infinity,
      (k) => {
        const { local, seq } = this.#share.message(k);
        return this.#dueUs(local, seq);
      },
      (k, dueUs) => {
        const { local, seq } = this.#share.message(k);
        late(this.#nowUs() - dueUs);
        this.publishers[local]?.due(seq);
        return true;
      },
    );
  }

  #dueUs(local: number, seq: number): number {
    return this.#startUs + (this.#share.entryIndex(local, seq) / this.#ratePerSec) * 1e6;
  }
}

function publishSpec(plan: PublishPlan): PublishSpec {
  const variables = ['publisher', 'seq', 'run'];
  return {
    destination: template(plan.destination, variables),
    deliversTo: template(plan.deliversTo, variables),
    body: plan.body === null ? null : template(plan.body, [...variables, 'stamp']),
    sizeBytes: plan.sizeBytes,
    contentType: plan.contentType,
    stampInHeader: plan.stamp === 'header',
    receipt: plan.receipt,
    headers: plan.headers,
  };
}

/** A template of the plan: scenario/ has parsed it once already, so that it parses here too. */
export function template(source: string, allowed: readonly string[]): Template {
  const parsed = parseTemplate(source, allowed);
  if ('kind' in parsed) throw new Error(`the plan's template ${source} does not parse: ${parsed.message}`);
  return parsed;
}
