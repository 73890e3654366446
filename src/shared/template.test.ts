import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, isTemplateProblem, parseTemplate, type TemplateProblem } from './template.js';

const ALLOWED = ['index', 'publisher', 'seq', 'run'];

function render(source: string, vars: Record<string, number | string> = {}): string {
  return compileTemplate(source, ALLOWED).render(vars);
}

function problemOf(source: string, allowed = ALLOWED): TemplateProblem {
  const result = parseTemplate(source, allowed);
  if (!isTemplateProblem(result)) throw new Error(`"${source}" parses`);
  return result;
}

describe('a template', () => {
  it.each([
    ['/topic/a', '/topic/a'],
    ['/topic/{{ index % 100 }}', '/topic/42'],
    ['{{index}}', '142'],
    ['{{ index }}.{{ seq }}', '142.7'],
    ['{{ (index + 1) * 2 - seq }}', '279'],
    ['{{ 2 + 3 * 4 }}', '14'],
    ['{{ 10 - 3 - 2 }}', '5'],
    ['{{ -7 / 2 }},{{ -7 % 2 }},{{ 7 % -2 }}', '-4,1,-1'],
    ['{{ 0 * -1 }}', '0'],
    ['{"n":{{ seq }}}', '{"n":7}'],
    ['x.{{ run }}', 'x.00ff00ff'],
    ['a } b', 'a } b'],
    ['', ''],
  ])('%s renders to %s', (source, text) => {
    expect(render(source, { index: 142, seq: 7, run: '00ff00ff' })).toBe(text);
  });

  it('knows its variables, and whether it has any', () => {
    expect([...compileTemplate('{{ index + seq * index }}', ALLOWED).variables]).toEqual(['index', 'seq']);
    expect(compileTemplate('{{ index }}', ALLOWED).constant).toBe(false);
    expect(compileTemplate('a{{ 1 + 1 }}', ALLOWED).constant).toBe(true);
  });

  it('keeps a result within the integers that are exact', () => {
    expect(render('{{ index * index }}', { index: 2 ** 40 })).toBe('9007199254740991');
    expect(render('{{ -index * index }}', { index: 2 ** 40 })).toBe('-9007199254740991');
  });
});

describe('a template problem', () => {
  it.each([
    ['/topic/{{ idnex }}', 10, 'there is no variable "idnex" here', 'did you mean index? '],
    ['{{ color }}', 3, 'there is no variable "color" here', 'Variables here: index, publisher, seq, run'],
    ['a{{ index', 1, '"{{" is never closed', 'add "}}"'],
    ['{{ }}', 2, '"{{ }}" is empty', 'write one of index'],
    ['{{ index % 0 }}', 11, 'this divides by zero', 'another number'],
    ['{{ index % (2 - 2) }}', 11, 'this divides by zero', 'another number'],
    ['{{ 100 % index }}', 9, 'a divisor cannot contain variables', 'index % 100'],
    ['{{ index % }}', 11, 'the expression ends too early', 'write a number'],
    ['{{ (index }}', 10, '"(" is never closed', 'add ")"'],
    ['{{ index ) }}', 9, '")" is not expected here', 'write one of'],
    ['{{ index index }}', 9, '"index" is not expected here', 'write one of'],
    ['{{ index & 3 }}', 9, '"&" has no meaning', '+ - * / %'],
    ['{{ run + 1 }}', 7, 'run is a text', '{{ run }}'],
    ['{{ 1 + run }}', 7, 'run is a text', '{{ run }}'],
    ['{{ 1234567890123456 }}', 3, 'at most 15 digits', 'smaller'],
    [`{{ ${'('.repeat(17)}1${')'.repeat(17)} }}`, 19, 'nesting is deeper', 'flatter'],
    [`{{ ${'1+'.repeat(100)}1 }}`, 2, 'at most 200 characters', 'shorten'],
    ['{{ 1 }}'.repeat(1001), 7000, 'at most 1000 holes', 'shorten'],
    ['x'.repeat(65_537), 65_536, 'at most 65536 characters', 'shorten'],
  ])('%.30s: at %d: %s', (source, offset, message, hint) => {
    const problem = problemOf(source);
    expect(problem.offset).toBe(offset);
    expect(problem.message).toContain(message);
    expect(problem.hint).toContain(hint);
  });

  it('never comes as an exception, whatever the source', () => {
    const source = fc
      .array(fc.constantFrom('{{', '}}', 'index', 'run', '(', ')', '%', '/', '-', '0', '7', ' ', 'é', '"'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(source, (text) => {
        const result = parseTemplate(text, ALLOWED);
        return isTemplateProblem(result)
          ? result.offset >= 0 && result.offset <= text.length
          : typeof result.render({ index: 1, run: 'r' }) === 'string';
      }),
    );
  });
});

/** The same arithmetic in arbitrary precision, as a tree. */
type Tree =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'node'; readonly op: string; readonly left: Tree; readonly right: Tree };

const BOUND = BigInt(Number.MAX_SAFE_INTEGER);

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function evaluate(tree: Tree, index: bigint): bigint {
  if (tree.kind === 'leaf') return tree.text === 'index' ? index : BigInt(tree.text);
  const left = evaluate(tree.left, index);
  const right = evaluate(tree.right, index);
  const value = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => left * right,
    '/': () => floorDivide(left, right),
    '%': () => left - right * floorDivide(left, right),
  }[tree.op]!();
  return value > BOUND ? BOUND : value < -BOUND ? -BOUND : value;
}

function write(tree: Tree): string {
  return tree.kind === 'leaf' ? tree.text : `(${write(tree.left)}${tree.op}${write(tree.right)})`;
}

const leaf = (text: string): Tree => ({ kind: 'leaf', text });
const { tree } = fc.letrec<{ tree: Tree; sum: Tree; quotient: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(leaf('index')),
    fc.nat(999_999_999).map((n) => leaf(String(n))),
  ),
  sum: fc.record({
    kind: fc.constant('node' as const),
    op: fc.constantFrom('+', '-', '*'),
    left: tie('tree'),
    right: tie('tree'),
  }),
  quotient: fc.record({
    kind: fc.constant('node' as const),
    op: fc.constantFrom('/', '%'),
    left: tie('tree'),
    right: fc.integer({ min: 1, max: 99_999 }).map((n) => leaf(String(n))),
  }),
  tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('sum'), tie('quotient')),
}));

it('computes as arbitrary precision does, up to the bound', () => {
  fc.assert(
    fc.property(tree, fc.maxSafeNat(), (expression, index) => {
      const source = `{{${write(expression)}}}`;
      fc.pre(source.length <= 200);
      expect(render(source, { index })).toBe(String(evaluate(expression, BigInt(index))));
    }),
    { numRuns: 500 },
  );
});

it('divides by negative numbers as by positive ones', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 999 }), (index, by) => {
      const expected = floorDivide(BigInt(index), BigInt(-by));
      expect(render(`{{ index / -${by} }}`, { index })).toBe(String(expected));
    }),
  );
});
