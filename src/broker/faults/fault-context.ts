import type { FaultsPlan } from '../../model/faults.js';
import type { Ledger } from '../ledger/ledger.js';
import type { DelayLine } from './delay-line.js';
import type { FaultEngine } from './engine.js';

/** What a broker with faults, or with a ledger, carries along. A plain one has null in its place. */
export interface FaultContext {
  readonly engine: FaultEngine;
  readonly ledger: Ledger;
  /** For all that is sent later than it would be. */
  readonly delays: DelayLine;
  /** Writes the ledger and ends this process at once, on account of that rule. */
  die(rule: number): void;
}

/** What a broker without faults does wrong. */
export const NO_FAULTS: FaultsPlan = { seed: 0, rules: [] };
