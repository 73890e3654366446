/**
 * What the embedded broker is told to do wrong: plain JSON, made by scenario/ from YAML, carried out by broker/faults/.
 * Everything random in it comes from `seed`, so that two runs of the same plan meet the same faults.
 */
export interface FaultsPlan {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}

export type FaultRule = FaultScope & Fault;

/** Whom and when a rule concerns. */
export interface FaultScope {
  /** Of the connections, from 0 to 1, chosen by the seed and the connection's number. */
  readonly share: number;
  /** This many connections at the beginning are spared: publishers connect first. */
  readonly skip: number;
  /**
   * The window, in milliseconds since the broker accepted its first connection; untilMs null: for ever. What counts is
   * the moment at which the fault would strike.
   */
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** Of the deliveries to the connections concerned, from 0 to 1, chosen by the seed. */
interface OfDeliveries {
  readonly ofDeliveries: number;
}

export type Fault =
  // Before the upgrade.
  | { readonly fault: 'refuse' }
  | { readonly fault: 'reset-on-accept' }
  | { readonly fault: 'never-upgrade' }
  | { readonly fault: 'upgrade-status'; readonly status: number }
  | { readonly fault: 'upgrade-delay'; readonly delay: DelayPlan }
  | { readonly fault: 'wrong-accept-key' }
  | { readonly fault: 'subprotocol'; readonly answer: 'none' | 'wrong' }
  /** With that many open, the next ones get what `then` says, and are not counted among them. */
  | { readonly fault: 'connection-limit'; readonly connections: number; readonly then: LimitAction }
  /** The same beyond that many let in within any one second: a sliding window. */
  | { readonly fault: 'connect-rate-limit'; readonly perSec: number; readonly then: LimitAction }
  // CONNECT.
  | { readonly fault: 'connected-delay'; readonly delay: DelayPlan }
  | { readonly fault: 'connected-never' }
  | { readonly fault: 'connect-error'; readonly message: string; readonly close: boolean }
  // Receipts of these frames.
  | { readonly fault: 'receipt-delay'; readonly frames: readonly ReceiptFrame[]; readonly delay: DelayPlan }
  | { readonly fault: 'receipt-never'; readonly frames: readonly ReceiptFrame[] }
  // DISCONNECT and ERROR.
  /** RabbitMQ: a close 1000 instead of DISCONNECT's receipt. */
  | { readonly fault: 'disconnect-closes'; readonly code: number; readonly reason: string }
  /** Spring: a DISCONNECT that asks for no receipt is answered with ERROR and a close. */
  | { readonly fault: 'disconnect-errors'; readonly message: string; readonly code: number }
  /** Spring: after DISCONNECT and its receipt the connection is left to the client. */
  | { readonly fault: 'disconnect-stays' }
  /** RabbitMQ: an ERROR ends the session, and not the connection. */
  | { readonly fault: 'error-stays' }
  /** What the broker offers in CONNECTED; 0: none. */
  | { readonly fault: 'heartbeat'; readonly sendMs: number; readonly receiveMs: number }
  // Deliveries. Of the rules that change one, at most the first of the plan that chooses it does; delays come besides.
  /** It goes out that much later; others may overtake it. */
  | ({ readonly fault: 'message-delay'; readonly delay: DelayPlan } & OfDeliveries)
  /** It is lost for good: a queue does not give it out again. */
  | ({ readonly fault: 'message-drop' } & OfDeliveries)
  /** It comes twice, one directly after the other. */
  | ({ readonly fault: 'message-duplicate' } & OfDeliveries)
  /** It comes directly after the next message of its subscription; without one after a second, or at UNSUBSCRIBE. */
  | ({ readonly fault: 'message-reorder' } & OfDeliveries)
  /** body: every ASCII byte from its 17th to its 64th is changed; frame: the WebSocket frame has a reserved opcode. */
  | ({ readonly fault: 'message-corrupt'; readonly what: 'body' | 'frame' } & OfDeliveries)
  /** Its body is filled up with blanks to that size. One that is as long already is left alone. */
  | ({ readonly fault: 'message-oversize'; readonly bytes: number } & OfDeliveries)
  /**
   * It goes to a subscription of another destination, one that need not acknowledge, and not to its own. Where there is
   * none it is left alone.
   */
  | ({ readonly fault: 'message-misroute' } & OfDeliveries)
  // The whole broker.
  /** At `fromMs` everything stops for that long: nothing is read, nothing is written, and nothing is lost. */
  | { readonly fault: 'stall'; readonly forMs: number }
  /**
   * The process is gone at once, when that many WebSockets are open or that many messages wait, in queues and in slow
   * drains together.
   */
  | { readonly fault: 'die'; readonly connections: number | null; readonly messages: number | null }
  // While holding, that long after CONNECTED.
  | { readonly fault: 'close'; readonly afterMs: number; readonly code: number; readonly reason: string }
  | { readonly fault: 'reset'; readonly afterMs: number }
  /** Half-open: nothing is sent any more, and nothing read. */
  | { readonly fault: 'silence'; readonly afterMs: number }
  | { readonly fault: 'heartbeats-stop'; readonly afterMs: number }
  /** Closed, with 1000, when the client has sent nothing for that long: RabbitMQ's idle_timeout, a proxy's. */
  | { readonly fault: 'idle-timeout'; readonly afterMs: number }
  // Resources.
  /**
   * Deliveries go out at that rate at most, all together. What waits is bounded or not; when it is full, a delivery is
   * dropped, a SEND is answered with ERROR and nothing of it delivered, or the broker dies. All that waits goes out when
   * the window ends.
   */
  | {
      readonly fault: 'slow-drain';
      readonly deliveriesPerSec: number;
      readonly maxWaiting: number | null;
      readonly then: 'drop' | 'error' | 'die';
    }
  /**
   * After the end of a connection. sockets: TCP is never closed, and its descriptor kept; memory: so many bytes are kept
   * for each.
   */
  | { readonly fault: 'keep'; readonly what: 'sockets' | 'memory'; readonly bytes: number };

export type FaultName = Fault['fault'];

export const RECEIPT_FRAMES = ['SUBSCRIBE', 'UNSUBSCRIBE', 'SEND', 'DISCONNECT'] as const;
export type ReceiptFrame = (typeof RECEIPT_FRAMES)[number];

export const LIMIT_ACTIONS = ['hang', 'reset', 'status-503', 'status-429'] as const;
export type LimitAction = (typeof LIMIT_ACTIONS)[number];

/** How long each one is delayed, in milliseconds. */
export type DelayPlan =
  | { readonly distribution: 'constant'; readonly ms: number }
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'exponential'; readonly meanMs: number; readonly maxMs: number }
  /** Shares from 0 to 1 that add up to 1, and the delay of each: percentiles known beforehand. */
  | {
      readonly distribution: 'steps';
      readonly steps: readonly { readonly share: number; readonly ms: number }[];
    };
