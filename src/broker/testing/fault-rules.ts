import type { Fault, FaultRule, FaultScope, FaultsPlan } from '../../model/faults.js';

/** A rule for all connections and for ever, but for what `scope` says. */
export function rule(fault: Fault, scope: Partial<FaultScope> = {}): FaultRule {
  return { share: 1, skip: 0, fromMs: 0, untilMs: null, ...scope, ...fault };
}

export function faultsOf(...rules: FaultRule[]): FaultsPlan {
  return { seed: 7, rules };
}
