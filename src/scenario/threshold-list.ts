import { z } from 'zod';
import type { ThresholdPlan } from '../model/thresholds.js';
import { nearest } from '../shared/nearest.js';
import { parseDurationMs } from '../shared/units.js';
import { isThresholdProblem } from '../thresholds/grammar.js';
import type { Metric } from '../thresholds/metric.js';
import { parseThreshold } from '../thresholds/parse.js';
import { describeValue, type Fault } from './field.js';
import { list } from './section.js';

/** A threshold as it was written; where that was is not the schema's to know. */
export type WrittenThreshold = Omit<ThresholdPlan, 'place'>;

const MAX_THRESHOLDS = 200;
const MAX_MS = 7 * 86_400_000;
const KEYS = ['that', 'from', 'window', 'abort', 'after'] as const;
const EXAMPLE = 'write e.g. phases.connect.p99 < 250ms, or { that: …, from: 30s, window: 10s }';

const TEXT_SCHEMA = {
  type: 'string',
  pattern: '^\\s*[a-z][^\\s<>=!]*\\s*(<=?|>=?|==|!=)\\s*\\d[\\d_.]*\\s*(us|ms|s|m|%|/s|[KMG]?B)?\\s*$|\\$\\{',
  examples: ['connections.complete == 100%', 'phases.connect.p99 < 250ms', 'deliveries.lost == 0'],
} as const;

const DURATION_SCHEMA = { type: 'string', pattern: '^([0-9.]+(ms|s|m|h|d))+$|^0$|\\$\\{' } as const;

const MAP_SCHEMA = {
  type: 'object',
  properties: {
    that: { description: 'The threshold itself.', ...TEXT_SCHEMA },
    from: { description: 'Judged from then on, from the start of the run.', ...DURATION_SCHEMA },
    window: { description: 'Each window of that length is judged by itself.', ...DURATION_SCHEMA },
    abort: { description: 'Missing it ends the run, with its reports.', type: 'boolean' },
    after: { description: 'It ends the run no sooner than that.', ...DURATION_SCHEMA },
  },
  required: ['that'],
  additionalProperties: false,
} as const;

type Report = (fault: Fault, path: PropertyKey[]) => void;

const threshold = z
  .unknown()
  .transform((value, context): WrittenThreshold => {
    let faults = 0;
    const report: Report = ({ fault, hint, offset }, path) => {
      faults++;
      context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint, offset } });
    };
    const written = thresholdOf(value, report);
    return faults > 0 || written === undefined ? z.NEVER : written;
  })
  .meta({ 'x-type': 'thresholds', anyOf: [TEXT_SCHEMA, MAP_SCHEMA] });

/** What a run is to keep: texts of the grammar (thresholds/grammar.ts), or maps with one. */
export const thresholdList = list(threshold, [], {
  description:
    'What the run has to keep, or end with exit code 5: each a text such as `phases.connect.p99 < 250ms`, or a map `{ that: …, from: 30s, window: 10s, abort: true, after: 10s }` that judges each window by itself, from a moment on, or ends the run where it is missed ([thresholds](thresholds.md)). `--threshold` adds one.',
}).check((context) => {
  if (context.value.length <= MAX_THRESHOLDS) return;
  context.issues.push({
    code: 'custom',
    input: context.value,
    message: `more than ${MAX_THRESHOLDS} thresholds`,
    params: { hint: 'write fewer' },
  });
});

function thresholdOf(value: unknown, report: Report): WrittenThreshold | undefined {
  if (typeof value === 'string') return whole(value, {}, [], report);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report({ fault: `a threshold is not ${describeValue(value)}`, hint: EXAMPLE }, []);
    return undefined;
  }
  const map = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(map)) {
    if (KEYS.some((known) => known === key)) continue;
    const meant = nearest(key, KEYS);
    const hint = meant === undefined ? `the keys here are ${KEYS.join(', ')}` : `did you mean ${meant}?`;
    report({ fault: 'there is no such key', hint }, [key]);
  }
  const { that } = map;
  if (typeof that === 'string') return whole(that, map, ['that'], report);
  const fault =
    that === undefined ? 'this says nothing to keep' : `a threshold is not ${describeValue(that)}`;
  report({ fault, hint: 'write that: phases.connect.p99 < 250ms' }, that === undefined ? [] : ['that']);
  return undefined;
}

function whole(
  text: string,
  map: Readonly<Record<string, unknown>>,
  path: PropertyKey[],
  report: Report,
): WrittenThreshold | undefined {
  const parsed = parseThreshold(text);
  const time = { ...timesOf(map, report), abort: flagOf(map['abort'], report) };
  if (isThresholdProblem(parsed)) {
    const { message, hint, offset } = parsed;
    report({ fault: message, hint, offset }, path);
    return undefined;
  }
  const { metric, that, comparator, bound, unit } = parsed;
  const { fromMs = 0, windowMs = null, afterMs, abort } = time;
  if (afterMs !== undefined && !abort) {
    report({ fault: 'only what ends the run has a time after which', hint: 'write abort: true too' }, [
      'after',
    ]);
  }
  if (!metric.inParts) refuseParts(metric, { from: fromMs > 0, window: windowMs !== null, abort }, report);
  return {
    that,
    metric: metric.name,
    comparator,
    bound,
    unit,
    fromMs,
    windowMs,
    abort,
    afterMs: afterMs ?? 0,
  };
}

/** What is only known when the run is over can't be judged while it goes on, nor of a part of it. */
function refuseParts(metric: Metric, asked: Readonly<Record<string, boolean>>, report: Report): void {
  for (const [key, isAsked] of Object.entries(asked)) {
    if (!isAsked) continue;
    const fault = `${metric.name} is only known when the run is over`;
    report({ fault, hint: `leave ${key} out, or take another metric` }, [key]);
  }
}

interface Times {
  readonly fromMs?: number | undefined;
  readonly windowMs?: number | undefined;
  readonly afterMs?: number | undefined;
}

function timesOf(map: Readonly<Record<string, unknown>>, report: Report): Times {
  return {
    fromMs: wholeSecondsOf(map, 'from', 0, report),
    windowMs: wholeSecondsOf(map, 'window', 1000, report),
    afterMs: wholeSecondsOf(map, 'after', 0, report),
  };
}

/** Milliseconds; undefined where nothing is written. What a run measures is told second by second. */
function wholeSecondsOf(
  map: Readonly<Record<string, unknown>>,
  key: string,
  minMs: number,
  report: Report,
): number | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    report({ fault: `a duration is not ${describeValue(value)}`, hint: 'write e.g. 10s' }, [key]);
    return undefined;
  }
  const ms = parseDurationMs(value);
  if (ms === undefined) {
    const meant = /^\d+$/.test(value) ? `${value}s` : 'e.g. 10s';
    report({ fault: 'this is no duration', hint: `write ${meant}` }, [key]);
  } else if (ms % 1000 !== 0) {
    report({ fault: 'a run is told second by second', hint: 'write whole seconds' }, [key]);
  } else if (ms < minMs || ms > MAX_MS) {
    report({ fault: 'this is out of range', hint: `write a duration from ${minMs / 1000}s to 7d` }, [key]);
  } else return ms;
  return undefined;
}

function flagOf(value: unknown, report: Report): boolean {
  if (value === undefined || value === null) return false;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text !== 'true' && text !== 'false') {
    report({ fault: 'this is neither true nor false', hint: 'write true or false' }, ['abort']);
  }
  return text === 'true';
}
