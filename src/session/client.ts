import type { Recorder } from '../metrics/recorder.js';
import { EVENT } from '../metrics/events.js';
import { FAILURE_KINDS, type Side } from '../model/failures.js';
import type { Phase, Stage } from '../model/phases.js';
import type { TimeoutsPlan } from '../model/plan.js';
import { classify } from './classify.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { type TimerWheel, WheelEntry } from './timer-wheel.js';
import type {
  ConnectedInfo,
  OpeningPhase,
  ReceivedMessage,
  Transport,
  TransportListener,
} from './transport.js';

/** What a worker shares among all its clients. */
export interface ClientHost {
  readonly recorder: Recorder;
  readonly wheel: TimerWheel;
  readonly timeoutsMs: TimeoutsPlan;
  readonly nowUs: () => number;
  newTransport(endpoint: Endpoint, listener: TransportListener): Transport;
}

/**
 * One virtual client, whatever it does once it is connected: it goes from stage to stage, never stays in one
 * longer than its time-out, and ends exactly once, well or with one failure.
 *
 *     dns → tcp → tls → upgrade → connect → (its own stages) → disconnect → close → ended
 *      └─────┴─────┴───────┴─────────┴───────────┴──────────────────┴──────────┴──→ failed
 */
export abstract class Client extends WheelEntry implements TransportListener {
  protected readonly host: ClientHost;
  protected readonly transport: Transport;
  /** null before the start and after the end. */
  protected stage: Stage | null = null;
  protected stageStartUs = 0;
  #ended = false;
  #open = false;
  #closeFrameCame = false;
  readonly #secure: boolean;

