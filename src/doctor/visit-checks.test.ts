import { describe, expect, it } from 'vitest';
import type { Check } from '../model/check.js';
import type { RunPlan } from '../model/plan.js';
import { loadScenario } from '../scenario/load.js';
import type { Answer } from './receipt-wait.js';
import { visitChecks } from './visit-checks.js';

function planOf(entry: object, timeouts: object = {}): RunPlan {
  const scenario = {
    target: 'ws://127.0.0.1/',
    subscribe: [{ destination: '/topic/a', ...entry }],
    timeouts,
  };
  const options = { cwd: '/', variables: {}, set: [], readFile: () => JSON.stringify(scenario) };
  return loadScenario('doctor.yaml', options).plan;
}

type Answers = Partial<Record<'subscribe' | 'unsubscribe' | 'disconnect', Answer>>;

/** The checks of a server that answers everything but what is said. */
function checksOf(plan: RunPlan, answers: Answers): Record<string, Check> {
  const found = {
    info: null,
    tookUs: {},
    destination: '/topic/a',
    subscribe: 'receipt' as const,
    gotMessage: false,
    unsubscribe: 'receipt' as const,
    disconnect: 'receipt' as const,
    failure: null,
    ...answers,
  };
  return Object.fromEntries(visitChecks(plan, found, false).map((check) => [check.id, check]));
}

const LONG = { subscribe: '20s', unsubscribe: '1m', disconnect: '15s' };
const SHORT = { subscribe: '2s', unsubscribe: '2s', disconnect: '2s' };

describe('a RECEIPT of SUBSCRIBE that did not come', () => {
  it.each<[object, object, string, string | null]>([
    [{ confirm: 'receipt', awaitMessage: false }, SHORT, 'fail', 'subscribe[0].confirm: none'],
    [{ confirm: 'receipt', awaitMessage: true }, SHORT, 'fail', 'subscribe[0].confirm: message'],
    [{ confirm: 'receipt' }, {}, 'fail', 'subscribe[0].confirm: none'],
    [{ confirm: 'receipt' }, LONG, 'warn', 'subscribe[0].confirm: none'],
    [{ confirm: 'auto' }, SHORT, 'fail', 'subscribe[0].confirm: none'],
    [{ confirm: 'auto' }, LONG, 'warn', 'subscribe[0].confirm: none'],
    [{ confirm: 'auto', awaitMessage: true }, SHORT, 'warn', 'subscribe[0].confirm: message'],
    [{ confirm: 'message' }, SHORT, 'ok', null],
    [{ confirm: 'none' }, SHORT, 'ok', null],
  ])('with %j and time-outs %j', (entry, timeouts, status, mend) => {
    const { subscribe } = checksOf(planOf(entry, timeouts), { subscribe: 'none', unsubscribe: 'none' });
    expect(subscribe).toMatchObject({ status, mend });
  });

  it('is told with how long it was waited for, and how long the plan would', () => {
    const { subscribe } = checksOf(planOf({}, LONG), { subscribe: 'none' });
    expect(subscribe?.found).toBe('/topic/a: no RECEIPT within 10s; the plan waits 20s');
  });
});

describe('a RECEIPT of UNSUBSCRIBE that did not come', () => {
  it.each<[object, object, string, string | null]>([
    [{}, SHORT, 'fail', 'subscribe[0].confirm: none'],
    [{ awaitMessage: true }, SHORT, 'fail', 'subscribe[0].confirm: message'],
    [{ confirm: 'receipt', awaitMessage: true }, SHORT, 'fail', 'subscribe[0].confirm: message'],
    [{}, LONG, 'warn', 'subscribe[0].confirm: none'],
    [{ confirm: 'message' }, SHORT, 'ok', null],
    [{ confirm: 'none' }, SHORT, 'ok', null],
  ])('though that of SUBSCRIBE did, with %j and time-outs %j', (entry, timeouts, status, mend) => {
    const { receipts } = checksOf(planOf(entry, timeouts), { unsubscribe: 'none' });
    expect(receipts).toMatchObject({ status, mend });
  });

  it('is not asked for where that of SUBSCRIBE did not come either', () => {
    const plan = planOf({ awaitMessage: true }, SHORT);
    expect(checksOf(plan, { subscribe: 'none', unsubscribe: 'none' })['receipts']?.status).toBe('ok');
  });
});

describe('a RECEIPT of DISCONNECT that did not come', () => {
  it.each<[object, string, string]>([
    [SHORT, 'fail', 'SUBSCRIBE RECEIPT, UNSUBSCRIBE RECEIPT, DISCONNECT no RECEIPT'],
    [{}, 'fail', 'SUBSCRIBE RECEIPT, UNSUBSCRIBE RECEIPT, DISCONNECT no RECEIPT'],
    [
      LONG,
      'warn',
      'SUBSCRIBE RECEIPT, UNSUBSCRIBE RECEIPT, DISCONNECT no RECEIPT within 10s; the plan waits 15s',
    ],
  ])('with time-outs %j', (timeouts, status, found) => {
    expect(checksOf(planOf({}, timeouts), { disconnect: 'none' })['receipts']).toMatchObject({
      status,
      found,
    });
  });

  it('is worse than one of UNSUBSCRIBE that may still come', () => {
    const plan = planOf({}, { ...LONG, disconnect: '2s' });
    const { receipts } = checksOf(plan, { unsubscribe: 'none', disconnect: 'none' });
    expect(receipts).toMatchObject({ status: 'fail', mend: expect.stringContaining('DISCONNECT') });
  });
});
