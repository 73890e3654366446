import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND } from './stomp-reader.js';
import { readStomp } from './testing/collect.js';
import { readByStompjs } from './testing/oracles.js';
import { cut, cuts, someBytes } from './testing/raw.js';
import { NAMES, rawStomp, stompFrames } from './testing/raw-stomp.js';

/**
 * Where stompjs is laxer than the specification, or wrong; the frames compared have nothing of it:
 * - it drops every CR, in values too, in all versions;
 * - it takes any command, skips NULs between frames, and reads a header line without colon into the next
 *   line;
 * - it trims blanks around names and values ("must not" in 1.2), and does not unescape names;
 * - it reads an escaped backslash before n, c or r as two escapes (`\\n` becomes a backslash and a line end);
 * - it lets undefined escapes through, reads content-length with parseInt, and any octet for the NUL after
 *   the body.
 */
describe.each([
  ['1.0', false],
  ['1.1', true],
  ['1.2', true],
] as const)('frames of STOMP %s', (version, isEscaped) => {
  const frames = stompFrames(isEscaped).map((given) =>
    version === '1.2'
      ? given
      : given.map((frame) => ({
          ...frame,
          lineEnd: '\n' as const,
          headers: frame.headers.map(([name, value]) => [name, value.replaceAll('\r', '')] as const),
        })),
  );

  it('are read as stompjs reads them, in any portions', () => {
    const commands = Object.keys(COMMAND);
    fc.assert(
      fc.property(frames, cuts, (given, fractions) => {
        const messages = cut(Buffer.concat(given.map((frame) => rawStomp(frame, isEscaped))), fractions);
        const ours = readStomp(messages, { version, headers: NAMES });
        const theirs = readByStompjs(messages, isEscaped).map((frame) =>
          frame === null
            ? { kind: 'heart-beat' }
            : {
                kind: 'frame',
                command: commands.indexOf(frame.command) + 1,
                headers: NAMES.map((name) => frame.headers[name]),
                body: frame.body,
              },
        );
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(frames, (given) => {
        const stream = Buffer.concat(given.map((frame) => rawStomp({ ...frame, beats: 0 }, isEscaped)));
        const written = given.map(({ command, headers, body }) => ({
          kind: 'frame',
          command: Object.keys(COMMAND).indexOf(command) + 1,
          headers: NAMES.map((name) => headers.find(([other]) => other === name)?.[1]),
          body: body.toString('latin1'),
        }));
        expect(readStomp([stream], { version, headers: NAMES })).toEqual(written);
      }),
    );
  });

  it('with any byte changed end in events or one fault, the same in any portions', () => {
    fc.assert(
      fc.property(
        frames,
        cuts,
        fc.nat(),
        fc.constantFrom(0, 10, 13, 58, 92, 255),
        (given, fractions, at, byte) => {
          const stream = Buffer.concat(given.map((frame) => rawStomp(frame, isEscaped)));
          stream[at % stream.length] = byte;
          const options = { version, headers: NAMES, limitBytes: 300 };
          const events = readStomp([stream], options);
          expect(readStomp(cut(stream, fractions), options)).toEqual(events);
          expect(events.slice(0, -1).every(({ kind }) => kind !== 'fault')).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('arbitrary bytes end in events or one fault, the same in any portions, and never throw', () => {
  const begin = fc.constantFrom('', '\n', 'MESSAGE\n', 'ERROR\na:b\n', 'MESSAGE\ncontent-length:9\n\n');
  fc.assert(
    fc.property(begin, someBytes(60), cuts, (head, rest, fractions) => {
      const stream = Buffer.concat([Buffer.from(head), rest]);
      const options = { headers: ['a', 'é'], limitBytes: 50 };
      expect(readStomp(cut(stream, fractions), options)).toEqual(readStomp([stream], options));
    }),
    { numRuns: 1000 },
  );
});
