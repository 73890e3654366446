import type { IndexedRule, RuleOf } from './engine.js';
import type { FaultContext } from './fault-context.js';

/**
 * Lets everything stop for a while, as in a process that is stopped, or collects its garbage: nothing is read, nothing
 * is written and no timer runs, while the system goes on taking connections and bytes for it.
 */
export class Stalls {
  readonly #faults: FaultContext;
  #due: IndexedRule<RuleOf<'stall'>>[];

  constructor(faults: FaultContext) {
    this.#faults = faults;
    this.#due = [...faults.engine.rulesOf('stall')].sort((a, b) => a.rule.fromMs - b.rule.fromMs);
  }

  /** To be called every now and then: their time counts from the first connection. */
  update(): void {
    const { engine, delays } = this.#faults;
    if (this.#due.length === 0 || !engine.isStarted) return;
    for (const each of this.#due) {
      delays.after(Math.max(0, each.rule.fromMs - engine.sinceStartMs), () => this.#stall(each));
    }
    this.#due = [];
  }

  #stall({ index, rule }: IndexedRule<RuleOf<'stall'>>): void {
    const { engine, ledger } = this.#faults;
    const fromMs = engine.sinceStartMs;
    let untilMs = fromMs;
    while (untilMs - fromMs < rule.forMs) {
      standStill(rule.forMs - (untilMs - fromMs));
      untilMs = engine.sinceStartMs;
    }
    ledger.stalls.push({ fromMs, untilMs });
    ledger.struck(index, null);
    ledger.delayed('stall', (untilMs - fromMs) * 1000);
  }
}

/** Nobody ever wakes it. */
function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}
