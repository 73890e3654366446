import { systemCode } from '../shared/errors.js';

export const NO_ANSWER = 'it did not answer in time';

/** OpenTelemetry's own words for what has no code, and ours. What a collector says is nowhere in them. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Request timed out/, NO_ANSWER],
  [/^OTLP export response body exceeded size limit/, 'its answer was longer than 4 MB'],
  [/^Export failed with retryable status/, 'it asked to come back later (HTTP 429, 502, 503 or 504)'],
  [/^Concurrent export limit reached/, 'others had not been answered yet'],
];

/**
 * Why a push failed, as a clause of our own: an HTTP status, the code of a system error, or words of a closed list. A collector
 * may say whatever it likes, and its answer may quote the headers that it was sent.
 */
export function pushProblem(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number') {
    return `HTTP ${error.code}`;
  }
  const code = systemCode(error);
  if (code !== undefined) return code;
  const message = error instanceof Error ? error.message : '';
  return WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'an error without a code';
}
