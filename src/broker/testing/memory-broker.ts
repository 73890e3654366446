import { FrameImpl, Parser, type IRawFrameType } from '@stomp/stompjs';
import type { FaultsPlan } from '../../model/faults.js';
import type { Relay } from '../cluster/relay.js';
import { newCounters, type Counters } from '../counters.js';
import { Exchange } from '../exchange.js';
import { DelayLine } from '../faults/delay-line.js';
import { Deliveries } from '../faults/deliveries.js';
import { FaultEngine } from '../faults/engine.js';
import type { FaultContext } from '../faults/fault-context.js';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import { Ledger } from '../ledger/ledger.js';
import type { Agreement } from '../negotiation.js';
import { resolveOptions, type BrokerOptions } from '../options.js';
import { Session, type SessionContext, type SessionLink } from '../session.js';
import type { WireFrame } from '../wire-frame.js';

/** A frame of the broker, as @stomp/stompjs reads it: the broker's own code has no say in that. */
export interface Received {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function readFrames(bytes: Buffer, escaped = true): Received[] {
  const frames: Received[] = [];
  const parser = new Parser(
    (raw: IRawFrameType) => {
      const { command, headers, binaryBody } = FrameImpl.fromRawFrame(raw, escaped);
      frames.push({
        command,
        headers: Object.fromEntries(Object.entries(headers)),
        body: Buffer.from(binaryBody),
      });
    },
    () => undefined,
  );
  // A copy of its own: the parser reads whole array buffers.
  parser.parseChunk(new Uint8Array(bytes).buffer);
  return frames;
}

/** All of a broker but the sockets and the clock. */
export class MemoryBroker {
  readonly counters: Counters = newCounters();
  readonly exchange: Exchange;
  readonly context: SessionContext;
  /** The rules on account of which it would have died. */
  readonly deaths: number[] = [];

  constructor(options: BrokerOptions = {}, relay: Relay | null = null) {
    const config = resolveOptions(options);
    const faults = config.faults === undefined ? null : this.#faultContext(config.faults);
    const deliveries = faults === null ? null : new Deliveries(faults, this.counters);
    this.exchange = new Exchange(config.limits, this.counters, deliveries, relay);
    let sessions = 0;
    const nextSessionId = (): string => `session-${++sessions}`;
    this.context = { config, counters: this.counters, exchange: this.exchange, faults, relay, nextSessionId };
  }

  #faultContext(plan: FaultsPlan): FaultContext {
    const engine = new FaultEngine(plan);
    engine.start();
    const die = (rule: number): void => void this.deaths.push(rule);
    return { engine, ledger: new Ledger(plan), delays: new DelayLine(), die };
  }

  /** A client that has not said CONNECT. */
  open(): MemoryClient {
    return new MemoryClient(this.context);
  }

  /** A connected client, what it has received forgotten. */
  connect(version = '1.2'): MemoryClient {
    const client = this.open();
    client.say('CONNECT', version === '1.0' ? {} : { 'accept-version': version, host: '/' });
    client.take();
    return client;
  }
}

export class MemoryClient implements SessionLink {
  readonly session: Session;
  bufferedBytes = 0;
  readonly account: ConnectionAccount | null;
  agreement: Agreement | undefined;
  closed: { code: number; reason: string } | undefined;
  stayed = false;
  held = false;
  cutOffReason: string | undefined;
  readonly wire: WireFrame[] = [];
  #received: Received[] = [];

  constructor(context: SessionContext) {
    this.account = context.faults?.ledger.accept() ?? null;
    this.session = new Session(this, context);
  }

  say(command: string, headers: Readonly<Record<string, string>> = {}, body: string | Buffer = ''): this {
    this.session.handle({ command, headers: new Map(Object.entries(headers)), body: Buffer.from(body) });
    return this;
  }

  /** What has come since the last time, oldest first. */
  take(): Received[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  /** The bodies of the MESSAGE frames since the last time. */
  bodies(): string[] {
    return this.take()
      .filter(({ command }) => command === 'MESSAGE')
      .map(({ body }) => body.toString());
  }

  send(frame: WireFrame): void {
    this.wire.push(frame);
    frame.fate?.settle('written');
    const escaped = this.agreement?.version !== '1.0' && frame.command !== 'CONNECTED';
    this.#received.push(...readFrames(frame.bytes.subarray(frame.payloadStart), escaped));
  }

  sendAtOnce(frame: WireFrame): boolean {
    this.send(frame);
    return true;
  }

  agreed(agreement: Agreement): void {
    this.agreement = agreement;
  }

  stay(): void {
    this.stayed = true;
  }

  hold(): void {
    this.held = true;
  }

  holdBack(): void {
    this.held = true;
  }

  resume(): void {
    this.held = false;
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  cutOff(reason: string): void {
    this.cutOffReason = reason;
  }
}
