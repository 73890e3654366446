import type { Duplex } from 'node:stream';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import type { IndexedRule, RuleOf } from './engine.js';
import type { FaultContext } from './fault-context.js';
import { KeptSocket } from './kept-socket.js';

type Keep = IndexedRule<RuleOf<'keep'>>;

/** Sockets that are not given back when their connections end. */
export class KeptSockets {
  readonly #faults: FaultContext;
  readonly #rules: readonly Keep[];

  constructor(faults: FaultContext) {
    this.#faults = faults;
    this.#rules = faults.engine.rulesOf('keep').filter(({ rule }) => rule.what === 'sockets');
  }

  /** What a WebSocket is to run on: the socket itself, but where a rule may keep that. */
  streamOf(socket: Duplex, account: ConnectionAccount): Duplex {
    const { engine, ledger } = this.#faults;
    const rules = this.#rules.filter((each) => engine.concerns(each, account.number));
    if (rules.length === 0) return socket;
    return new KeptSocket(socket, () => {
      const each = rules.find((rule) => engine.isOpen(rule));
      if (each === undefined) return false;
      ledger.struck(each.index, account);
      ledger.kept.sockets++;
      return true;
    });
  }
}

/** Memory that is not given back when connections end. */
export class KeptMemory {
  readonly #faults: FaultContext;
  readonly #rules: readonly Keep[];
  /** Grows without bound, on purpose. */
  readonly #memory: Buffer[] = [];

  constructor(faults: FaultContext) {
    this.#faults = faults;
    this.#rules = faults.engine.rulesOf('keep').filter(({ rule }) => rule.what === 'memory');
  }

  /** The connection has ended. */
  ended(account: ConnectionAccount): void {
    const { engine, ledger } = this.#faults;
    const each = engine.first(this.#rules, account.number);
    if (each === undefined) return;
    // Filled, because the system gives memory only to those who use it.
    this.#memory.push(Buffer.alloc(each.rule.bytes, 1));
    ledger.struck(each.index, account);
    ledger.kept.bytes += each.rule.bytes;
  }
}
