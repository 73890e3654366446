import { Recorder } from '../metrics/recorder.js';
import { MAX_SAMPLE_LENGTH } from '../model/failures.js';
import type { Phase } from '../model/phases.js';
import type { RunPlan, SubscribePlan } from '../model/plan.js';
import { classify } from '../session/classify.js';
import type { Endpoint } from '../session/endpoint.js';
import type { Fact } from '../session/fact.js';
import { LoopClock } from '../session/loop-clock.js';
import { loadTransports, type TransportMaker } from '../session/open-transport.js';
import { TimerWheel } from '../session/timer-wheel.js';
import type {
  ConnectedInfo,
  OpeningPhase,
  ReceivedMessage,
  Transport,
  TransportListener,
} from '../session/transport.js';
import { nowUs } from '../shared/clock.js';
import { self } from '../shared/env.js';
import { compileTemplate } from '../shared/template.js';
import type { StepFailure } from './advice.js';
import { type Answer, type ReceiptStep, receiptWaitMs } from './receipt-wait.js';

/** What one connection saw of a target, step by step; what it did not get to is null. */
export interface VisitFound {
  /** Secrets masked. */
  readonly info: ConnectedInfo | null;
  readonly tookUs: Partial<Readonly<Record<Phase, number>>>;
  readonly destination: string | null;
  readonly subscribe: Answer | null;
  /** A MESSAGE came for the subscription. */
  readonly gotMessage: boolean;
  readonly unsubscribe: Answer | null;
  readonly disconnect: Answer | null;
  /** What ended it before its time. */
  readonly failure: StepFailure | null;
}

const SUBSCRIPTION = 'sub-0';
const WHEEL_MS = 20;

/**
 * One connection through the whole cycle, by the plan's own client: up to SUBSCRIBE for the plan's first destination, then
 * UNSUBSCRIBE and DISCONNECT, each with a RECEIPT asked for. Never rejects, and ends within the plan's time-outs.
 *
 * @param scrub takes secrets out of what the target says
 */
export async function visit(
  plan: RunPlan,
  endpoint: Endpoint,
  runId: string,
  scrub: (text: string) => string,
): Promise<VisitFound> {
  const transports = await loadTransports(plan.client);
  return new Promise((resolve) => {
    new Visit(plan, endpoint, runId, transports, scrub, resolve).start();
  });
}

type Step = OpeningPhase | ReceiptStep | 'close';

class Visit implements TransportListener {
  readonly #plan: RunPlan;
  readonly #scrub: (text: string) => string;
  readonly #done: (found: VisitFound) => void;
  readonly #transport: Transport;
  readonly #wheelTimer: NodeJS.Timeout;
  readonly #entry: SubscribePlan | undefined;
  readonly #destination: string | null;
  readonly #tookUs: Partial<Record<Phase, number>> = {};
  #step: Step | null = null;
  #stepStartUs = 0;
  #deadline: NodeJS.Timeout | null = null;
  #info: ConnectedInfo | null = null;
  #gotMessage = false;
  readonly #answers: Partial<Record<ReceiptStep, Answer>> = {};
  #ended = false;

  constructor(
    plan: RunPlan,
    endpoint: Endpoint,
    runId: string,
    transports: TransportMaker,
    scrub: (text: string) => string,
    done: (found: VisitFound) => void,
  ) {
    this.#plan = plan;
    this.#scrub = scrub;
    this.#done = done;
    [this.#entry] = plan.subscribe;
    this.#destination =
      this.#entry === undefined
        ? null
        : compileTemplate(this.#entry.destination, ['index', 'run']).render({ index: 0, run: runId });
    const wheel = new TimerWheel(nowUs());
    this.#wheelTimer = setInterval(() => {
      wheel.advance(nowUs());
    }, WHEEL_MS);
    const loopClock = new LoopClock({
      nowUs,
      sleptUs: () => self.loopSleptUs(),
      atTurnEnd: (callback) => setImmediate(callback),
      record: () => undefined,
    });
    const parts = { recorder: new Recorder(0, scrub), wheel, nowUs, loopClock };
    this.#transport = transports(plan, [endpoint], null, parts)(endpoint, this);
  }

  start(): void {
    this.#transport.open();
  }

  onPhase(phase: OpeningPhase, atUs: number): void {
    this.#enter(phase, atUs, this.#plan.timeoutsMs[phase]);
  }

  onAddress(): void {
    // Which addresses answer is looked at one by one (reach.ts).
  }

  onOpened(): void {
    // The phase that follows says the same.
  }

  onDrain(): void {
    // Nothing is published.
  }

