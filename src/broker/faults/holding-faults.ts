import type { FaultScope } from '../../model/faults.js';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import { WheelTimer, type TimerWheel } from '../timer-wheel.js';
import type { IndexedRule } from './engine.js';
import type { FaultContext } from './fault-context.js';

/** A connected connection, as the faults of holding see it. */
export interface Holding {
  /** When its client last sent something, on the wheel's clock. */
  readonly lastReceivedMs: number;
  close(code: number, reason: string): void;
  reset(): void;
  silence(): void;
  stopBeating(): void;
}

/** The timers of a connection that is connected now: one for each rule that concerns it. To be cancelled at its end. */
export function holdingTimers(
  faults: FaultContext,
  wheel: TimerWheel,
  account: ConnectionAccount,
  target: Holding,
): WheelTimer[] {
  const { engine } = faults;
  const timers: WheelTimer[] = [];
  const strike = (each: IndexedRule<FaultScope & { readonly afterMs: number }>, act: () => void): void => {
    if (!engine.concerns(each, account.number)) return;
    const strikeNow = (): void => {
      if (!engine.isOpen(each)) return;
      faults.ledger.struck(each.index, account);
      act();
    };
    timers.push(new Once(wheel, each.rule.afterMs, strikeNow));
  };
  for (const each of engine.rulesOf('close')) {
    strike(each, () => target.close(each.rule.code, each.rule.reason));
  }
  for (const each of engine.rulesOf('reset')) strike(each, () => target.reset());
  for (const each of engine.rulesOf('silence')) strike(each, () => target.silence());
  for (const each of engine.rulesOf('heartbeats-stop')) strike(each, () => target.stopBeating());
  for (const each of engine.rulesOf('idle-timeout')) {
    if (!engine.concerns(each, account.number)) continue;
    const act = (): void => {
      faults.ledger.struck(each.index, account);
      target.close(1000, '');
    };
    timers.push(new Idle(wheel, target, each.rule.afterMs, () => engine.isOpen(each), act));
  }
  return timers;
}

class Once extends WheelTimer {
  readonly #act: () => void;

  constructor(wheel: TimerWheel, afterMs: number, act: () => void) {
    super();
    this.#act = act;
    wheel.schedule(this, afterMs);
  }

  override expire(): void {
    this.#act();
  }
}

/** Like heart-beats that are missed, only that nobody has promised any. */
class Idle extends WheelTimer {
  readonly #wheel: TimerWheel;
  readonly #target: Holding;
  readonly #afterMs: number;
  readonly #isOpen: () => boolean;
  readonly #act: () => void;

  constructor(wheel: TimerWheel, target: Holding, afterMs: number, isOpen: () => boolean, act: () => void) {
    super();
    this.#wheel = wheel;
    this.#target = target;
    this.#afterMs = afterMs;
    this.#isOpen = isOpen;
    this.#act = act;
    wheel.schedule(this, afterMs);
  }

  override expire(): void {
    const idleMs = this.#wheel.nowMs - this.#target.lastReceivedMs;
    if (idleMs >= this.#afterMs && this.#isOpen()) this.#act();
    else this.#wheel.schedule(this, Math.max(this.#wheel.tickMs, this.#afterMs - idleMs));
  }
}
