import type { Phase } from '../model/phases.js';
import type { StompVersion } from '../model/plan.js';
import type { Fact } from './fact.js';
import type { StampRead } from './stamp.js';

/** The phases that a transport goes through by itself, from `open()` to CONNECTED. */
export type OpeningPhase = Extract<Phase, 'dns' | 'tcp' | 'tls' | 'upgrade' | 'connect'>;

export interface ConnectedInfo {
  readonly version: string;
  readonly software: string | null;
  readonly subprotocol: string | null;
  /** The heart-beat header of CONNECTED, as it came; null: there was none. */
  readonly heartbeatOffered: string | null;
  /** As agreed: what we send at least this often, and what the server promised. 0: none. */
  readonly heartbeatSendMs: number;
  readonly heartbeatReceiveMs: number;
}

/** A MESSAGE, valid during the call only. */
export interface ReceivedMessage {
  readonly subscription: string;
  readonly stamp: StampRead;
  /** What an ACK has to say: the `ack` header of STOMP 1.2, else the message-id. null: none was sent. */
  readonly ackId: string | null;
}

/**
 * Who hears from a transport. Times are monotonic microseconds, taken as early as Node lets us.
 * After onFact, onEnd and `destroy()` nothing is heard any more, and the socket is gone.
 */
export interface TransportListener {
  /** A phase begins, and the one before it has ended well. The same one once more: only now the target can see of it. */
  onPhase(phase: OpeningPhase, atUs: number): void;
  /**
   * It connects to this target (ip:port, and host:port until that is known), from this address of ours (null: the kernel
   * chooses). The one told before it, if any, has failed; `instead`: nobody has seen anything of it.
   */
  onAddress(target: string, source: string | null, instead: boolean): void;
  /** 101 was received and accepted. */
  onOpened(atUs: number): void;
  onConnected(info: ConnectedInfo, atUs: number): void;
  onReceipt(id: string, atUs: number): void;
  onMessage(message: ReceivedMessage, atUs: number): void;
  /** A Close frame; the transport has answered it where it had to. */
  onCloseFrame(code: number, reason: string, atUs: number): void;
  /** TCP has ended, without an error. */
  onEnd(atUs: number): void;
  /** The socket takes data again after send() answered false. */
  onDrain(): void;
  onFact(fact: Fact, atUs: number): void;
}

export interface Subscription {
  readonly id: string;
  readonly destination: string;
  readonly ack: 'auto' | 'client' | 'client-individual';
  readonly receipt: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OutgoingMessage {
  readonly destination: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly receipt: string | null;
  readonly body: Buffer;
}

/** One STOMP session over one WebSocket: the interface behind which the two clients stand. */
export interface Transport {
  /** When bytes of ours, of whatever kind but a Close frame, were last given to the socket. */
  readonly lastWriteUs: number;
  open(): void;
  subscribe(subscription: Subscription): void;
  unsubscribe(id: string, receipt: string | null): void;
  ack(subscription: string, ackId: string): void;
  /** False once the socket's buffer is full: send no more until onDrain. */
  send(message: OutgoingMessage): boolean;
  disconnect(receipt: string): void;
  /** Sends a Close frame 1000 (RFC 6455 §7.1.2). */
  close(): void;
  /** Drops everything at once, silently. */
  destroy(): void;
}

/** What a transport needs to know of the plan, resolved once for a whole worker. */
export interface TransportConfig {
  readonly stompHost: string;
  readonly login: string | null;
  readonly passcode: string | null;
  readonly versions: readonly StompVersion[];
  readonly heartbeatSendMs: number;
  readonly heartbeatReceiveMs: number;
  readonly connectHeaders: Readonly<Record<string, string>>;
  readonly upgradeHeaders: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
  readonly tls: {
    readonly insecure: boolean;
    readonly caPem: string | null;
    readonly servername: string | null;
  };
  readonly permessageDeflate: boolean;
  readonly maxMessageBytes: number;
}
