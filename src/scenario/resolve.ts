import { Buffer } from 'node:buffer';
import type { FaultsPlan } from '../model/faults.js';
import {
  type ArrivalStage,
  type Distribution,
  type PublishPlan,
  type RunPlan,
  STAMP_BYTES,
  type SubscribePlan,
  type TargetPlan,
} from '../model/plan.js';
import type { ThresholdPlan } from '../model/thresholds.js';
import { compileTemplate } from '../shared/template.js';
import { isPattern, isQueue, reach } from './audience.js';
import { isEmbedded } from './embedded-target.js';
import { BODY_VARIABLES, DEFAULT_SIZE_BYTES } from './messaging-schema.js';
import type { Scenario } from './schema.js';
import type { Target } from './target.js';

const DEFAULT_RATE_PER_SEC = 100;

export interface Surroundings {
  /** Where the scenario has no name. */
  readonly defaultName: string;
  /** The text of connect.tls.ca, or null where there is none. */
  readonly caPem: string | null;
  /** Of the embedded broker, or null where there are none. */
  readonly faults: FaultsPlan | null;
  readonly thresholds: readonly ThresholdPlan[];
}

/** Puts in the defaults that depend on other fields. */
export function resolve(scenario: Scenario, surroundings: Surroundings): RunPlan {
  const { defaultName, caPem, faults, thresholds } = surroundings;
  const { target, stomp, connect, timeouts } = scenario;
  const publish = scenario.publish.map(publication);
  const subscribe = scenario.subscribe.map((entry) => subscription(entry, connect.connections, publish));
  return deepFreeze<RunPlan>({
    schema: 'stompede.plan/1',
    name: scenario.name ?? defaultName,
    target: targetOf(target, faults, subscribe),
    client: scenario.client,
    stomp: {
      host: stomp.host,
      login: textOrNull(stomp.login),
      passcode: textOrNull(stomp.passcode),
      versions: stomp.versions,
      heartbeat: { sendMs: stomp.heartbeat.send, receiveMs: stomp.heartbeat.receive },
      headers: stomp.headers,
    },
    connect: {
      connections: connect.connections,
      stages: stages(connect),
      inFlight: connect.inFlight,
      headers: connect.headers,
      subprotocols: connect.subprotocols,
      localAddresses: connect.localAddresses,
      tls: {
        insecure: connect.tls.insecure,
        caFile: connect.tls.ca ?? null,
        caPem,
        servername: connect.tls.servername ?? null,
      },
      permessageDeflate: connect.permessageDeflate,
    },
    subscribe,
    publish,
    holdMs: scenario.hold,
    disconnect: { ratePerSec: scenario.disconnect.rate },
    timeoutsMs: timeouts,
    limits: scenario.limits,
    workers: scenario.workers,
    processes: scenario.processes,
    report: scenario.report,
    thresholds,
  });
}

function targetOf(
  target: Target,
  faults: FaultsPlan | null,
  subscribe: readonly SubscribePlan[],
): TargetPlan {
  if (!isEmbedded(target)) return { embedded: false, ...target };
  const { ledger } = target;
  // Of each of these there has to be one: faults and the account of what was done, and a queue with all its subscribers.
  const isOne =
    faults !== null || ledger !== null || subscribe.some(({ distribution }) => distribution === 'queue');
  const processes = isOne ? 1 : target.processes;
  const isPlain = processes === 'auto';
  return {
    embedded: true,
    urls: [],
    addresses: 'first',
    ...(isPlain ? {} : { broker: { faults, ledger, processes } }),
  };
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** One constant stage, or those that were written and a last one that goes on at the rate where they end. */
function stages({ rate, stages: written }: Scenario['connect']): ArrivalStage[] {
  const result: ArrivalStage[] = [];
  let perSec = 0;
  for (const stage of written ?? []) {
    const toPerSec = stage.rate ?? stage.to ?? perSec;
    result.push({ fromPerSec: stage.rate ?? perSec, toPerSec, durationMs: stage.for });
    perSec = toPerSec;
  }
  if (result.length === 0) perSec = rate ?? DEFAULT_RATE_PER_SEC;
  result.push({ fromPerSec: perSec, toPerSec: perSec, durationMs: null });
  return result;
}

function subscription(
  entry: Scenario['subscribe'][number],
  connections: number,
  publish: readonly PublishPlan[],
): SubscribePlan {
  const { destination, confirm, ack, awaitMessage, ordered, distribution, headers } = entry;
  return {
    destination,
    confirm,
    ack,
    awaitMessage:
      confirm === 'message' ||
      awaitMessage === 'true' ||
      (awaitMessage === 'auto' && reachesAll(destination, connections, publish)),
    ordered,
    distribution: distribution === 'auto' ? distributionOf(destination) : distribution,
    headers,
  };
}

/** A connection whose destination gets nothing would only run into timeouts.message: then nobody waits. */
function reachesAll(destination: string, connections: number, publish: readonly PublishPlan[]): boolean {
  const { reached, destinations } = reach(destination, connections, publish);
  return reached === destinations;
}

function distributionOf(destination: string): Distribution {
  if (isPattern(destination)) return 'pattern';
  return isQueue(destination) ? 'queue' : 'topic';
}

function publication(entry: Scenario['publish'][number]): PublishPlan {
  const { destination, deliversTo, publishers, rate, size, contentType, stamp, receipt, headers } = entry;
  const body = entry.body ?? null;
  return {
    destination,
    deliversTo: deliversTo ?? destination,
    publishers,
    ratePerSec: rate,
    sizeBytes: size ?? (body === null ? DEFAULT_SIZE_BYTES : firstBodyBytes(body)),
    body,
    contentType,
    stamp,
    receipt: receipt === 'sync' ? receipt : receipt === 'true',
    headers,
  };
}

/** Later bodies may be some digits longer. */
function firstBodyBytes(body: string): number {
  const vars = { publisher: 0, seq: 0, run: '00000000', stamp: ' '.repeat(STAMP_BYTES) };
  return Buffer.byteLength(compileTemplate(body, BODY_VARIABLES).render(vars));
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value) as unknown[]) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
}
