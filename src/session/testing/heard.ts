import type { Fact } from '../fact.js';
import type { StampRead } from '../stamp.js';
import type { ConnectedInfo, OpeningPhase, ReceivedMessage, TransportListener } from '../transport.js';

export type Heard =
  | { readonly type: 'phase'; readonly phase: OpeningPhase }
  | { readonly type: 'opened' | 'end' | 'drain' }
  | { readonly type: 'connected'; readonly info: ConnectedInfo }
  | { readonly type: 'receipt'; readonly id: string }
  | {
      readonly type: 'message';
      readonly subscription: string;
      readonly stamp: StampRead;
      readonly ackId: string | null;
    }
  | { readonly type: 'close-frame'; readonly code: number; readonly reason: string }
  | { readonly type: 'fact'; readonly fact: Fact };

/** Writes down what a transport says, and lets a test wait for it. */
export class HeardListener implements TransportListener {
  readonly heard: Heard[] = [];
  readonly addresses: {
    readonly target: string;
    readonly source: string | null;
    readonly instead: boolean;
  }[] = [];
  /** Called with each, after it was written down. */
  onEach: ((heard: Heard) => void) | null = null;
  readonly #waiting = new Set<() => void>();

  get types(): string[] {
    return this.heard.map((heard) => (heard.type === 'phase' ? heard.phase : heard.type));
  }

  get facts(): Fact[] {
    return this.heard.flatMap((heard) => (heard.type === 'fact' ? [heard.fact] : []));
  }

  /** Resolves with the n-th of a type, also if it has been heard already. */
  async next<T extends Heard['type']>(type: T, n = 1): Promise<Extract<Heard, { type: T }>> {
    for (;;) {
      const found = this.heard.filter((heard) => heard.type === type)[n - 1];
      if (found !== undefined) return found as Extract<Heard, { type: T }>;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  onPhase(phase: OpeningPhase): void {
    this.#add({ type: 'phase', phase });
  }

  onAddress(target: string, source: string | null, instead: boolean): void {
    this.addresses.push({ target, source, instead });
  }

  onOpened(): void {
    this.#add({ type: 'opened' });
  }

  onConnected(info: ConnectedInfo): void {
    this.#add({ type: 'connected', info });
  }

  onReceipt(id: string): void {
    this.#add({ type: 'receipt', id });
  }

  onMessage({ subscription, stamp, ackId }: ReceivedMessage): void {
    // Only valid during the call.
    const kept = stamp === null || stamp === 'damaged' ? stamp : { ...stamp };
    this.#add({ type: 'message', subscription, stamp: kept, ackId });
  }

  onCloseFrame(code: number, reason: string): void {
    this.#add({ type: 'close-frame', code, reason });
  }

  onEnd(): void {
    this.#add({ type: 'end' });
  }

  onDrain(): void {
    this.#add({ type: 'drain' });
  }

  onFact(fact: Fact): void {
    this.#add({ type: 'fact', fact });
  }

  #add(heard: Heard): void {
    this.heard.push(heard);
    this.onEach?.(heard);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
