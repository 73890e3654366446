import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileRun } from './testing/sample-result.js';
import { visibleResult, visibleText } from './visible-text.js';

describe('visibleText', () => {
  it.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u009b2J', '\\x9b2J'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['\ud800', '\\ud800'],
    ['\u{e0001}', '\\u{e0001}'],
  ])('%j becomes %s', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  it('leaves what a person can see alone', () => {
    expect(visibleText('Zugriff verweigert: "größer" 漢字 🙂 <b>')).toBe(
      'Zugriff verweigert: "größer" 漢字 🙂 <b>',
    );
  });

  it('leaves no character that acts, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

it('a result made visible has no control character left, keys included', () => {
  const visible = visibleResult(hostileRun());
  const strings: string[] = [];
  JSON.stringify(visible, (key, value: unknown) => {
    strings.push(key);
    if (typeof value === 'string') strings.push(value);
    return value;
  });
  expect(strings.filter((text) => visibleText(text) !== text)).toEqual([]);
});
