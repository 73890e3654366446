import { Server } from 'node:net';
import type { FaultContext } from './fault-context.js';

/** Where to listen again. */
export interface Address {
  readonly port: number;
  readonly host: string;
  readonly backlog: number;
}

/** Carries out `refuse`: while such a rule's window is open, nobody listens, and the system refuses whoever comes. */
export class Door {
  readonly #server: Server;
  readonly #address: Address;
  readonly #faults: FaultContext;
  readonly #rules;
  #isOpen = true;

  constructor(server: Server, address: Address, faults: FaultContext) {
    this.#server = server;
    this.#address = address;
    this.#faults = faults;
    this.#rules = faults.engine.rulesOf('refuse');
  }

  /** To be called every now and then. A port that somebody else has taken meanwhile is tried again each time. */
  update(): void {
    if (this.#rules.length === 0) return;
    const refusing = this.#rules.find((each) => this.#faults.engine.isOpen(each));
    if (refusing === undefined) {
      if (this.#isOpen || this.#server.listening) return;
      this.#isOpen = true;
      this.#server.once('error', this.#failed);
      this.#server.listen(this.#address, () => this.#server.off('error', this.#failed));
    } else if (this.#isOpen) {
      this.#isOpen = false;
      this.#faults.ledger.struck(refusing.index, null);
      // An HTTP server's own close would also end the connections that have not sent their request yet.
      Server.prototype.close.call(this.#server);
    }
  }

  readonly #failed = (): void => {
    this.#isOpen = false;
  };
}