  onConnected(info: ConnectedInfo, atUs: number): void {
    if (this.#step !== 'connect') {
      this.onFact({ type: 'fault', code: 'stomp-command', message: 'CONNECTED for the second time' }, atUs);
      return;
    }
    this.#info = this.#scrubbed(info);
    if (this.#entry === undefined || this.#destination === null) {
      this.#disconnect(atUs);
      return;
    }
    const { ack, distribution, headers } = this.#entry;
    this.#enter('subscribe', atUs, this.#waitMs('subscribe'));
    this.#transport.subscribe({
      id: SUBSCRIPTION,
      destination: this.#destination,
      // What a queue gives to a visitor who acknowledges nothing, it gives to somebody else when the visitor has left.
      ack: distribution === 'queue' ? 'client' : ack,
      receipt: 's0',
      headers,
    });
  }

  onReceipt(id: string, atUs: number): void {
    if (this.#step === 'subscribe' && id === 's0') this.#answer('subscribe', 'receipt', atUs);
    else if (this.#step === 'unsubscribe' && id === 'u0') this.#answer('unsubscribe', 'receipt', atUs);
    else if (this.#step === 'disconnect' && id === 'bye') this.#answer('disconnect', 'receipt', atUs);
  }

  onMessage({ subscription }: ReceivedMessage): void {
    if (subscription === SUBSCRIPTION) this.#gotMessage = true;
  }

  onCloseFrame(code: number, reason: string, atUs: number): void {
    if (this.#step === 'close') return;
    if (this.#step === 'disconnect' && code === 1000) this.#answer('disconnect', 'closed', atUs);
    else this.onFact({ type: 'closed', code, reason }, atUs);
  }

  onEnd(atUs: number): void {
    if (this.#step === 'close') this.#end(null);
    else this.onFact({ type: 'closed', code: 1006, reason: '' }, atUs);
  }

  onFact(fact: Fact, _atUs: number): void {
    // After both Close frames how TCP ends is no matter.
    if (this.#step === 'close' && fact.type !== 'timeout') {
      this.#end(null);
      return;
    }
    const stage = this.#step ?? 'tcp';
    const { kind, sample, code } = classify(stage, fact);
    this.#end({ stage, kind, code, sample: this.#scrub(sample).slice(0, MAX_SAMPLE_LENGTH) });
  }

  #enter(step: Step, atUs: number, timeoutMs: number): void {
    this.#leaveStep(atUs);
    this.#step = step;
    this.#stepStartUs = atUs;
    this.#deadline = setTimeout(() => {
      this.#timedOut(timeoutMs);
    }, timeoutMs);
  }

  #leaveStep(atUs: number): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    if (this.#step !== null) this.#tookUs[this.#step] = atUs - this.#stepStartUs;
  }

  /** No RECEIPT is an answer too; no upgrade or CONNECTED is a failure. */
  #timedOut(afterMs: number): void {
    const step = this.#step;
    if (step === 'subscribe' || step === 'unsubscribe' || step === 'disconnect') {
      this.#answer(step, 'none', nowUs());
      return;
    }
    this.onFact({ type: 'timeout', afterMs }, nowUs());
  }

  #answer(step: ReceiptStep, answer: Answer, atUs: number): void {
    this.#answers[step] = answer;
    if (step === 'subscribe') {
      this.#enter('unsubscribe', atUs, this.#waitMs('unsubscribe'));
      this.#transport.unsubscribe(SUBSCRIPTION, 'u0');
    } else if (step === 'unsubscribe') {
      this.#disconnect(atUs);
    } else {
      this.#enter('close', atUs, this.#plan.timeoutsMs.close);
      if (answer !== 'closed') this.#transport.close();
    }
  }

  #disconnect(atUs: number): void {
    this.#enter('disconnect', atUs, this.#waitMs('disconnect'));
    this.#transport.disconnect('bye');
  }

  #waitMs(step: ReceiptStep): number {
    return receiptWaitMs(this.#plan, step, this.#answers.subscribe ?? null);
  }

  // Before anything of it is cut: a part of a secret is none that is known.
  #scrubbed(info: ConnectedInfo): ConnectedInfo {
    const scrub = (text: string | null): string | null => (text === null ? null : this.#scrub(text));
    return {
      ...info,
      version: this.#scrub(info.version),
      software: scrub(info.software),
      subprotocol: scrub(info.subprotocol),
      heartbeatOffered: scrub(info.heartbeatOffered),
    };
  }

  #end(failure: StepFailure | null): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    clearInterval(this.#wheelTimer);
    this.#transport.destroy();
    this.#done({
      info: this.#info,
      tookUs: this.#tookUs,
      destination: this.#destination,
      subscribe: this.#answers.subscribe ?? null,
      gotMessage: this.#gotMessage,
      unsubscribe: this.#answers.unsubscribe ?? null,
      disconnect: this.#answers.disconnect ?? null,
      failure,
    });
  }
}
