import { expect, test } from 'vitest';
import { isEndless } from './endless.js';

const VARIABLES = ['publisher', 'seq', 'run'];

test.for([
  '/topic/a',
  '/topic/{{ seq % 100 }}',
  '/topic/{{ (publisher + seq * 5) % 10 }}',
  '/topic/{{ run }}',
  '/topic/{{ seq % 100000 }}',
])('%s comes back to its destinations', (source) => {
  expect(isEndless(source, VARIABLES)).toBe(false);
});

test.for([
  '/topic/{{ seq }}',
  '/topic/{{ seq / 1000 }}',
  '/topic/{{ seq % 1000000 }}',
  '/topic/{{ seq % 10 }}.{{ seq }}',
])('%s never does, or too late', (source) => {
  expect(isEndless(source, VARIABLES)).toBe(true);
});
