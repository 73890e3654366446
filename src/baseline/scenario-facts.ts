import { createHash } from 'node:crypto';
import type { PublishPlan, RunPlan, SubscribePlan } from '../model/plan.js';
import { isSecretName } from '../shared/mask.js';

export type Fact = string | number | boolean | null;

/** What of a scenario two runs must have in common to be compared: `connect.connections` is 2000. Sorted by key. */
export type ScenarioFacts = Readonly<Record<string, Fact>>;

/** Longer texts (a body) are told by their digest. */
const MAX_TEXT = 120;
const DIGEST_DIGITS = 16;

/**
 * What is asked of a target: how many connections come and leave how fast, what they subscribe to and what is published. Not:
 * which target it is, who logs in, how long is waited for an answer, how the generator is laid out, what is reported and what
 * is judged (docs/gate.md, "The same scenario").
 *
 * @param plan masked: what is a secret never gets into a baseline
 */
export function scenarioFacts(plan: RunPlan): ScenarioFacts {
  const { connect, stomp, disconnect, timeoutsMs } = plan;
  const facts = new Map<string, Fact>();
  collect(facts, '', {
    client: plan.client,
    connect: {
      connections: connect.connections,
      stages: connect.stages,
      inFlight: connect.inFlight,
      subprotocols: connect.subprotocols,
      permessageDeflate: connect.permessageDeflate,
    },
    stomp: { versions: stomp.versions, heartbeat: stomp.heartbeat },
    subscribe: plan.subscribe.map(withoutSecrets),
    publish: plan.publish.map(withoutSecrets),
    holdMs: plan.holdMs,
    disconnect: { ratePerSec: disconnect.ratePerSec },
    timeoutsMs: { drain: timeoutsMs.drain },
  });
  return Object.fromEntries([...facts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sixteen hexadecimal digits of the SHA-256 of the facts. */
export function scenarioDigest(facts: ScenarioFacts): string {
  return sha256(JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export interface FactDifference {
  readonly key: string;
  /** undefined: it has no such key. */
  readonly baseline: Fact | undefined;
  readonly current: Fact | undefined;
}

export function factDifferences(baseline: ScenarioFacts, current: ScenarioFacts): readonly FactDifference[] {
  const keys = new Set([...Object.keys(baseline), ...Object.keys(current)]);
  return [...keys]
    .sort()
    .map((key) => ({ key, baseline: factOf(baseline, key), current: factOf(current, key) }))
    .filter((difference) => difference.baseline !== difference.current);
}

function factOf(facts: ScenarioFacts, key: string): Fact | undefined {
  return Object.hasOwn(facts, key) ? facts[key] : undefined;
}

// Another password is no other scenario, and neither is another way to mask it.
function withoutSecrets(entry: SubscribePlan | PublishPlan): object {
  const { headers, ...rest } = entry;
  return {
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !isSecretName(name))),
  };
}

function collect(facts: Map<string, Fact>, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach((entry, i) => {
      collect(facts, `${path}[${i}]`, entry);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value))
      collect(facts, path === '' ? key : `${path}.${key}`, entry);
  } else if (typeof value === 'string') {
    facts.set(path, value.length <= MAX_TEXT ? value : `sha256:${sha256(value)}`);
  } else if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    facts.set(path, value);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}
