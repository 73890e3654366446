import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireFault } from './fault.js';
import { HandshakeReader, type UpgradeResponse } from './handshake.js';
import { bytesOf, byteByByte, cut, cuts, someBytes } from './testing/raw.js';

interface Reading {
  readonly answer: UpgradeResponse | WireFault | undefined;
  /** Of all chunks pushed, how many bytes were not part of the head. */
  readonly rest: number;
}

function read(chunks: readonly Buffer[]): Reading {
  const reader = new HandshakeReader();
  for (const [index, chunk] of chunks.entries()) {
    const padded = Buffer.concat([Buffer.from('\r\n\r\n'), chunk, Buffer.from('\r\n\r\n')]);
    const answer = reader.push(padded, 4, 4 + chunk.length);
    if (answer === undefined) continue;
    const later = chunks.slice(index + 1).reduce((sum, { length }) => sum + length, 0);
    return { answer, rest: 'status' in answer ? chunk.length - answer.consumed + later : 0 };
  }
  return { answer: undefined, rest: 0 };
}

function readText(text: string) {
  return read([bytesOf(text)]).answer;
}

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

describe('HandshakeReader', () => {
  it('reads status, reason and headers, and leaves what follows to the WebSocket', () => {
    const { answer, rest } = read([bytesOf(`${SWITCHING}\x81\x02hi`)]);
    expect(answer).toEqual({
      status: 101,
      reason: 'Switching Protocols',
      headers: new Map([
        ['upgrade', 'websocket'],
        ['connection', 'Upgrade'],
      ]),
      consumed: SWITCHING.length,
    });
    expect(rest).toBe(4);
  });

  it('reads the same from any portions', () => {
    const stream = bytesOf(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${SWITCHING}\x81\x02hi`);
    const whole = read([stream]);
    fc.assert(
      fc.property(cuts, (fractions) => {
        const reading = read(cut(stream, fractions));
        expect(reading.rest).toBe(4);
        expect(reading.answer).toEqual({ ...whole.answer, consumed: expect.any(Number) });
      }),
    );
    expect(read(byteByByte(stream)).answer).toMatchObject({ status: 101, consumed: 1 });
  });

  it('needs the empty line', () => {
    expect(readText(SWITCHING.slice(0, -1))).toBeUndefined();
  });

  it.each(['100 Continue', '102 Processing', '103 Early Hints'])('skips the interim answer %s', (line) => {
    expect(readText(`HTTP/1.1 ${line}\r\nLink: </a>\r\n\r\n${SWITCHING}`)).toMatchObject({
      status: 101,
      headers: new Map([
        ['upgrade', 'websocket'],
        ['connection', 'Upgrade'],
      ]),
    });
  });

  it('reads an answer of HTTP/1.0, without a reason, or with lone LFs', () => {
    expect(readText('HTTP/1.0 503\n\n')).toMatchObject({ status: 503, reason: '' });
    expect(readText('HTTP/1.1 404 Not Found\nA: b\n\n')).toMatchObject({ status: 404, reason: 'Not Found' });
  });

  it('joins repeated headers, folded lines and trims blanks around values', () => {
    const answer = readText('HTTP/1.1 200 OK\r\nA: \tb \r\na:c\r\nEmpty:\r\nLong: d\r\n  e\r\n\r\n');
    expect(answer).toMatchObject({
      headers: new Map([
        ['a', 'b, c'],
        ['empty', ''],
        ['long', 'd e'],
      ]),
    });
  });

  it.each([
    ['another protocol', 'S'],
    ['the second version of HTTP', 'HTTP/2'],
    ['a status of two digits', 'HTTP/1.1 20 '],
    ['a status of four digits', 'HTTP/1.1 2000'],
    ['a status below 100', 'HTTP/1.1 0'],
    ['anything but HTTP after an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\nX'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nA: \0'],
    ['a lone CR', 'HTTP/1.1 200 OK\r\nA: b\rC'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nhello\r\n\r\n'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nA : b\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: b\r\n\r\n'],
    ['a folded line without a header', 'HTTP/1.1 200 OK\r\n b\r\n\r\n'],
  ])('calls %s malformed at its last byte and not before', (_, text) => {
    expect(readText(text.slice(0, -1))).toBeUndefined();
    expect(readText(text)).toMatchObject({ code: 'http-malformed', closeCode: 1002 });
  });

  it('bounds the head at 16 KiB, interim answers included', () => {
    const fits = `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(16 * 1024 - 24)}\r\n\r\n`;
    expect(fits.length).toBe(16 * 1024);
    expect(readText(fits)).toMatchObject({ status: 200 });
    expect(readText(fits.replace('A', 'AA'))).toMatchObject({ code: 'http-too-large' });
    expect(readText('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000))).toMatchObject({
      code: 'http-too-large',
    });
  });

  it('never throws, whatever comes', () => {
    const answer = fc.tuple(
      fc.constantFrom('', 'HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', SWITCHING),
      someBytes(100),
    );
    fc.assert(
      fc.property(answer, cuts, ([begin, end], fractions) => {
        const stream = Buffer.concat([bytesOf(begin), end, bytesOf('\r\n\r\n')]);
        const whole = read([stream]).answer;
        const parts = read(cut(stream, fractions)).answer;
        const verdict = (given: typeof whole) => given && ('status' in given ? given.status : given.code);
        expect(verdict(parts)).toBe(verdict(whole));
      }),
      { numRuns: 300 },
    );
  });
});
