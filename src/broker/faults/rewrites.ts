import type { Message } from '../message.js';
import type { Subscription } from '../subscription.js';
import type { WireFrame } from '../wire-frame.js';

/** A message with another body, and the frame of it that was needed last: its subscribers come one after the other. */
export class Rewritten {
  readonly #message: Message;
  #last: { readonly version: string; readonly id: string | undefined; readonly frame: WireFrame } | undefined;

  constructor(message: Message) {
    this.#message = message;
  }

  frameFor({ version, id }: Pick<Subscription, 'version' | 'id'>, ackId: string | undefined): WireFrame {
    if (ackId !== undefined) return this.#message.encode(version, id, ackId);
    if (this.#last?.version !== version || this.#last.id !== id) {
      this.#last = { version, id, frame: this.#message.encode(version, id) };
    }
    return this.#last.frame;
  }
}

/** For each rule the message that it rewrote last, so that a large body is made once for all who get it. */
export class Rewrites {
  readonly #last = new Map<
    number,
    { readonly message: Message; readonly rewritten: Rewritten | undefined }
  >();

  /** undefined where `rewrite` found nothing to change. */
  of(
    rule: number,
    message: Message,
    rewrite: (message: Message) => Buffer | undefined,
  ): Rewritten | undefined {
    const last = this.#last.get(rule);
    if (last?.message === message) return last.rewritten;
    const body = rewrite(message);
    const rewritten = body === undefined ? undefined : new Rewritten(message.withBody(body));
    this.#last.set(rule, { message, rewritten });
    return rewritten;
  }
}
