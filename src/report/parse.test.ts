import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StompedeError } from '../shared/errors.js';
import { renderHtml } from './html.js';
import { renderJson } from './json.js';
import { parseResult } from './parse.js';
import {
  doubtfulRun,
  emptyRun,
  failingRun,
  hostileRun,
  passingRun,
  singleRun,
  unsoundRun,
} from './testing/sample-result.js';
import { renderText } from './text.js';

const WHERE = 'reports/x/result.json';

function refusal(text: string): StompedeError {
  try {
    parseResult(text, WHERE);
  } catch (error) {
    if (error instanceof StompedeError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseResult', () => {
  it.each([
    ['a pass', passingRun()],
    ['a failure', failingRun()],
    ['one connection', singleRun()],
    ['nothing attempted', emptyRun()],
    ['an unsound generator', unsoundRun()],
    ['a doubtful generator', doubtfulRun()],
    ['a hostile target', hostileRun()],
  ])('reads back what was written of %s', (_, result) => {
    expect(parseResult(renderJson(result), WHERE)).toEqual(result);
  });

  it.each([
    ['text', 'Not JSON', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['half a file', renderJson(passingRun()).slice(0, 5000), 'it is not JSON'],
    ['a list', '[]', 'no schema'],
    ['null', 'null', 'no schema'],
    ['another schema', '{"schema":"other/1"}', '"other/1"'],
    ['a schema that acts', '{"schema":"\\u001b[2J"}', '\\x1b[2J'],
    ['too deep nesting', `{"schema":"stompede.result/1","plan":${'['.repeat(50_000)}`, 'nests too deeply'],
    ['an empty result', '{"schema":"stompede.result/1"}', 'run: '],
  ])('refuses %s, and says where and why', (_, text, why) => {
    const { code, message, hint } = refusal(text);
    expect(code).toBe('result-unreadable');
    expect(message).toContain(WHERE);
    expect(message).toContain(why);
    expect(hint).toMatch(/\S/);
  });

  it.each([
    [
      'a failure kind that does not exist',
      { failures: [{ ...failingRun().failures[0], kind: '<script>' }] },
      'failures.0.kind',
    ],
    [
      'a text for a figure',
      { connections: { ...passingRun().connections, complete: '1000' } },
      'connections.complete',
    ],
    ['a row without width', { series: [{ ...passingRun().series[0], widthSec: 0 }] }, 'series.0.widthSec'],
    ['a phase that does not exist', { phases: { '<img>': null } }, 'phases'],
    [
      'a percentile above 100',
      { deliveries: { ...passingRun().deliveries, curve: [[101, 1]] } },
      'deliveries.curve.0.0',
    ],
  ])('refuses %s', (_, change, path) => {
    expect(refusal(JSON.stringify({ ...passingRun(), ...change })).message).toContain(path);
  });

  it('accepts nothing that a renderer would stumble over: one value anywhere replaced by another', () => {
    const original = renderJson(failingRun());
    const leaves: string[] = [];
    JSON.stringify(JSON.parse(original), (key, value: unknown) => {
      if (!leaves.includes(key) && !/^\d+$/.test(key) && key !== '') leaves.push(key);
      return value;
    });
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.jsonValue({ maxDepth: 2 }), (target, replacement) => {
        const text = JSON.stringify(JSON.parse(original), (key, value: unknown) =>
          key === target ? replacement : value,
        );
        let result;
        try {
          result = parseResult(text, WHERE);
        } catch (error) {
          expect(error).toBeInstanceOf(StompedeError);
          return;
        }
        expect(renderText(result, { color: false, columns: 80, reportDir: null })).toMatch(
          /^(PASS|FAIL|STOPPED|ABORTED|INVALID) {2}/,
        );
        expect(renderHtml(result)).toContain('</html>');
      }),
      { numRuns: 60 },
    );
  });
});