  protected constructor(host: ClientHost, endpoint: Endpoint) {
    super();
    this.#secure = endpoint.secure;
    this.host = host;
    this.transport = host.newTransport(endpoint, this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  start(): void {
    this.transport.open();
  }

  /** Ends at once and silently: neither well nor failed. */
  abandon(): void {
    this.end();
  }

  protected abstract readonly role: 'connection' | 'publisher';
  protected abstract connected(atUs: number): void;
  protected abstract failed(stage: Stage, atUs: number, fact: Fact, side: Side): void;
  protected abstract finished(atUs: number): void;

  /** The stage before has ended well. */
  protected enter(stage: Stage, atUs: number): void {
    if (this.#ended) return;
    this.succeeded(atUs);
    this.stage = stage;
    this.stageStartUs = atUs;
    this.arm(stage, atUs);
  }

  /** Only connections are timed: publishers are there to make load, and are not what is asked about. */
  protected succeeded(_atUs: number): void {
    // A publisher's phases are not recorded.
  }

  protected arm(stage: Stage, fromUs: number): void {
    const timeoutMs = this.timeoutMs(stage);
    if (timeoutMs === null) this.host.wheel.disarm(this);
    else this.host.wheel.arm(this, fromUs + timeoutMs * 1000);
  }

  protected timeoutMs(stage: Stage): number | null {
    if (stage === 'hold' || stage === 'publish') return null;
    return this.host.timeoutsMs[stage];
  }

  override onWheel(untilUs: number): void {
    if (this.stage === null) return;
    const afterMs = Math.round((untilUs - this.stageStartUs) / 1000);
    this.onFact({ type: 'timeout', afterMs }, this.host.nowUs());
  }

  onPhase(phase: OpeningPhase, atUs: number): void {
    if (phase === this.stage) {
      // What was before was our own search for a local port.
      this.stageStartUs = atUs;
      this.arm(phase, atUs);
      return;
    }
    this.enter(phase, atUs);
  }

  onAddress(_target: string, _source: string | null, _instead: boolean): void {
    // Of connections only.
  }

  onOpened(atUs: number): void {
    if (this.role === 'publisher') return;
    this.#open = true;
    this.host.recorder.counts.opened++;
    this.host.recorder.event(atUs, EVENT.opened);
  }

  onConnected(info: ConnectedInfo, atUs: number): void {
    if (this.stage !== 'connect') {
      this.outOfOrder('CONNECTED', atUs);
      return;
    }
    const { recorder } = this.host;
    recorder.sawVersion(info.version);
    recorder.sawSubprotocol(info.subprotocol ?? 'none');
    if (info.software !== null) recorder.sawSoftware(info.software);
    recorder.sawHeartbeat(info.heartbeatSendMs, info.heartbeatReceiveMs);
    this.connected(atUs);
  }

  abstract onReceipt(id: string, atUs: number): void;

  abstract onMessage(message: ReceivedMessage, atUs: number): void;

  onDrain(): void {
    // Only publishers ever fill a socket's buffer.
  }

  /**
   * The server closes. Within `disconnect` a normal close is an answer as good as the RECEIPT, since RabbitMQ gives
   * no other; within `close` it is what was asked for. Anywhere else it is a failure.
   */
  onCloseFrame(code: number, reason: string, atUs: number): void {
    this.#closeFrameCame = true;
    if (this.stage === 'close') return;
    if (this.stage === 'disconnect' && code === 1000) {
      this.host.recorder.counts.disconnectClosedInstead++;
      this.enter('close', atUs);
      return;
    }
    this.onFact({ type: 'closed', code, reason }, atUs);
  }

  onEnd(atUs: number): void {
    if (this.stage === 'close') this.#finish(atUs);
    else this.onFact({ type: 'closed', code: 1006, reason: '' }, atUs);
  }

  onFact(fact: Fact, atUs: number): void {
    if (this.stage === 'tcp' && fact.type === 'system' && fact.code === 'ECONNRESET') this.#passTcp(atUs);
    const { stage } = this;
    if (stage === null || this.#ended) return;
    if (stage === 'close' && this.#closeFrameCame && isReset(fact)) {
      this.#finish(atUs);
      return;
    }
    const { kind, sample, code } = classify(stage, fact);
    this.host.recorder.failure({ role: this.role, phase: stage, kind, code, sample });
    this.end(atUs);
    this.failed(stage, atUs, fact, FAILURE_KINDS[kind].side);
  }

  // A SYN that is answered by RST is "refused" (RFC 9293 §3.10.7.3): a reset says that the handshake was over, only that
  // Node tells of both at once.
  #passTcp(atUs: number): void {
    this.onPhase(this.#secure ? 'tls' : 'upgrade', atUs);
  }

  /** After both Close frames nothing is left to lose: how TCP is ended then is no matter. */
  #finish(atUs: number): void {
    this.succeeded(atUs);
    this.stage = null;
    this.end(atUs);
    this.finished(atUs);
  }

  /** CONNECTED comes once, and before it only an ERROR may come (STOMP 1.2 "Connecting"). */
  protected outOfOrder(command: string, atUs: number): void {
    const when = this.stage === 'connect' ? 'before CONNECTED' : 'for the second time';
    this.onFact({ type: 'fault', code: 'stomp-command', message: `${command} ${when}` }, atUs);
  }

  protected disconnect(atUs: number): void {
    this.enter('disconnect', atUs);
    this.host.recorder.counts.disconnectReceiptsAsked++;
    this.transport.disconnect(DISCONNECT_RECEIPT);
  }

  protected disconnectConfirmed(atUs: number): void {
    this.host.recorder.counts.disconnectReceipts++;
    this.enter('close', atUs);
    this.transport.close();
  }

  protected end(atUs = this.host.nowUs()): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stage = null;
    this.host.wheel.disarm(this);
    if (this.#open) this.host.recorder.event(atUs, EVENT.closed);
    this.transport.destroy();
  }
}

function isReset(fact: Fact): boolean {
  return fact.type === 'system' && (fact.code === 'ECONNRESET' || fact.code === 'EPIPE');
}

export const DISCONNECT_RECEIPT = 'bye';

/** The phases of the cycle are also names of latencies; `hold` and `publish` are not. */
export function isPhase(stage: Stage): stage is Phase {
  return stage !== 'hold' && stage !== 'publish';
}
