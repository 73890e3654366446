import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandsIn } from './testing/runner.js';
import { type Annotation, annotationLine, inertJson, inertText } from './workflow-command.js';

const error: Annotation = { level: 'error', title: 'Missed', message: 'It was.', place: null };

/** What commands are made of, so that some texts come close to one. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        '::error::x',
        '\n::add-mask::x',
        '  ::stop-commands::y',
        '##[error]x',
        '##[add-mask]x',
        '%0A::error::x',
        '%',
        ',',
        ':',
        '\r',
        '\n',
        '\u001b[31m',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''));

describe('an annotation', () => {
  it('is one command with its place, from which the runner reads what was meant', () => {
    const place = { file: 'perf/a,b:c.yaml', line: 42, column: 5 };
    const line = annotationLine({ ...error, title: '100%: a, b', message: '50 %\nof ::error::', place });
    expect(line).toBe(
      '::error file=perf/a%2Cb%3Ac.yaml,line=42,col=5,title=100%25%3A a%2C b::50 %25%0Aof ::error::\n',
    );
    expect(commandsIn(line)).toEqual([
      {
        name: 'error',
        properties: { file: 'perf/a,b:c.yaml', line: '42', col: '5', title: '100%: a, b' },
        data: '50 %\nof ::error::',
      },
    ]);
  });

  it('is exactly one command, whatever its texts are', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (title, message, file) => {
        const line = annotationLine({ ...error, title, message, place: { file, line: 1, column: 1 } });
        const [command, ...others] = commandsIn(line);
        expect(others).toEqual([]);
        expect(command?.name).toBe('error');
        expect(Object.keys(command?.properties ?? {})).toEqual(['file', 'line', 'col', 'title']);
        expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('is cut to what GitHub shows of it, and never within a character', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), (shift) => {
        const long = 'x'.repeat(shift) + '😀'.repeat(5000);
        const line = annotationLine({ ...error, title: long, message: long });
        expect(line.length).toBeLessThan(4500);
        expect(line).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe('text that may quote a target', () => {
  it('is shown, and none of it is a command', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = inertText(text);
        expect(shown).toContain(text);
        expect(commandsIn(`${shown}::warning::after\n`)).toEqual([
          { name: 'warning', properties: {}, data: 'after' },
        ]);
      }),
    );
  });

  it('can only be ended by somebody who knows the token, which is another one each time', () => {
    expect(inertText('a')).not.toBe(inertText('a'));
  });
});

describe('JSON that may quote a target', () => {
  it('means the same, and none of it is a command', () => {
    fc.assert(
      fc.property(fc.dictionary(hostileText, hostileText), (value) => {
        const json = inertJson(JSON.stringify(value, null, 2));
        expect(commandsIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });
});
