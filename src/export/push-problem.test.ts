import { expect, it } from 'vitest';
import { pushProblem } from './push-problem.js';

const withCode = (code: unknown, message = 'it said: Bearer hunter2'): Error =>
  Object.assign(new Error(message), { code });

it.each([
  [withCode(500), 'HTTP 500'],
  [withCode('ECONNREFUSED'), 'ECONNREFUSED'],
  [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [new Error('Request timed out'), 'it did not answer in time'],
  [
    new Error('OTLP export response body exceeded size limit of 4194304 bytes'),
    'its answer was longer than 4 MB',
  ],
  [
    new Error('Export failed with retryable status'),
    'it asked to come back later (HTTP 429, 502, 503 or 504)',
  ],
  [new Error('Concurrent export limit reached'), 'others had not been answered yet'],
  [new Error('anything that a collector said: Bearer hunter2'), 'an error without a code'],
  ['hunter2', 'an error without a code'],
  [undefined, 'an error without a code'],
])('says of %s no more than %s', (error, words) => {
  expect(pushProblem(error)).toBe(words);
});
