import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.js';
import type { Dialect, Frame } from './frame.js';
import { DEFAULT_LIMITS } from './options.js';
import { Violation } from './violation.js';

interface Plain {
  command: string;
  headers: Record<string, string>;
  body: string;
}

function plain(frame: Frame): Plain {
  return {
    command: frame.command,
    headers: Object.fromEntries(frame.headers),
    body: frame.body.toString('latin1'),
  };
}

function read(chunks: readonly (string | Buffer)[], dialect: Dialect = '1.2', limits = {}): Plain[] {
  const reader = new FrameReader({ ...DEFAULT_LIMITS, ...limits });
  reader.dialect = dialect;
  const frames: Plain[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk));
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(plain(frame));
  }
  return frames;
}

/** Cuts bytes at any places, empty pieces included. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const frameText = fc
  .record({
    lineEnd: fc.constantFrom('\n', '\r\n'),
    before: fc.constantFrom('', '\n', '\r\n', '\n\n'),
    value: fc.string({ unit: fc.constantFrom('a', ' ', '\\c', 'é', '\\n') }),
    body: fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\0', ':') }),
    withLength: fc.boolean(),
  })
  .map(({ lineEnd, before, value, body, withLength }) => {
    const sent = withLength ? body : body.replaceAll('\0', '');
    const lines = ['SEND', 'destination:/topic/a', `x:${value}`];
    if (withLength) lines.push(`content-length:${sent.length}`);
    return {
      text: `${before}${lines.join(lineEnd)}${lineEnd}${lineEnd}${sent}\0`,
      value: value.replaceAll('\\c', ':').replaceAll('\\n', '\n'),
      body: sent,
    };
  });

describe('FrameReader', () => {
  it('reads the same frames however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(frameText, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, places) => {
          const bytes = Buffer.from(sent.map(({ text }) => text).join(''));
          const frames = read(cut(bytes, places));
          expect(frames.map(({ headers, body }) => [headers['x'], body])).toEqual(
            sent.map(({ value, body }) => [value, body]),
          );
        },
      ),
    );
  });

  it('ends in frames or a Violation, and in nothing else, on any bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom('SEND', '\n', '\r\n', '\0', ':', 'content-length:', '3', '\\', 'CONNECT\n\n\0'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.constantFrom<Dialect>('connecting', '1.0', '1.1', '1.2'),
        (pieces, dialect) => {
          try {
            read(pieces, dialect);
          } catch (error) {
            expect(error).toBeInstanceOf(Violation);
          }
        },
      ),
    );
  });

  it('keeps the first of a repeated header', () => {
    expect(read(['SEND\na:1\na:2\n\n\0'])[0]?.headers).toEqual({ a: '1' });
  });

  it('takes colons and blanks of a value as they are', () => {
    expect(read(['SEND\na: b:c \n\n\0'])[0]?.headers).toEqual({ a: ' b:c ' });
  });

  it('trims header values in STOMP 1.0, whose specification writes a blank after the colon', () => {
    expect(read(['SEND\ndestination: /queue/a\n\n\0'], '1.0')[0]?.headers).toEqual({
      destination: '/queue/a',
    });
  });

  it('takes a carriage return as part of the line in STOMP 1.1', () => {
    expect(read(['SEND\na:b\r\n\n\0'], '1.1')[0]?.headers).toEqual({ a: 'b\r' });
  });

  it('takes escapes in CONNECT as they are', () => {
    expect(read(['CONNECT\nlogin:a\\cb\n\n\0'], '1.2')[0]?.headers).toEqual({ login: 'a\\cb' });
  });

  it('reads the next frame in the dialect that was set after the one before', () => {
    const reader = new FrameReader(DEFAULT_LIMITS);
    reader.push(Buffer.from('CONNECT\na:\\c\n\n\0SEND\na:\\c\n\n\0'));
    expect(reader.next()?.headers.get('a')).toBe('\\c');
    reader.dialect = '1.2';
    expect(reader.next()?.headers.get('a')).toBe(':');
  });

  it.each([
    ['SEND\0', 'frame ended within its headers'],
    ['SEND\nno colon\n\n\0', 'without a name and a colon'],
    ['SEND\n:no name\n\n\0', 'without a name and a colon'],
    ['SEND\na:\\x\n\n\0', 'undefined escape'],
    ['SEND\ncontent-length:-1\n\n\0', 'is not a length'],
    ['SEND\ncontent-length:2\n\nabc\0', 'no NUL where content-length ends'],
    [Buffer.from('SEND\na:\xff\n\n\0', 'latin1'), 'not UTF-8'],
  ])('refuses %j', (bytes, message) => {
    expect(() => read([bytes])).toThrow(message);
  });

  it.each([
    ['a long head without end', [`SEND\na:${'x'.repeat(200)}`], { headBytes: 100 }],
    ['a long head in small pieces', Array.from({ length: 200 }, () => 'a'), { headBytes: 100 }],
    ['a long head', [`SEND\na:${'x'.repeat(200)}\n\n\0`], { headBytes: 100 }],
    ['many headers', ['SEND\na:1\nb:1\nc:1\n\n\0'], { headers: 2 }],
    ['a long body without end', ['SEND\n\n', 'x'.repeat(60), 'x'.repeat(60)], { frameBytes: 100 }],
    ['a long content-length', ['SEND\ncontent-length:101\n\n'], { frameBytes: 100 }],
    ['a long frame in one piece', [`SEND\n\n${'x'.repeat(120)}\0`], { frameBytes: 100 }],
  ])('refuses %s', (_, chunks, limits) => {
    expect(() => read(chunks, '1.2', limits)).toThrow(/longer than|more than/);
  });
});
