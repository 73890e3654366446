import { RECEIPT_FRAMES, type FaultScope, type ReceiptFrame } from '../../model/faults.js';
import { nowUs } from '../../shared/clock.js';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import type { WireFrame } from '../wire-frame.js';
import type { IndexedRule } from './engine.js';
import type { FaultContext } from './fault-context.js';

/** What a session lets its faults do with it. */
export interface FaultySession {
  readonly over: boolean;
  /** ERROR, and the end of the session; of its connection too unless it stays. */
  refuse(message: string, closeCode: number, stays: boolean): void;
  /** The end of the session; its connection is left to the client. */
  leave(): void;
  close(code: number, reason: string): void;
  /** Sends it with the frames of this round, or now. */
  send(frame: WireFrame, atOnce: boolean): void;
  hold(): void;
  resume(): void;
}

/** ERROR in place of CONNECTED: "policy violation" of RFC 6455 §7.4.1, as for a wrong passcode. */
const CONNECT_ERROR_CODE = 1008;

/** What is done wrong with one session: with CONNECTED, RECEIPTs, DISCONNECT and ERROR. */
export class SessionFaults {
  readonly #faults: FaultContext;
  readonly #account: ConnectionAccount;
  readonly #session: FaultySession;
  #receipts = 0;

  constructor(faults: FaultContext, account: ConnectionAccount, session: FaultySession) {
    this.#faults = faults;
    this.#account = account;
    this.#session = session;
  }

  /** The intervals that the broker offers; undefined: its own. */
  heartbeat(): { readonly sendMs: number; readonly receiveMs: number } | undefined {
    return this.#struck('heartbeat')?.rule;
  }

