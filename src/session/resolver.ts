import { lookup } from 'node:dns';
import { systemCode, messageOf } from '../shared/errors.js';

/** How long an answer is used, as a resolver's cache would. */
const KEEP_US = 30_000_000;

export type Resolution =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

interface Answer {
  addresses: readonly string[];
  untilUs: number;
}

/**
 * Names to addresses, through the system's resolver. Connections that ask for a name while it is being looked up
 * wait for the same answer: thousands of getaddrinfo calls would measure our own thread pool.
 */
export class Resolver {
  readonly #nowUs: () => number;
  readonly #answers = new Map<string, Answer>();
  readonly #waiting = new Map<string, ((resolution: Resolution) => void)[]>();

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** The addresses of a name, best first, if they are known now. */
  cached(host: string): readonly string[] | undefined {
    const answer = this.#answers.get(host);
    return answer !== undefined && answer.untilUs > this.#nowUs() ? answer.addresses : undefined;
  }

  resolve(host: string, done: (resolution: Resolution) => void): void {
    const waiting = this.#waiting.get(host);
    if (waiting !== undefined) {
      waiting.push(done);
      return;
    }
    const listeners = [done];
    this.#waiting.set(host, listeners);
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      this.#waiting.delete(host);
      const resolution = this.#remember(host, error, found);
      for (const listener of listeners) listener(resolution);
    });
  }

  /** An address answered: the next connections try it first. */
  prefer(host: string, address: string): void {
    const answer = this.#answers.get(host);
    if (answer === undefined || answer.addresses[0] === address) return;
    // The name may have got other addresses since that connection was started.
    if (!answer.addresses.includes(address)) return;
    answer.addresses = [address, ...answer.addresses.filter((other) => other !== address)];
  }

  #remember(host: string, error: Error | null, found: readonly { address: string }[]): Resolution {
    if (error !== null) {
      return { ok: false, code: systemCode(error) ?? 'EAI_FAIL', message: messageOf(error) };
    }
    const preferred = this.#answers.get(host)?.addresses[0];
    const addresses = found.map(({ address }) => address);
    if (addresses.length === 0) return { ok: false, code: 'ENODATA', message: `${host} has no address` };
    this.#answers.set(host, { addresses, untilUs: this.#nowUs() + KEEP_US });
    if (preferred !== undefined && addresses.includes(preferred)) this.prefer(host, preferred);
    return { ok: true, addresses };
  }
}
