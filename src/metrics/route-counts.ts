import { type AddressCount, AddressCounts } from './address-counts.js';
import type { AddressDelta } from './snapshot.js';

/** More than a side has rows. */
const ROWS = 512;

/** Of a connection that no address is known of yet. */
export const NO_ROUTE = 0;

/**
 * Connections by the two ends that they have, each counted by itself. A connection keeps its route as one number:
 * there may be a hundred thousand of them.
 */
export class RouteCounts {
  readonly #targets = new AddressCounts();
  readonly #sources = new AddressCounts();

  /** @param source null: the kernel chose it */
  attempted(target: string, source: string | null): number {
    const targetRow = this.#targets.row(target);
    const sourceRow = source === null ? -1 : this.#sources.row(source);
    const route = (targetRow + 1) * ROWS + sourceRow + 1;
    this.count(route, 'attempted');
    return route;
  }

  /** It was not attempted after all. */
  withdraw(route: number): void {
    this.count(route, 'attempted', -1);
  }

  /** By this machine's own doing, which is no failure of the target. */
  failedHere(route: number): void {
    this.#sources.count((route % ROWS) - 1, 'failed', 1);
  }

  count(route: number, what: AddressCount, by = 1): void {
    this.#targets.count(Math.floor(route / ROWS) - 1, what, by);
    this.#sources.count((route % ROWS) - 1, what, by);
  }

  take(): AddressDelta {
    return { targets: this.#targets.take(), sources: this.#sources.take() };
  }
}
