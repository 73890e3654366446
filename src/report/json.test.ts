import { describe, expect, it } from 'vitest';
import { renderJson } from './json.js';
import { emptyRun, failingRun, hostileRun, passingRun } from './testing/sample-result.js';

describe('renderJson', () => {
  it.each([
    ['a pass', passingRun()],
    ['a failure', failingRun()],
    ['nothing attempted', emptyRun()],
    ['a hostile target', hostileRun()],
  ])('loses nothing of %s', (_, result) => {
    expect(JSON.parse(renderJson(result))).toEqual(result);
  });

  it('is the same text however the result was put together', () => {
    const result = failingRun();
    const reversed = Object.fromEntries(Object.entries(result).reverse()) as unknown as typeof result;
    expect(renderJson(reversed)).toBe(renderJson(result));
  });

  it('ends in one newline, and has a line for each second of the run', () => {
    const result = passingRun();
    const text = renderJson(result);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text.split('\n').filter((line) => line.includes('"plannedTotal"'))).toHaveLength(
      result.series.length,
    );
  });
});
