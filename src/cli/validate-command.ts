import type { ArrivalStage, PublishPlan, RunPlan, SubscribePlan } from '../model/plan.js';
import { expectationsOf } from '../scenario/expectations.js';
import type { LoadedScenario } from '../scenario/load.js';
import type { Env } from '../shared/env.js';
import { maskPlan } from '../shared/mask.js';
import { describeFaults } from './describe-faults.js';
import { describeMetrics, metricsJson } from './describe-metrics.js';
import { describeThresholds } from './describe-thresholds.js';
import { printJson, printText } from './print.js';
import { durationText, formatCount, formatDurationMs, rateText, sizeText } from '../shared/units.js';

/** Shows what a scenario resolves to; opens no socket. With `json`, the plan as the result would carry it. */
export function validateCommand(
  { plan, secrets }: LoadedScenario,
  env: Env,
  options: { readonly json?: boolean } = {},
): void {
  const masked = maskPlan(plan, secrets);
  if (options.json === true) printJson(`${JSON.stringify(masked, null, 2)}\n`, env);
  else printText(`${describe(masked)}\n`, env);
}

/** Shows what thresholds may be about. */
export function listMetrics(env: Env, options: { readonly json: boolean }): void {
  env.stdout.write(`${options.json ? metricsJson() : describeMetrics()}\n`);
}

type Row = readonly [label: string, value: string];

function describe(plan: RunPlan): string {
  const {
    preparingMs,
    lastArrivalMs,
    publishers,
    messagesPerSec,
    deliveriesPerSec,
    leavingMs,
    totalMs,
    notes,
  } = expectationsOf(plan);
  const first = preparingMs === 0 ? '' : ` (publishers first, ${formatDurationMs(preparingMs)})`;
  const { connections, stages, inFlight } = plan.connect;
  const leavingRate = plan.disconnect.ratePerSec;
  const rows: Row[] = [
    ['target', plan.target.embedded ? 'embedded broker' : plan.target.urls.join(', ')],
    ...embedded(plan),
    ['client', `${plan.client}, STOMP ${plan.stomp.versions.join(', ')}, heart-beats ${heartbeats(plan)}`],
    ['login', plan.stomp.login === null ? 'none' : `${plan.stomp.login}, virtual host ${plan.stomp.host}`],
    [
      'connections',
      `${formatCount(connections)}, ${arrivals(stages)}, the last one due after ${formatDurationMs(lastArrivalMs)}`,
    ],
    ['in flight', `${formatCount(inFlight)} at most`],
    ...plan.subscribe.map((entry): Row => ['subscribe', subscription(entry)]),
    ...plan.publish.map((entry): Row => ['publish', publication(entry)]),
    [
      'messages',
      `${formatCount(messagesPerSec)}/s from ${formatCount(publishers)} ${publishers === 1 ? 'publisher' : 'publishers'}, ${formatCount(deliveriesPerSec)} deliveries/s while all are held`,
    ],
    ['hold', durationText(plan.holdMs)],
    [
      'disconnect',
      leavingRate === null
        ? 'all at once'
        : `${rateText(leavingRate)}, ${formatDurationMs(leavingMs)} in all`,
    ],
    ['duration', `about ${formatDurationMs(totalMs)}${first}, and what the target takes`],
    ['timeouts', timeouts(plan)],
    ['limits', `messages of ${sizeText(plan.limits.messageBytes)}`],
    ['workers', `${plan.workers}, processes ${plan.processes}`],
    ...describeThresholds(plan).map((text): Row => ['thresholds', text]),
    ['reports', plan.report.join(', ')],
    ...notes.map((note): Row => ['note', note]),
  ];
  return [`${plan.name} is a valid scenario.`, '', ...aligned(rows)].join('\n');
}

function embedded({ target: { broker } }: RunPlan): Row[] {
  if (broker === undefined) return [];
  const { faults, ledger } = broker;
  const rows = faults === null ? [] : describeFaults(faults).map((text): Row => ['faults', text]);
  return ledger === null ? rows : [...rows, ['ledger', ledger]];
}

/** A label that repeats itself is written once. */
function aligned(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value], index) => {
    const shown = rows[index - 1]?.[0] === label ? '' : label;
    return `  ${shown.padEnd(width)}  ${value}`;
  });
}

function heartbeats({ stomp: { heartbeat } }: RunPlan): string {
  const { sendMs, receiveMs } = heartbeat;
  const every = (ms: number): string => (ms === 0 ? 'never' : durationText(ms));
  return `out ${every(sendMs)}, in ${every(receiveMs)}`;
}

function arrivals(stages: readonly ArrivalStage[]): string {
  return stages
    .map(({ fromPerSec, toPerSec, durationMs }) => {
      const rate =
        fromPerSec === toPerSec ? rateText(toPerSec) : `${rateText(fromPerSec)} to ${rateText(toPerSec)}`;
      return durationMs === null ? rate : `${rate} for ${durationText(durationMs)}`;
    })
    .join(', then ');
}

function subscription({ destination, distribution, confirm, ack, awaitMessage }: SubscribePlan): string {
  const waits = awaitMessage ? 'waits for a first message' : 'does not wait for a message';
  return `${destination} (${distribution}, confirm ${confirm}, ack ${ack}, ${waits})`;
}

function publication(entry: PublishPlan): string {
  const { destination, deliversTo, publishers, ratePerSec, sizeBytes, stamp, receipt } = entry;
  const via = deliversTo === destination ? destination : `${destination} -> ${deliversTo}`;
  const receipts = receipt ? 'with receipts' : 'without receipts';
  return `${via} (${rateText(ratePerSec)} from ${formatCount(publishers)} ${publishers === 1 ? 'publisher' : 'publishers'}, ${sizeText(sizeBytes)} each, stamp in the ${stamp}, ${receipts})`;
}

function timeouts({ timeoutsMs }: RunPlan): string {
  return Object.entries(timeoutsMs)
    .map(([phase, ms]) => `${phase} ${durationText(ms as number)}`)
    .join(', ');
}
