/** RFC 6455 §7.4.1, the ones that this broker sends. */
export const CLOSE = { normal: 1000, goingAway: 1001, protocol: 1002, policy: 1008 } as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** What a client may not do. It is answered with an ERROR frame, and the connection closed with `closeCode`. */
export class Violation extends Error {
  readonly closeCode: CloseCode;

  /** `message` is sent to the client: it must not carry a credential, and what it quotes goes through `quoted`. */
  constructor(message: string, closeCode: CloseCode = CLOSE.protocol) {
    super(message);
    this.name = 'Violation';
    this.closeCode = closeCode;
  }
}

const MAX_QUOTED_LENGTH = 80;

/** Text of a client, bounded and without control characters, fit for a `message` header. */
export function quoted(text: string): string {
  const short = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
  return `"${short.replace(/\p{Cc}/gu, '?')}"`;
}
