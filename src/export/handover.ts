import type { ClosedSecond } from '../metrics/closed-second.js';
import type { RunTotals } from './protocol.js';
import { SecondsBuffer } from './seconds-buffer.js';

/** How many messages may be on their way to an exporter that has not taken them in. */
export const MAX_UNTAKEN = 10;

/**
 * Hands a run over second by second, and never waits: what comes while an exporter is behind by MAX_UNTAKEN messages goes
 * along with the next one. Nothing that was measured is lost by that, only when it was.
 */
export class Handover {
  readonly #buffer = new SecondsBuffer();
  readonly #send: (totals: RunTotals) => void;
  #untaken = 0;

  constructor(send: (totals: RunTotals) => void) {
    this.#send = send;
  }

  get throughSec(): number {
    return this.#buffer.throughSec;
  }

  get mergedSec(): number {
    return this.#buffer.mergedSec;
  }

  second(second: ClosedSecond): void {
    this.#buffer.add(second);
    if (this.#untaken < MAX_UNTAKEN) this.#sendNext();
  }

  /** The exporter has taken in one message. */
  taken(): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    if (this.#untaken < MAX_UNTAKEN) this.#sendNext();
  }

  /** What still waits, for the last message of the run; null: nothing. */
  rest(): RunTotals | null {
    return this.#buffer.take();
  }

  #sendNext(): void {
    const totals = this.#buffer.take();
    if (totals === null) return;
    this.#untaken++;
    this.#send(totals);
  }
}
