import { MAX_US } from '../metrics/hdr-layout.js';
import type { MetricUnit } from '../model/thresholds.js';
import { formatCount } from '../shared/units.js';
import type { ThresholdProblem, Word } from './grammar.js';
import type { Metric } from './metric.js';

export interface Bound {
  /** In the base of the unit. */
  readonly bound: number;
  readonly unit: MetricUnit;
}

/** A bound in this is `figure x 10^decimals x times` in the base of `unit`. */
interface WrittenUnit {
  readonly unit: MetricUnit;
  readonly decimals: number;
  readonly times: number;
}

const UNITS: Readonly<Record<string, WrittenUnit>> = {
  us: { unit: 'us', decimals: 0, times: 1 },
  ms: { unit: 'us', decimals: 3, times: 1 },
  s: { unit: 'us', decimals: 6, times: 1 },
  m: { unit: 'us', decimals: 6, times: 60 },
  '%': { unit: 'share', decimals: -2, times: 1 },
  '/s': { unit: 'perSec', decimals: 0, times: 1 },
  B: { unit: 'bytes', decimals: 0, times: 1 },
  KB: { unit: 'bytes', decimals: 0, times: 1024 },
  MB: { unit: 'bytes', decimals: 0, times: 1024 ** 2 },
  GB: { unit: 'bytes', decimals: 0, times: 1024 ** 3 },
  '': { unit: 'count', decimals: 0, times: 1 },
};

const SPELLINGS: Readonly<Record<string, string>> = {
  µs: 'us',
  μs: 'us',
  usec: 'us',
  msec: 'ms',
  sec: 's',
  secs: 's',
  min: 'm',
  b: 'B',
  kb: 'KB',
  mb: 'MB',
  gb: 'GB',
  '/sec': '/s',
  percent: '%',
};

/** Both signs that Unicode has for a micro, and the sizes in small letters; the others are only suggested. */
const ACCEPTED = /^(?:[µμ]s|[kmg]?b)$/;

const NOUNS: Readonly<Record<MetricUnit, string>> = {
  us: 'a duration',
  count: 'a count',
  share: 'a share',
  perSec: 'a rate',
  bytes: 'a size',
};

const MAX_BOUND = 1e15;
const NUMBER = /^(\d+(?:_\d+)*(?:\.\d{1,6})?)$/;

/** Reads the bound of a metric, in a unit that this metric may be compared in. */
export function readBound(metric: Metric, number: Word, unit: Word): Bound | ThresholdProblem {
  const problem = (word: Word, message: string, hint: string): ThresholdProblem => ({
    message,
    hint,
    offset: word.offset,
  });
  if (!NUMBER.test(number.text)) return problem(number, ...notANumber(number.text));
  const digits = number.text.replaceAll('_', '');
  const written = writtenUnit(unit.text);
  if (written === undefined) return problem(unit, ...noSuchUnit(metric, digits, unit.text));
  if (written.unit !== metric.unit && (written.unit !== 'share' || metric.shareOf === null)) {
    const at = unit.text === '' ? { text: '', offset: number.offset + number.text.length } : unit;
    return problem(at, ...wrongUnit(metric, digits, unit.text, written.unit));
  }
  const bound = Number(`${digits}e${written.decimals}`) * written.times;
  const beyond = beyondReach(metric, bound, written.unit);
  return beyond === undefined ? { bound, unit: written.unit } : problem(number, ...beyond);
}

function writtenUnit(text: string): WrittenUnit | undefined {
  if (Object.hasOwn(UNITS, text)) return UNITS[text];
  const spelling = ACCEPTED.test(text.toLowerCase()) ? SPELLINGS[text.toLowerCase()] : undefined;
  return spelling === undefined ? undefined : UNITS[spelling];
}

type Complaint = readonly [message: string, hint: string];

function notANumber(text: string): Complaint {
  if (text.startsWith('-')) return ['a bound is never below zero', 'write it without the minus'];
  if (text.startsWith('+')) return ['a bound has no sign', 'write it without the plus'];
  if (text.includes(','))
    return ['a number has no comma in it', 'write 1_000 for a thousand, and 0.5 for a half'];
  if (/^[\d_]+\.\d{7,}$/.test(text)) return ['this is finer than can be told', 'write at most six decimals'];
  return ['this is no number', 'write e.g. 250, 1_000 or 0.5'];
}

