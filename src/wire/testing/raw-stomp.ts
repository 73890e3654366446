import fc from 'fast-check';
import { someBytes } from './raw.js';

/** A frame of STOMP by hand, sharing nothing with the encoder. */
export interface RawStomp {
  readonly command: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly hasLength: boolean;
  readonly lineEnd: '\n' | '\r\n';
  /** Heart-beats after it. */
  readonly beats: number;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', ':': '\\c', '\r': '\\r' };

export function rawStomp(frame: RawStomp, isEscaped: boolean): Buffer {
  const { lineEnd } = frame;
  const escape = (text: string) =>
    isEscaped && frame.command !== 'CONNECTED'
      ? text.replace(/[\\\n:\r]/g, (character) => ESCAPES[character] ?? '')
      : text;
  const lines = frame.headers.map(([name, value]) => `${escape(name)}:${escape(value)}${lineEnd}`);
  if (frame.hasLength) lines.push(`content-length:${frame.body.length}${lineEnd}`);
  return Buffer.concat([
    Buffer.from(`${frame.command}${lineEnd}${lines.join('')}${lineEnd}`),
    frame.body,
    Buffer.from(`\0${lineEnd.repeat(frame.beats)}`),
  ]);
}

/** The names of generated headers: few, so that some repeat. */
export const NAMES = ['a', 'bé', 'subscription', 'content-typ'];

/**
 * Frames that are right in 1.2. Unescaped, values have no line end; with CRLF or without. No n, c or r in
 * values, no blanks around them: see the differences that the comparison with stompjs leaves out.
 */
export const stompFrames = (isEscaped: boolean): fc.Arbitrary<readonly RawStomp[]> => {
  const units = isEscaped ? ['x', 'é', '😀', ' ', ':', '\\', '\n', '\r'] : ['x', 'é', '😀', ' ', ':'];
  const plain = ['x', 'é', '😀', ' ', ':'];
  const value = (of: readonly string[]) =>
    fc.string({ unit: fc.constantFrom(...of), maxLength: 12 }).map((text) => text.trim());
  const frame = fc
    .record({
      command: fc.constantFrom('MESSAGE', 'MESSAGE', 'RECEIPT', 'ERROR', 'CONNECTED'),
      body: someBytes(200),
      hasLength: fc.boolean(),
      lineEnd: fc.constantFrom<'\n' | '\r\n'>('\n', '\r\n'),
      beats: fc.nat(2),
    })
    .chain((base) =>
      fc
        .array(fc.tuple(fc.constantFrom(...NAMES), value(base.command === 'CONNECTED' ? plain : units)), {
          maxLength: 6,
        })
        .map((headers) => ({ ...base, headers })),
    );
  return fc
    .array(frame, { minLength: 1, maxLength: 5 })
    .map((frames) =>
      frames.map((given) =>
        given.hasLength ? given : { ...given, body: Buffer.from(given.body.filter((byte) => byte !== 0)) },
      ),
    );
};
