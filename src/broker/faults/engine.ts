import type { DelayPlan, FaultName, FaultRule, FaultScope, FaultsPlan } from '../../model/faults.js';
import { nowUs } from '../../shared/clock.js';
import { chance } from './chance.js';
import { delayAt } from './delays.js';

export type RuleOf<Name extends FaultName> = Extract<FaultRule, { readonly fault: Name }>;

/** A rule with its place in the plan, by which its share is drawn and the ledger counts it. */
export interface IndexedRule<Rule extends FaultScope = FaultRule> {
  readonly index: number;
  readonly rule: Rule;
}

const PURPOSE = { connection: 1, delivery: 2, delay: 3 } as const;

/**
 * Which rule concerns what, and when. Connections are numbered from 0 in the order in which they are accepted,
 * deliveries and other occasions by whoever asks. All of it but the windows is decided by the seed alone.
 */
export class FaultEngine {
  readonly plan: FaultsPlan;
  readonly #seed: number;
  readonly #clockUs: () => number;
  #startUs: number | undefined;

  /** `clockUs`: microseconds of any monotonic clock. */
  constructor(plan: FaultsPlan, clockUs: () => number = nowUs) {
    this.plan = plan;
    this.#seed = plan.seed;
    this.#clockUs = clockUs;
  }

  get isStarted(): boolean {
    return this.#startUs !== undefined;
  }

  /** Milliseconds since the first connection was accepted; 0 before. */
  get sinceStartMs(): number {
    return this.#startUs === undefined ? 0 : (this.#clockUs() - this.#startUs) / 1000;
  }

  /** The first connection is accepted: windows count from now. Called again it does nothing. */
  start(): void {
    this.#startUs ??= this.#clockUs();
  }

  /** The rules of one fault, in the order of the plan; mostly none. To be asked once, and kept. */
  rulesOf<Name extends FaultName>(fault: Name): readonly IndexedRule<RuleOf<Name>>[] {
    return this.plan.rules.flatMap((rule, index) => (isOf(rule, fault) ? [{ index, rule }] : []));
  }

  /** The first of these rules that concerns the connection now. */
  first<Rule extends FaultScope>(
    rules: readonly IndexedRule<Rule>[],
    connection: number,
  ): IndexedRule<Rule> | undefined {
    return rules.find((each) => this.applies(each, connection));
  }

  /** Whether the rule concerns the connection, and its window is open. */
  applies(each: IndexedRule<FaultScope>, connection: number): boolean {
    return this.isOpen(each) && this.concerns(each, connection);
  }

  /** Whether the connection is of the rule's share, whatever the time. */
  concerns({ index, rule }: IndexedRule<FaultScope>, connection: number): boolean {
    if (connection < rule.skip) return false;
    return rule.share >= 1 || chance(this.#seed, PURPOSE.connection, index, connection) < rule.share;
  }

  /** Whether the rule's window is open now. */
  isOpen({ rule }: IndexedRule<FaultScope>): boolean {
    const { fromMs, untilMs } = rule;
    if (fromMs === 0 && untilMs === null) return true;
    const nowMs = this.sinceStartMs;
    return nowMs >= fromMs && (untilMs === null || nowMs < untilMs);
  }

  /** Whether the rule's `ofDeliveries` takes in this delivery to this connection; `applies` is to be asked besides. */
  chooses(
    { index, rule }: IndexedRule<FaultScope & { readonly ofDeliveries: number }>,
    connection: number,
    delivery: number,
  ): boolean {
    if (rule.ofDeliveries >= 1) return true;
    return chance(this.#seed, PURPOSE.delivery, index, connection, delivery) < rule.ofDeliveries;
  }

  /** The delay of the nth occasion of a connection, in milliseconds, drawn from the rule's distribution. */
  delayMs(
    { index, rule }: IndexedRule<FaultScope & { readonly delay: DelayPlan }>,
    connection: number,
    nth = 0,
  ): number {
    return delayAt(rule.delay, chance(this.#seed, PURPOSE.delay, index, connection, nth));
  }
}

function isOf<Name extends FaultName>(rule: FaultRule, fault: Name): rule is RuleOf<Name> {
  return rule.fault === fault;
}
