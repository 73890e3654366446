import {
  durationText,
  formatCount,
  parseDurationMs,
  parseRatePerSec,
  parseSizeBytes,
  rateText,
  sizeText,
} from '../shared/units.js';
import { field, VARIABLE_SCHEMA, type Fault, type FieldInfo } from './field.js';

export function wholeNumber(min: number, max: number, info: FieldInfo) {
  const range = `from ${formatCount(min)} to ${formatCount(max)}`;
  const hint = `write a whole number ${range}`;
  return field<number>(
    {
      noun: 'a whole number',
      hint,
      type: `whole number, ${range}`,
      json: { anyOf: [{ type: 'integer', minimum: min, maximum: max }, VARIABLE_SCHEMA] },
    },
    (text) => wholeNumberOf(text, min, max) ?? { fault: `this is no whole number ${range}`, hint },
    info,
  );
}

function wholeNumberOf(text: string, min: number, max: number): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

/** A whole number, or left to stompede. */
export function wholeNumberOrAuto(min: number, max: number, info: FieldInfo) {
  const hint = `write auto, or a whole number from ${min} to ${formatCount(max)}`;
  return field<number | 'auto'>(
    {
      noun: 'a number',
      hint,
      type: `\`auto\` or whole number, from ${min} to ${formatCount(max)}`,
      json: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: min, maximum: max }, VARIABLE_SCHEMA] },
    },
    (text) =>
      text === 'auto'
        ? text
        : (wholeNumberOf(text, min, max) ?? { fault: 'this is neither auto nor such a number', hint }),
    info,
  );
}

/** Milliseconds. */
export function duration(minMs: number, maxMs: number, info: FieldInfo) {
  const range = `from ${durationText(minMs)} to ${durationText(maxMs)}`;
  return field<number>(
    {
      noun: 'a duration',
      hint: 'write e.g. 500ms, 30s, 5m or 1m30s',
      type: `duration, ${range}`,
      json: {
        type: 'string',
        pattern: '^0$|^([0-9.]+(ms|s|m|h|d))+$|\\$\\{',
        examples: ['500ms', '30s', '5m'],
      },
    },
    (text) => {
      const ms = parseDurationMs(text);
      if (ms === undefined) {
        const suggestion = /^\d+(?:\.\d+)?$/.test(text)
          ? `${text}s or ${text}ms`
          : 'e.g. 500ms, 30s, 5m or 1m30s';
        return { fault: 'this is no duration', hint: `write ${suggestion}` };
      }
      if (ms < minMs || ms > maxMs)
        return { fault: 'this is out of range', hint: `write a duration ${range}` };
      return ms;
    },
    info,
  );
}

const MIN_RATE_PER_SEC = 1 / 3600;
const MAX_RATE_PER_SEC = 1_000_000;
const RATE_JSON = {
  type: 'string',
  pattern: '^[0-9.]+ ?/ ?(s|sec|m|min|h)$|\\$\\{',
  examples: ['500/s', '30/min'],
} as const;

/** Events per second. */
export function rate(info: FieldInfo, forZero = 'write a rate above zero') {
  return field<number>(
    {
      noun: 'a rate',
      hint: 'write e.g. 500/s or 30/min',
      type: 'rate',
      json: RATE_JSON,
    },
    (text) => rateOf(text, forZero),
    info,
  );
}

function rateOf(text: string, forZero: string): number | Fault {
  const perSec = parseRatePerSec(text);
  if (perSec === undefined) {
    const isNumber = /^\d+(?:\.\d+)?$/.test(text);
    return {
      fault: 'this is no rate',
      hint: `write e.g. ${isNumber ? text : '500'}/s${isNumber ? '' : ' or 30/min'}`,
    };
  }
  if (perSec === 0) return { fault: 'a rate of zero never does anything', hint: forZero };
  if (perSec < MIN_RATE_PER_SEC * 0.999 || perSec > MAX_RATE_PER_SEC) {
    const range = `from ${rateText(MIN_RATE_PER_SEC)} to ${formatCount(MAX_RATE_PER_SEC)}/s`;
    return { fault: 'this is out of range', hint: `write a rate ${range}` };
  }
  return perSec;
}

/** Events per second; null for all at once. */
export function rateOrUnlimited(info: FieldInfo) {
  return field<number | null>(
    {
      noun: 'a rate',
      hint: 'write e.g. 1000/s, or unlimited',
      type: 'rate or `unlimited`',
      json: { anyOf: [RATE_JSON, { const: 'unlimited' }] },
    },
    (text) => (text === 'unlimited' ? null : rateOf(text, 'write unlimited for all at once')),
    info,
  );
}

/** Bytes. */
export function size(minBytes: number, maxBytes: number, info: FieldInfo) {
  const range = `from ${sizeText(minBytes)} to ${sizeText(maxBytes)}`;
  return field<number>(
    {
      noun: 'a size',
      hint: 'write e.g. 200B, 4KB or 1MB',
      type: `size, ${range}`,
      json: {
        type: 'string',
        pattern: '^[0-9.]+ ?([kKmM]i?)?[bB]$|\\$\\{',
        examples: ['200B', '4KB', '1MB'],
      },
    },
    (text) => {
      const bytes = parseSizeBytes(text);
      if (bytes === undefined) {
        return {
          fault: 'this is no size',
          hint: `write e.g. ${/^\d+$/.test(text) ? `${text}B` : '200B, 4KB or 1MB'}`,
        };
      }
      if (bytes < minBytes || bytes > maxBytes)
        return { fault: 'this is out of range', hint: `write a size ${range}` };
      return bytes;
    },
    info,
  );
}
