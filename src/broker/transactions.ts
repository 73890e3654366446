import type { Frame } from './frame.js';
import type { BrokerLimits } from './options.js';
import { CLOSE, quoted, Violation } from './violation.js';

type TransactionLimits = Pick<
  BrokerLimits,
  'transactionsPerConnection' | 'transactionFrames' | 'transactionBytes'
>;

/** What one client holds back until COMMIT: SEND, ACK and NACK frames, bounded in count and bytes. */
export class Transactions {
  readonly #limits: TransactionLimits;
  readonly #open = new Map<string, Frame[]>();
  #frames = 0;
  #bytes = 0;

  constructor(limits: TransactionLimits) {
    this.#limits = limits;
  }

  begin(id: string): void {
    if (this.#open.has(id)) throw new Violation(`transaction ${quoted(id)} has begun already`);
    if (this.#open.size >= this.#limits.transactionsPerConnection) {
      throw new Violation(`more than ${this.#limits.transactionsPerConnection} transactions`, CLOSE.policy);
    }
    this.#open.set(id, []);
  }

  hold(id: string, frame: Frame): void {
    const frames = this.#frames + 1;
    const bytes = this.#bytes + bytesOf(frame);
    if (frames > this.#limits.transactionFrames || bytes > this.#limits.transactionBytes) {
      throw new Violation('too much is held in transactions', CLOSE.policy);
    }
    this.#known(id).push(frame);
    this.#frames = frames;
    this.#bytes = bytes;
  }

  /** Ends the transaction: the frames it held, in their order. COMMIT carries them out, ABORT forgets them. */
  end(id: string): readonly Frame[] {
    const frames = this.#known(id);
    this.#open.delete(id);
    this.#frames -= frames.length;
    for (const frame of frames) this.#bytes -= bytesOf(frame);
    return frames;
  }

  #known(id: string): Frame[] {
    const frames = this.#open.get(id);
    if (frames === undefined) throw new Violation(`transaction ${quoted(id)} has not begun`);
    return frames;
  }
}

function bytesOf(frame: Frame): number {
  let bytes = 256 + frame.body.length;
  for (const [name, value] of frame.headers) bytes += 64 + name.length + value.length;
  return bytes;
}
