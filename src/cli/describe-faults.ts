import type { DelayPlan, FaultRule, FaultsPlan } from '../model/faults.js';
import { durationText, formatCount } from '../shared/units.js';

/** A line for the seed, and one for each rule: what a person sees of a plan of faults. */
export function describeFaults({ seed, rules }: FaultsPlan): string[] {
  return [`seed ${seed}, ${rules.length} ${rules.length === 1 ? 'fault' : 'faults'}`, ...rules.map(ruleText)];
}

function ruleText(rule: FaultRule): string {
  const { fault, share, skip, fromMs, untilMs, ...own } = rule;
  const options = Object.entries(own).flatMap(([key, value]: [string, Option]) => optionText(key, value));
  const whom = share === 1 ? [] : [`${percentText(share)} of the connections`];
  const spared = skip === 0 ? [] : [`not the first ${formatCount(skip)}`];
  const from = fromMs === 0 ? [] : [`from ${durationText(fromMs)}`];
  const until = untilMs === null ? [] : [`until ${durationText(untilMs)}`];
  return [fault, ...options, ...whom, ...spared, ...from, ...until].join(', ');
}

type Option = string | number | boolean | null | readonly string[] | DelayPlan;

function optionText(key: string, value: Option): string[] {
  if (value === null || value === '') return [];
  if (typeof value === 'object') {
    return 'distribution' in value ? [delayText(value)] : [`${key} ${value.join(' ')}`];
  }
  if (key === 'ofDeliveries' && typeof value === 'number') return [`${percentText(value)} of the deliveries`];
  if (key.endsWith('Ms') && typeof value === 'number') return [`${key.slice(0, -2)} ${durationText(value)}`];
  return [`${key} ${value}`];
}

function delayText(delay: DelayPlan): string {
  switch (delay.distribution) {
    case 'constant':
      return `delay ${durationText(delay.ms)}`;
    case 'uniform':
      return `delay ${durationText(delay.minMs)} to ${durationText(delay.maxMs)}`;
    case 'exponential':
      return `delay exponential, mean ${durationText(delay.meanMs)}, at most ${durationText(delay.maxMs)}`;
    case 'steps':
      return `delay ${delay.steps.map(({ share, ms }) => `${durationText(ms)} ${percentText(share)}`).join(' / ')}`;
  }
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