  /**
   * CONNECT is good, and `connected` would be the answer: `welcome` sends it, with the frames of this round or at once.
   * connect-error goes before connected-never, that before a delay.
   */
  connect(connected: WireFrame, welcome: (answer: WireFrame, atOnce: boolean) => void): void {
    const { engine, ledger, delays } = this.#faults;
    const error = this.#struck('connect-error');
    if (error !== undefined) {
      ledger.connect(this.#account, 'error');
      this.#session.refuse(error.rule.message, CONNECT_ERROR_CODE, !error.rule.close);
      return;
    }
    if (this.#struck('connected-never') !== undefined) {
      ledger.connect(this.#account, 'never');
      this.#session.leave();
      return;
    }
    const delay = this.#struck('connected-delay');
    const fromUs = nowUs();
    const answer = this.#accounted(connected, (end) => {
      ledger.connect(this.#account, end === 'written' ? 'connected' : 'unanswered');
      if (end === 'written' && delay !== undefined) ledger.delayed('connected', nowUs() - fromUs);
    });
    if (delay === undefined) {
      welcome(answer, false);
      return;
    }
    this.#session.hold();
    delays.after(engine.delayMs(delay, this.#account.number), () => {
      if (this.#session.over) {
        answer.fate?.settle('undelivered');
        return;
      }
      welcome(answer, true);
      this.#session.resume();
    });
  }

  /** CONNECT was not good. */
  connectRefused(): void {
    this.#faults.ledger.connect(this.#account, 'refused');
  }

  subscribed(): void {
    this.#faults.ledger.subscriptions++;
    this.#account.subscriptions++;
  }

  /**
   * A frame has been carried out. `receipt` is the one it asked for; `after` is what comes behind that, and with
   * DISCONNECT the end.
   */
  answer(command: string, receipt: WireFrame | undefined, after: (() => void) | undefined): void {
    if (command !== 'DISCONNECT') {
      if (receipt !== undefined) this.#sendReceipt(command, receipt, () => undefined);
      after?.();
      return;
    }
    this.#faults.ledger.disconnects++;
    this.#disconnect(receipt);
  }

  /** Whether an ERROR leaves the connection as it is. */
  errorStays(): boolean {
    return this.#struck('error-stays') !== undefined;
  }

  #disconnect(receipt: WireFrame | undefined): void {
    const closes = this.#struck('disconnect-closes');
    if (closes !== undefined) {
      if (receipt !== undefined) this.#countReceipt('DISCONNECT', 'withheld');
      this.#leave(closes.rule.code, closes.rule.reason);
      return;
    }
    if (receipt === undefined) {
      const errors = this.#struck('disconnect-errors');
      if (errors !== undefined) {
        this.#session.refuse(errors.rule.message, errors.rule.code, false);
        return;
      }
    }
    const end = (): void => {
      if (this.#session.over) return;
      if (this.#struck('disconnect-stays') === undefined) this.#leave(1000, '');
      else this.#session.leave();
    };
    if (receipt === undefined) end();
    else this.#sendReceipt('DISCONNECT', receipt, end);
  }

  /** `then` follows the receipt; where it never comes, a DISCONNECT leaves the end to the client. */
  #sendReceipt(command: string, receipt: WireFrame, then: () => void): void {
    const { engine, ledger, delays } = this.#faults;
    const kind = receiptFrame(command);
    const nth = this.#receipts++;
    if (kind !== undefined && this.#struckFor(engine.rulesOf('receipt-never'), kind) !== undefined) {
      this.#countReceipt(kind, 'withheld');
      if (kind === 'DISCONNECT') this.#session.leave();
      return;
    }
    const delay = kind === undefined ? undefined : this.#delayOf(kind);
    const fromUs = nowUs();
    const frame = this.#accounted(receipt, (end) => {
      this.#countReceipt(kind ?? 'other', end === 'written' ? 'sent' : end);
      if (end === 'written' && delay !== undefined && kind !== undefined) {
        ledger.delayed(`receipt-${kind}`, nowUs() - fromUs);
      }
    });
    if (delay === undefined) {
      this.#session.send(frame, false);
      then();
      return;
    }
    delays.after(engine.delayMs(delay, this.#account.number, nth), () => {
      this.#session.send(frame, true);
      then();
    });
  }

  #leave(code: number, reason: string): void {
    this.#faults.ledger.end(this.#account, 'client', 'disconnect', code);
    this.#session.close(code, reason);
  }

  #countReceipt(kind: ReceiptFrame | 'other', end: 'sent' | 'withheld' | 'undelivered'): void {
    this.#faults.ledger.receipts[kind][end]++;
    if (end === 'sent') this.#account.receiptsSent++;
    else if (end === 'withheld') this.#account.receiptsWithheld++;
  }

  #accounted(frame: WireFrame, settle: NonNullable<WireFrame['fate']>['settle']): WireFrame {
    return { ...frame, fate: { settle } };
  }

  /** The first rule of this fault that concerns the connection now, and so strikes. */
  #struck<Name extends SessionFault>(fault: Name) {
    const { engine, ledger } = this.#faults;
    const each = engine.first(engine.rulesOf(fault), this.#account.number);
    if (each !== undefined) ledger.struck(each.index, this.#account);
    return each;
  }

  #delayOf(kind: ReceiptFrame) {
    return this.#struckFor(this.#faults.engine.rulesOf('receipt-delay'), kind);
  }

  #struckFor<Rule extends FaultScope & { readonly frames: readonly ReceiptFrame[] }>(
    rules: readonly IndexedRule<Rule>[],
    kind: ReceiptFrame,
  ): IndexedRule<Rule> | undefined {
    const { engine, ledger } = this.#faults;
    const each = rules.find(
      (candidate) => candidate.rule.frames.includes(kind) && engine.applies(candidate, this.#account.number),
    );
    if (each !== undefined) ledger.struck(each.index, this.#account);
    return each;
  }
}

type SessionFault =
  | 'heartbeat'
  | 'connect-error'
  | 'connected-never'
  | 'connected-delay'
  | 'disconnect-closes'
  | 'disconnect-errors'
  | 'disconnect-stays'
  | 'error-stays';

function receiptFrame(command: string): ReceiptFrame | undefined {
  return RECEIPT_FRAMES.find((known) => known === command);
}
