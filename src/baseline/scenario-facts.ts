import { createHash } from 'node:crypto';
import type { PublishPlan, RunPlan, SubscribePlan } from '../model/plan.js';
import { MASK, isSecretName } from '../shared/mask.js';

export type Fact = string | number | boolean | null;

/** What of a scenario two runs must have in common to be compared: `connect.connections` is 2000. Sorted by key. */
export type ScenarioFacts = Readonly<Record<string, Fact>>;

/** Longer texts (a body) are told by their digest; what is masked in part, by that of the masked text. */
const MAX_TEXT = 120;
const DIGEST = 'sha256:';
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
    .filter(({ baseline: before, current: now }) => !sameFact(before, now));
}

/**
 * What a difference is told as. What stands opposite of a masked value may be the secret itself, of a side whose secrets are
 * other ones: it is not said.
 */
export function factTexts({ baseline, current }: FactDifference): {
  readonly baseline: string;
  readonly current: string;
} {
  if (isMasked(baseline) || isMasked(current)) return { baseline: HIDDEN, current: HIDDEN };
  return { baseline: factText(baseline), current: factText(current) };
}

/** Another one than that of the other side, which is all that may be said. */
const HIDDEN = `${MASK} (another one)`;

function factText(fact: Fact | undefined): string {
  return fact === undefined ? 'none' : JSON.stringify(fact);
}

/** Each side is masked by its own secrets: a `***` stands for whatever the other one has there. */
function sameFact(a: Fact | undefined, b: Fact | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  if (a.startsWith(DIGEST) && b.startsWith(DIGEST)) return isMasked(a) !== isMasked(b);
  return (isMasked(a) && covers(a, b)) || (isMasked(b) && covers(b, a));
}

function isMasked(fact: Fact | undefined): boolean {
  return typeof fact === 'string' && fact.includes(MASK);
}

/** Whether the text is the masked one with something in the place of each mask. */
function covers(masked: string, text: string): boolean {
  const [first = '', ...others] = masked.split(MASK);
  const last = others.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
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
    facts.set(path, value.length <= MAX_TEXT ? value : digestOf(value));
  } else if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    facts.set(path, value);
  }
}

function digestOf(text: string): string {
  return `${DIGEST}${text.includes(MASK) ? MASK : ''}${sha256(text)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}
