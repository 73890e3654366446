import type { Check, CheckId, CheckStatus } from '../model/check.js';
import { kindInfo } from '../model/failures.js';
import type { RunPlan, SubscribePlan } from '../model/plan.js';
import type { Stage } from '../model/phases.js';
import { durationText, formatUs } from '../shared/units.js';
import { adviceFor } from './advice.js';
import { type Answer, type ReceiptStep, isAwaited, receiptWaitMs } from './receipt-wait.js';
import type { VisitFound } from './visit.js';

const MAX_HEADER_LENGTH = 40;
const MAX_NAME_LENGTH = 200;

/** What one visit says of a target, from the upgrade on, up to where it failed. */
export function visitChecks(plan: RunPlan, found: VisitFound, secure: boolean): readonly Check[] {
  return [
    ...openingChecks(found),
    ...subscriptionChecks(plan, found),
    ...(found.failure === null ? [] : [failureCheck(found, secure)]),
  ];
}

function openingChecks({ info, tookUs }: VisitFound): Check[] {
  const checks: Check[] = [];
  if (tookUs.upgrade !== undefined) {
    const subprotocol = info === null ? '' : `, subprotocol ${info.subprotocol ?? 'none'}`;
    checks.push(check('upgrade', 'ok', `101${subprotocol}, in ${formatUs(tookUs.upgrade)}`));
  }
  if (info === null || tookUs.connect === undefined) return checks;
  const software = info.software?.slice(0, MAX_NAME_LENGTH) ?? 'a server that does not say its name';
  checks.push(check('connect', 'ok', `STOMP ${info.version}, ${software}, in ${formatUs(tookUs.connect)}`));
  const { heartbeatOffered, heartbeatSendMs, heartbeatReceiveMs } = info;
  checks.push(
    check(
      'heart-beat',
      'ok',
      `the server offers ${offerText(heartbeatOffered)}; agreed out ${every(heartbeatSendMs)}, in ${every(heartbeatReceiveMs)}`,
    ),
  );
  return checks;
}

function subscriptionChecks(plan: RunPlan, found: VisitFound): Check[] {
  const { subscribe, unsubscribe, disconnect, destination, tookUs, gotMessage } = found;
  const checks: Check[] = [];
  if (subscribe !== null && destination !== null) {
    const proof = gotMessage
      ? 'no RECEIPT, but a MESSAGE came'
      : `no RECEIPT ${howLong(plan, 'subscribe', null)}`;
    const how = subscribe === 'receipt' ? `RECEIPT in ${formatUs(tookUs.subscribe ?? 0)}` : proof;
    checks.push({ id: 'subscribe', found: `${destination}: ${how}`, ...confirmation(plan, subscribe) });
  }
  if (disconnect === null) return checks;
  const steps: readonly (readonly [ReceiptStep, Answer | null])[] = [
    ['subscribe', subscribe],
    ['unsubscribe', unsubscribe],
    ['disconnect', disconnect],
  ];
  const answers = steps.flatMap(([step, answer]) =>
    answer === null ? [] : [`${step.toUpperCase()} ${answerText(plan, step, answer, subscribe)}`],
  );
  checks.push({ id: 'receipts', found: answers.join(', '), ...missingReceipts(plan, found) });
  return checks;
}

type Judged = Pick<Check, 'status' | 'mend'>;
const GOOD: Judged = { status: 'ok', mend: null };

/** Whether connections of this plan would be taken for subscribed. */
function confirmation(plan: RunPlan, answer: Answer): Judged {
  const [entry] = plan.subscribe;
  if (answer === 'receipt' || entry === undefined) return GOOD;
  if (isAwaited(plan, 'subscribe', null)) return missing(plan, 'subscribe', null, otherProof(entry));
  return entry.confirm === 'auto' ? { status: 'warn', mend: otherProof(entry) } : GOOD;
}

const ANSWER_DISCONNECT =
  'the server has to answer DISCONNECT: STOMP 1.2 "DISCONNECT" asks for a RECEIPT where there is a receipt header';

/** Of the RECEIPTs that a run waits for when connections leave. */
function missingReceipts(plan: RunPlan, { subscribe, unsubscribe, disconnect }: VisitFound): Judged {
  const [entry] = plan.subscribe;
  const judged = [
    disconnect === 'none' ? missing(plan, 'disconnect', subscribe, ANSWER_DISCONNECT) : GOOD,
    unsubscribe === 'none' && entry !== undefined && isAwaited(plan, 'unsubscribe', subscribe)
      ? missing(plan, 'unsubscribe', subscribe, otherProof(entry))
      : GOOD,
  ];
  return (
    judged.find(({ status }) => status === 'fail') ?? judged.find(({ status }) => status === 'warn') ?? GOOD
  );
}

/** A server without a RECEIPT is no fault of a plan that needs none. */
function otherProof({ awaitMessage }: SubscribePlan): string {
  return `subscribe[0].confirm: ${awaitMessage ? 'message' : 'none'}`;
}

/** What did not come while it was waited for may still come within the plan's own time-out. */
function missing(plan: RunPlan, step: ReceiptStep, subscribe: Answer | null, mend: string): Judged {
  return { status: isCutShort(plan, step, subscribe) ? 'warn' : 'fail', mend };
}

/** The step at which the connection ended is the one that failed. */
function failureCheck({ failure, destination }: VisitFound, secure: boolean): Check {
  if (failure === null) throw new Error('there is no failure');
  const { stage, kind, sample } = failure;
  const where = stage === 'subscribe' && destination !== null ? `${destination}: ` : '';
  return {
    id: ID_OF[stage],
    status: 'fail',
    found: `${where}${kindInfo(kind).title}: ${sample}`,
    mend: adviceFor(failure, secure),
  };
}

const ID_OF: Readonly<Record<Stage, CheckId>> = {
  dns: 'resolve',
  tcp: 'tcp',
  tls: 'tls',
  upgrade: 'upgrade',
  connect: 'connect',
  subscribe: 'subscribe',
  message: 'subscribe',
  hold: 'connect',
  publish: 'connect',
  unsubscribe: 'receipts',
  disconnect: 'receipts',
  close: 'close',
};

function isCutShort(plan: RunPlan, step: ReceiptStep, subscribe: Answer | null): boolean {
  return receiptWaitMs(plan, step, subscribe) < plan.timeoutsMs[step];
}

function howLong(plan: RunPlan, step: ReceiptStep, subscribe: Answer | null): string {
  const waited = `within ${durationText(receiptWaitMs(plan, step, subscribe))}`;
  if (!isCutShort(plan, step, subscribe) || !isAwaited(plan, step, subscribe)) return waited;
  return `${waited}; the plan waits ${durationText(plan.timeoutsMs[step])}`;
}

function answerText(plan: RunPlan, step: ReceiptStep, answer: Answer, subscribe: Answer | null): string {
  if (answer === 'receipt') return 'RECEIPT';
  if (answer === 'closed') return 'close 1000 instead of a RECEIPT';
  const cutShort = isCutShort(plan, step, subscribe) && isAwaited(plan, step, subscribe);
  return cutShort ? `no RECEIPT ${howLong(plan, step, subscribe)}` : 'no RECEIPT';
}

/** A header may be as long as the server likes. */
function offerText(header: string | null): string {
  if (header === null) return 'none';
  return header.length > MAX_HEADER_LENGTH ? `${header.slice(0, MAX_HEADER_LENGTH)}…` : header;
}

function every(ms: number): string {
  return ms === 0 ? 'never' : durationText(ms);
}

function check(id: CheckId, status: CheckStatus, found: string): Check {
  return { id, status, found, mend: null };
}
