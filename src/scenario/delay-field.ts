import { z } from 'zod';
import type { DelayPlan } from '../model/faults.js';
import { parseDurationMs } from '../shared/units.js';
import { nearest } from '../shared/nearest.js';
import { describeValue, type Fault, type FieldInfo } from './field.js';
import { parsePercentage } from './percentages.js';

const MAX_DELAY_MS = 3_600_000;
const MAX_STEPS = 100;

/** Where an exponential distribution is cut off unless told otherwise: one in 500 million is beyond it. */
const MEANS_TO_MAX = 20;

const SHAPES =
  'write 20ms, { uniform: [5ms, 20ms] }, { exponential: 10ms } or { steps: { 5ms: 90%, 80ms: 10% } }';
const KINDS = ['uniform', 'exponential', 'steps'] as const;

type Report = (fault: Fault, path: PropertyKey[]) => void;

/** How long each one is delayed: always the same, or drawn from a distribution. */
export function delay({ description }: FieldInfo) {
  return z
    .unknown()
    .transform((value, context): DelayPlan => {
      let faults = 0;
      const report: Report = ({ fault, hint }, path) => {
        faults++;
        context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint } });
      };
      const plan = planOf(value, report);
      return faults > 0 || plan === undefined ? z.NEVER : plan;
    })
    .meta({ description, 'x-type': 'delay', anyOf: [{ type: 'string' }, { type: 'object' }] });
}

function planOf(value: unknown, report: Report): DelayPlan | undefined {
  if (typeof value === 'string') {
    const ms = msOf(value, [], report);
    return ms === undefined ? undefined : { distribution: 'constant', ms };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fault = value === undefined ? 'a delay is missing here' : `a delay is not ${describeValue(value)}`;
    report({ fault, hint: SHAPES }, []);
    return undefined;
  }
  const map = value as Readonly<Record<string, unknown>>;
  const kind = KINDS.find((known) => known in map);
  for (const key of Object.keys(map)) {
    if (key === kind || (key === 'max' && kind === 'exponential')) continue;
    const meant = nearest(key, [...KINDS, 'max']);
    const hint = meant === undefined || meant === kind ? SHAPES : `did you mean ${meant}?`;
    report({ fault: `${JSON.stringify(key)} does not belong to a delay here`, hint }, [key]);
  }
  switch (kind) {
    case 'uniform':
      return uniform(map['uniform'], report);
    case 'exponential':
      return exponential(map['exponential'], map['max'], report);
    case 'steps':
      return steps(map['steps'], report);
    case undefined:
      if (Object.keys(map).length === 0) report({ fault: 'nothing is written here', hint: SHAPES }, []);
      return undefined;
  }
}

function uniform(value: unknown, report: Report): DelayPlan | undefined {
  if (!Array.isArray(value) || value.length !== 2) {
    report({ fault: 'this is no range', hint: 'write [5ms, 20ms]' }, ['uniform']);
    return undefined;
  }
  const [minMs, maxMs] = [0, 1].map((at) => msOf(value[at], ['uniform', at], report));
  if (minMs === undefined || maxMs === undefined) return undefined;
  if (minMs > maxMs) report({ fault: 'this range ends before it begins', hint: 'swap the two' }, ['uniform']);
  return { distribution: 'uniform', minMs, maxMs };
}

function exponential(mean: unknown, max: unknown, report: Report): DelayPlan | undefined {
  const meanMs = msOf(mean, ['exponential'], report);
  if (meanMs === undefined) return undefined;
  const maxMs =
    max === undefined ? Math.min(MAX_DELAY_MS, MEANS_TO_MAX * meanMs) : msOf(max, ['max'], report);
  return maxMs === undefined ? undefined : { distribution: 'exponential', meanMs, maxMs };
}

function steps(value: unknown, report: Report): DelayPlan | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report({ fault: 'these are no steps', hint: 'write { 5ms: 90%, 80ms: 10% }' }, ['steps']);
    return undefined;
  }
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.length > MAX_STEPS) {
    report({ fault: `more than ${MAX_STEPS} steps`, hint: 'write fewer' }, ['steps']);
    return undefined;
  }
  const result = entries.map(([text, percent]) => {
    const ms = msOf(text, ['steps', text], report) ?? 0;
    const share = typeof percent === 'string' ? parsePercentage(percent) : undefined;
    if (share === undefined) {
      report({ fault: 'this is no percentage from 0% to 100%', hint: 'write e.g. 10%' }, ['steps', text]);
    }
    return { share: share ?? 0, ms };
  });
  const sum = result.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) {
    const hint = `these add up to ${Number((sum * 100).toFixed(6))}%`;
    report({ fault: 'the percentages have to add up to 100%', hint }, ['steps']);
  }
  return { distribution: 'steps', steps: result };
}

function msOf(value: unknown, path: PropertyKey[], report: Report): number | undefined {
  const ms = typeof value === 'string' ? parseDurationMs(value) : undefined;
  if (ms === undefined) report({ fault: 'this is no duration', hint: 'write e.g. 5ms, 500ms or 2s' }, path);
  else if (ms > MAX_DELAY_MS) report({ fault: 'this is out of range', hint: 'write at most 1h' }, path);
  else return ms;
  return undefined;
}
