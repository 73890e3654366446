import { FAILURE_KIND_NAMES, type FailureKind } from '../../../model/failures.js';
import { STAGES, type Stage } from '../../../model/phases.js';
import { GAUGES } from '../../../metrics/testing/snapshots.js';
import { Recorder } from '../../../metrics/recorder.js';
import type { Connection, ConnectionHost } from '../../connection.js';
import type { Endpoint } from '../../endpoint.js';
import { SeenBudget } from '../../seen-messages.js';
import { TimerWheel } from '../../timer-wheel.js';
import type { Transport, TransportListener } from '../../transport.js';
import { RUN, TIMEOUTS } from '../simulated-host.js';

/** How one connection ended. */
export type End = 'complete' | { readonly phase: Stage; readonly kind: FailureKind };

type Failure = Parameters<Recorder['failure']>[0];

/** A worker without a loop: it makes sure that each connection ends once, in one of the ways that there are. */
export class FuzzHost implements ConnectionHost {
  nowUsValue = 1_000_000_000;
  readonly nowUs = (): number => this.nowUsValue;
  readonly recorder = new Recorder(0, (text) => text);
  readonly wheel = new TimerWheel(this.nowUsValue);
  readonly timeoutsMs = TIMEOUTS;
  readonly run = RUN;
  readonly seenBudget = new SeenBudget();
  readonly drainEndUs = Infinity;
  readonly drained = false;
  readonly ends = new Map<Connection, End>();
  readonly problems: string[] = [];
  readonly #settled = new Set<Connection>();
  readonly #transport: (host: FuzzHost, endpoint: Endpoint, listener: TransportListener) => Transport;
  readonly #failures: Failure[] = [];
  #complete = 0;
  #failed = 0;

  constructor(transport: (host: FuzzHost, endpoint: Endpoint, listener: TransportListener) => Transport) {
    this.#transport = transport;
    const record = this.recorder.failure.bind(this.recorder);
    this.recorder.failure = (failure) => {
      this.#failures.push(failure);
      record(failure);
    };
  }

  newTransport(endpoint: Endpoint, listener: TransportListener): Transport {
    return this.#transport(this, endpoint, listener);
  }

  settled(connection: Connection): void {
    if (this.#settled.has(connection)) this.problems.push(`${connection.index} settled twice`);
    this.#settled.add(connection);
  }

  gone(connection: Connection): void {
    const { complete, failed } = this.recorder.counts;
    const [more, ...others] = this.#failures.splice(0);
    const end = endOf(complete - this.#complete, failed - this.#failed, more);
    this.#complete = complete;
    this.#failed = failed;
    if (end === null || others.length > 0 || this.ends.has(connection) || !connection.ended) {
      this.problems.push(`${connection.index} ended as ${JSON.stringify([more, ...others])}`);
      return;
    }
    if (!this.#settled.has(connection)) this.problems.push(`${connection.index} ended and never settled`);
    this.ends.set(connection, end);
  }

  /** Hands over what was measured, as a worker does each second, and forgets the connections. */
  takeAll(): void {
    this.recorder.take(this.nowUsValue, GAUGES);
    this.#complete = this.recorder.counts.complete;
    this.#failed = this.recorder.counts.failed;
    this.ends.clear();
    this.#settled.clear();
  }
}

const KINDS: ReadonlySet<string> = new Set(FAILURE_KIND_NAMES);

function endOf(complete: number, failed: number, failure: Failure | undefined): End | null {
  if (complete === 1 && failed === 0 && failure === undefined) return 'complete';
  if (complete !== 0 || failed !== 1 || failure?.role !== 'connection') return null;
  const { phase, kind } = failure;
  return KINDS.has(kind) && STAGES.includes(phase) ? { phase, kind } : null;
}
