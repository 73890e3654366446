import { describe, expect, it } from 'vitest';
import { samplePlan } from '../report/testing/sample-plan.js';
import { phasesOf } from './cycle.js';
import { PHASES } from './phases.js';
import type { RunPlan } from './plan.js';

const SAMPLE = samplePlan('sample', 20, 10, 1000);
const withUrls = (...urls: string[]): RunPlan => ({
  ...SAMPLE,
  target: { embedded: false, urls, addresses: 'first' },
});

describe('phasesOf', () => {
  it.each<[string, RunPlan, readonly string[]]>([
    ['every phase of a name behind TLS', withUrls('wss://chat.example.com/ws'), []],
    ['no dns of an address', withUrls('wss://192.0.2.1/ws'), ['dns']],
    ['no dns of an IPv6 address', withUrls('wss://[::1]:15674/ws'), ['dns']],
    ['no tls of ws:', withUrls('ws://localhost:15674/ws'), ['tls']],
    ['what any of several targets has', withUrls('ws://127.0.0.1/ws', 'wss://chat.example.com/ws'), []],
    [
      'no message where none is awaited',
      { ...SAMPLE, subscribe: [{ ...SAMPLE.subscribe[0]!, awaitMessage: false }] },
      ['message'],
    ],
    [
      'nothing of subscriptions where there are none',
      { ...SAMPLE, subscribe: [] },
      ['subscribe', 'message', 'unsubscribe'],
    ],
    [
      'what can be told of a URL that was masked until it is none',
      withUrls('wss://host:***/ws'),
      ['dns', 'tls'],
    ],
  ])('has %s', (_, plan, without) => {
    expect(phasesOf(plan)).toEqual(PHASES.filter((phase) => !without.includes(phase)));
  });
});
