/**
 * What became of the HTTP upgrade. none: the client went before it had asked properly, or did not ask for a WebSocket
 * here. wrong-key: answered 101 with a wrong Sec-WebSocket-Accept.
 */
export type UpgradeFate = 'none' | 'answered' | 'wrong-key' | 'hung' | 'reset' | 'refused';

/** What became of CONNECT. none: it never came. never: CONNECTED was withheld on purpose. unanswered: it ended before the answer. error: ERROR instead, on purpose. refused: ERROR on its own merits, a wrong passcode for example. */
export type ConnectFate = 'none' | 'connected' | 'never' | 'unanswered' | 'error' | 'refused';

/**
 * How a connection ended. disconnect: after a DISCONNECT. close: with a close frame of that side. reset: RST on purpose.
 * gone: TCP was ended without any of these. dropped: with an HTTP status instead of an upgrade. kept: the broker did not
 * give the socket back, on purpose.
 */
export type EndFate = 'open' | 'disconnect' | 'close' | 'reset' | 'gone' | 'dropped' | 'kept';

export type Side = 'client' | 'broker';

/** The fate of one connection, kept up by whoever carries it out. Small: there may be many of them. */
export class ConnectionAccount {
  /** From 0, in the order of accept. */
  readonly number: number;
  /** Milliseconds since the first accept. */
  readonly acceptedMs: number;
  upgrade: UpgradeFate = 'none';
  /** HTTP status of the answer; 0: none. */
  status = 0;
  connect: ConnectFate = 'none';
  subscriptions = 0;
  receiptsSent = 0;
  receiptsWithheld = 0;
  /** MESSAGE frames written to its socket. */
  messages = 0;
  /** Nothing has been sent or read since then, on purpose; milliseconds since the first accept, -1: it never was. */
  silencedMs = -1;
  endedBy: Side | null = null;
  end: EndFate = 'open';
  /** Of the close frame; 0: none. */
  closeCode = 0;
  endedMs = -1;
  /** The rules that struck it, by their place in the plan. Made when the first one does. */
  #faults: number[] | undefined;

  constructor(number: number, acceptedMs: number) {
    this.number = number;
    this.acceptedMs = acceptedMs;
  }

  get faults(): readonly number[] {
    return this.#faults ?? [];
  }

  /** Answers whether it was the first time. */
  strike(rule: number): boolean {
    this.#faults ??= [];
    if (this.#faults.includes(rule)) return false;
    this.#faults.push(rule);
    return true;
  }
}
