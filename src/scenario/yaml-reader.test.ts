import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueOf } from './tree.js';
import { readYaml } from './yaml-reader.js';

const read = (text: string) => readYaml(text, { label: 'x.yaml', positions: true });
const value = (text: string): unknown => {
  const { tree, problems } = read(text);
  expect(problems).toEqual([]);
  return valueOf(tree!);
};
const problems = (text: string): string[] =>
  read(text).problems.map(({ where, path, message }) => `${where} ${path} ${message}`);

describe('a document', () => {
  it('comes as texts, nulls, lists and maps', () => {
    expect(value('a: 1\nb: [x, "2", ~, null, "null", ]\nc:\n  d: |\n    e\nf:\n')).toEqual({
      a: '1',
      b: ['x', '2', null, null, 'null'],
      c: { d: 'e\n' },
      f: null,
    });
  });

  it('may use anchors and merge keys; its own keys go first', () => {
    expect(
      value('a: &x { p: 1, q: 2 }\nb: { <<: *x, q: 3 }\nc: *x\nd: { <<: [*x, { r: 4 }] }'),
    ).toMatchObject({
      b: { p: '1', q: '3' },
      c: { p: '1', q: '2' },
      d: { p: '1', q: '2', r: '4' },
    });
  });

  it('may have a key named as JavaScript’s prototype', () => {
    expect(Object.keys(value('__proto__: 1') as object)).toEqual(['__proto__']);
  });
});

describe('a problem', () => {
  it.each([
    ['', 'x.yaml:1:1  there is nothing in it'],
    ['# only this\n', 'x.yaml:1:1  there is nothing in it'],
    ['---\n', 'x.yaml:1:1  there is nothing in it'],
    ['a: 1\na: 2', 'x.yaml:2:1 a this key is here twice, first in line 1'],
    ['a:\n  b: 1\n  b: 1', 'x.yaml:3:3 a.b this key is here twice, first in line 2'],
    ['a: 1\n---\nb: 2', 'x.yaml:2:1  a second document begins here'],
    ['a: {{ b }}', 'x.yaml:1:5 a a key is a word'],
    ['a: { <<: 1 }', 'x.yaml:1:6 a.<< only a map can be merged'],
  ])('of %j', (text, problem) => {
    expect(problems(text)).toContain(problem);
  });

  it('of syntax has its line, and only the first ones are told', () => {
    const told = problems(`a: 1\nb: [1\n${'c: {\n'.repeat(50)}`);
    expect(told.length).toBeLessThanOrEqual(3);
    expect(told[0]).toMatch(/^x\.yaml:\d+:\d+ {2}not valid YAML: /);
  });

  it('of syntax beside a template says that it needs quotes', () => {
    expect(read('a: [ ${A} b: "c ]').problems[0]?.hint).toBe('put texts with ${…} or {{ … }} in quotes');
  });

  it.each([
    ['aliases that multiply', `a: &a [x, x, x, x, x, x, x, x, x]\n${bomb()}`, 'more than 20000 values'],
    ['an alias to itself', 'a: &a [*a]', 'deeper than 24'],
    ['deep nesting', `a: ${'['.repeat(50)}${']'.repeat(50)}`, 'deeper than 24'],
    ['absurd nesting', '['.repeat(20_000), ''],
    ['a huge text', 'a: 1\n'.repeat(300_000), 'longer than 1048576'],
    ['an unknown alias', 'a: *nope', 'there is no anchor &nope before this'],
    ['a tag', 'a: !!js/function x', 'Unresolved tag'],
  ])('ends %s', (_, text, words) => {
    const { problems: found } = read(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ message }) => message).join('\n')).toContain(words);
  });

  it('is never an exception, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '<<',
      '"',
      "'",
      '|',
      '  ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { tree, problems: found } = read(pieces.join(''));
        return tree !== undefined || found.length > 0;
      }),
    );
  });
});

function bomb(): string {
  const level = (name: string, of: string): string => `${name}: &${name} [${`*${of},`.repeat(9)}]\n`;
  return level('b', 'a') + level('c', 'b') + level('d', 'c') + level('e', 'd') + level('f', 'e');
}
