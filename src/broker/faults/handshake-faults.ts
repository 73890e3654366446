import type { ConnectionAccount } from '../ledger/connection-account.js';
import type { FaultContext } from './fault-context.js';

/** The digest of some other key: 20 bytes in base64, as it should be, and wrong for every request. */
const WRONG_ACCEPT = 'c3RvbXBlZGUncyB3cm9uZyBrZXk=';

/** RFC 6455 §4.1 has the client fail for a subprotocol that it did not offer. */
const WRONG_SUBPROTOCOL = 'mqtt';

/** Spoils the answer to an upgrade that is granted. */
export class HandshakeFaults {
  readonly #faults: FaultContext;
  readonly #keyRules;
  readonly #subprotocolRules;
  readonly #wronged = new WeakSet<ConnectionAccount>();

  constructor(faults: FaultContext) {
    this.#faults = faults;
    this.#keyRules = faults.engine.rulesOf('wrong-accept-key');
    this.#subprotocolRules = faults.engine.rulesOf('subprotocol');
  }

  /** `headers`: the lines of the answer, which are changed in place. */
  spoil(headers: string[], account: ConnectionAccount): void {
    const { engine, ledger } = this.#faults;
    const key = engine.first(this.#keyRules, account.number);
    if (key !== undefined) {
      ledger.struck(key.index, account);
      this.#wronged.add(account);
      replaceHeader(headers, 'Sec-WebSocket-Accept', WRONG_ACCEPT);
    }
    const subprotocol = engine.first(this.#subprotocolRules, account.number);
    if (subprotocol === undefined) return;
    ledger.struck(subprotocol.index, account);
    const wrong = subprotocol.rule.answer === 'wrong';
    replaceHeader(headers, 'Sec-WebSocket-Protocol', wrong ? WRONG_SUBPROTOCOL : null);
  }

  isKeyWrong(account: ConnectionAccount): boolean {
    return this.#wronged.has(account);
  }
}

/** null: without it. */
function replaceHeader(headers: string[], name: string, value: string | null): void {
  const at = headers.findIndex((line) => line.startsWith(`${name}:`));
  if (at >= 0) headers.splice(at, 1);
  if (value !== null) headers.push(`${name}: ${value}`);
}
