import type { Check, CheckId, CheckStatus } from '../model/check.js';
import { kindInfo } from '../model/failures.js';
import type { RunPlan } from '../model/plan.js';
import type { Stage } from '../model/phases.js';
import { durationText, formatUs } from '../shared/units.js';
import { adviceFor } from './advice.js';
import { type Answer, RECEIPT_WAIT_MS, type VisitFound } from './visit.js';

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
      : `no RECEIPT within ${durationText(waitMs(plan, 'subscribe'))}`;
    const how = subscribe === 'receipt' ? `RECEIPT in ${formatUs(tookUs.subscribe ?? 0)}` : proof;
    checks.push({ id: 'subscribe', found: `${destination}: ${how}`, ...confirmation(plan, subscribe) });
  }
  if (disconnect === null) return checks;
  const answers = [
    ...(subscribe === null ? [] : [`SUBSCRIBE ${answerText(subscribe)}`]),
    ...(unsubscribe === null ? [] : [`UNSUBSCRIBE ${answerText(unsubscribe)}`]),
    `DISCONNECT ${answerText(disconnect)}`,
  ];
  checks.push({ id: 'receipts', found: answers.join(', '), ...missingReceipts(found) });
  return checks;
}

type Judged = Pick<Check, 'status' | 'mend'>;
const GOOD: Judged = { status: 'ok', mend: null };

/** Whether connections of this plan would be taken for subscribed. */
function confirmation({ subscribe: [entry] }: RunPlan, answer: Answer): Judged {
  if (answer === 'receipt' || entry === undefined || entry.confirm === 'none') return GOOD;
  if (entry.confirm === 'message') return GOOD;
  const mend = entry.awaitMessage ? 'subscribe[0].confirm: message' : 'subscribe[0].confirm: none';
  const works = entry.confirm === 'auto' && entry.awaitMessage;
  return { status: works ? 'warn' : 'fail', mend };
}

/** A run asks for the RECEIPT of UNSUBSCRIBE where the server gave one for SUBSCRIBE, and always for that of DISCONNECT. */
function missingReceipts({ subscribe, unsubscribe, disconnect }: VisitFound): Judged {
  if (disconnect === 'none') {
    const mend =
      'the server has to answer DISCONNECT: STOMP 1.2 "DISCONNECT" asks for a RECEIPT where there is a receipt header';
    return { status: 'fail', mend };
  }
  if (subscribe === 'receipt' && unsubscribe === 'none')
    return { status: 'fail', mend: 'subscribe[0].confirm: message' };
  return GOOD;
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

function waitMs({ timeoutsMs }: RunPlan, step: 'subscribe'): number {
  return Math.min(RECEIPT_WAIT_MS, timeoutsMs[step]);
}

function answerText(answer: Answer): string {
  return { receipt: 'RECEIPT', closed: 'close 1000 instead of a RECEIPT', none: 'no RECEIPT' }[answer];
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