function noSuchUnit(metric: Metric, digits: string, text: string): Complaint {
  if (/\d/.test(text)) return ['a bound is one figure with one unit', 'write e.g. 90s for 1m30s'];
  const meant = Object.hasOwn(SPELLINGS, text.toLowerCase()) ? SPELLINGS[text.toLowerCase()] : undefined;
  return [
    'there is no such unit',
    meant === undefined ? expected(metric, digits) : `write ${digits}${meant}`,
  ];
}

function wrongUnit(metric: Metric, digits: string, text: string, unit: MetricUnit): Complaint {
  const { name } = metric;
  if (unit === 'share') return [`${name} is a share of nothing that is counted`, expected(metric, digits)];
  const is = `${name} is ${NOUNS[metric.unit]}`;
  if (text === '') return [`${is}: its bound needs a unit`, expected(metric, digits)];
  return [`${is}, and ${digits}${text} is ${NOUNS[unit]}`, expected(metric, digits)];
}

function expected({ unit, shareOf }: Metric, digits: string): string {
  switch (unit) {
    case 'us':
      return `write ${digits}ms, or with us, s or m`;
    case 'perSec':
      return `write ${digits}/s`;
    case 'bytes':
      return `write ${digits}MB, or with B, KB or GB`;
    case 'count':
      return `write ${digits} alone${shareOf === null ? '' : `, or ${digits}% of ${shareOf}`}`;
  }
}

function beyondReach(metric: Metric, bound: number, unit: MetricUnit): Complaint | undefined {
  if (bound > MAX_BOUND) return ['this is larger than can be counted', 'write a smaller bound'];
  if (unit === 'share' && bound > 1) return ['a share is never above 100%', 'write a bound from 0% to 100%'];
  if (unit === 'count' && !Number.isInteger(bound)) {
    const share = metric.shareOf === null ? '' : `, or ${bound}% of ${metric.shareOf}`;
    return ['a count is a whole number', `write ${formatCount(Math.floor(bound))}${share}`];
  }
  if (unit === 'bytes' && !Number.isInteger(bound)) return ['these are no whole bytes', 'write e.g. 1536KB'];
  // What takes longer is counted as that, so that such a bound could not be missed.
  if (metric.latency !== null && bound > MAX_US)
    return ['latencies are told up to an hour', 'write at most 60m'];
  return undefined;
}

/** The one spelling of a bound: `1.5s`, `0.1%`, `2800/s`; readBound gives the same bound back. */
export function boundText({ bound, unit }: Bound): string {
  switch (unit) {
    case 'us':
      return durationText(bound);
    case 'share':
      return `${shifted(bound, 2)}%`;
    case 'perSec':
      return `${shifted(bound, 0)}/s`;
    case 'bytes':
      return sizeText(bound);
    case 'count':
      return shifted(bound, 0);
  }
}

const MINUTE_US = 60_000_000;

/** In the largest unit in which it is at least one, and has no more than three decimals. */
function durationText(us: number): string {
  if (us > 0 && us % MINUTE_US === 0) return `${us / MINUTE_US}m`;
  for (const [name, decimals] of [
    ['s', 6],
    ['ms', 3],
  ] as const) {
    const figure = shifted(us, -decimals);
    if (Number(figure) >= 1 && (figure.split('.')[1] ?? '').length <= 3) return `${figure}${name}`;
  }
  return us === 0 ? '0ms' : `${shifted(us, 0)}us`;
}

function sizeText(bytes: number): string {
  const name = (['GB', 'MB', 'KB'] as const).find((candidate) => {
    const times = UNITS[candidate]?.times ?? 1;
    return bytes >= times && bytes % times === 0;
  });
  return name === undefined ? `${bytes}B` : `${bytes / (UNITS[name]?.times ?? 1)}${name}`;
}

/** A number times a power of ten in plain decimals, digit by digit: a division would round. */
function shifted(value: number, by: number): string {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [integer = '0', fraction = ''] = mantissa.split('.');
  const point = integer.length + Number(exponent) + by;
  const digits = `${integer}${fraction}`;
  const padded = digits.padEnd(point, '0').padStart(digits.length + Math.max(0, 1 - point), '0');
  const at = Math.max(1, point);
  const [whole, rest] = [padded.slice(0, at), padded.slice(at).replace(/0+$/, '')];
  const trimmed = whole.replace(/^0+(?=\d)/, '');
  return rest === '' ? trimmed : `${trimmed}.${rest}`;
}
