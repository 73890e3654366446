import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readByWs } from './testing/oracles.js';
import { someBytes, someText } from './testing/raw.js';
import { encodeClose, encodeFrame, encodeText, OPCODE } from './websocket-writer.js';

const asServer = { isServer: true };

describe('encodeFrame', () => {
  it('writes what a server reads, for any payload', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes(300), async (payload) => {
        const given = Buffer.from(payload);
        const frame = encodeFrame(OPCODE.binary, given);
        expect(given).toEqual(payload);
        expect(await readByWs([frame], asServer)).toEqual([
          { kind: 'message', bytes: payload.toString('latin1') },
        ]);
      }),
    );
  });

  it.each([
    [0, 6],
    [125, 131],
    [126, 134],
    [65_535, 65_543],
    [65_536, 65_550],
  ])('writes %i bytes as %i, the length in its shortest form', async (length, total) => {
    const payload = Buffer.alloc(length, 'x');
    const frame = encodeFrame(OPCODE.text, payload);
    expect(frame.length).toBe(total);
    expect(await readByWs([frame], asServer)).toEqual([{ kind: 'message', bytes: payload.toString() }]);
  });

  it('writes pings and pongs', async () => {
    const frames = [encodeFrame(OPCODE.ping, Buffer.from('a')), encodeFrame(OPCODE.pong, Buffer.from('b'))];
    expect(await readByWs(frames, asServer)).toEqual([
      { kind: 'ping', bytes: 'a' },
      { kind: 'pong', bytes: 'b' },
    ]);
  });

  it('takes a fresh mask for each frame', () => {
    const masks = Array.from({ length: 10_000 }, () =>
      encodeFrame(OPCODE.text, Buffer.alloc(0)).toString('hex', 2),
    );
    // Random 32 bits: one pair in 10,000 may be equal, many may not.
    expect(new Set(masks).size).toBeGreaterThan(9_990);
  });
});

describe('encodeText', () => {
  it('writes what encodeFrame writes from the same text', async () => {
    await fc.assert(
      fc.asyncProperty(someText, async (content) => {
        const bytes = Buffer.from(content).toString('latin1');
        expect(await readByWs([encodeText(content)], asServer)).toEqual([{ kind: 'message', bytes }]);
      }),
    );
  });

  it('writes a lone surrogate as a character that UTF-8 has', async () => {
    expect(await readByWs([encodeText('\ud800')], asServer)).toEqual([
      { kind: 'message', bytes: '\xef\xbf\xbd' },
    ]);
  });
});

describe('encodeClose', () => {
  it.each([
    [1000, 'bye é', 1000, 'bye é'],
    [1002, undefined, 1002, ''],
    [null, undefined, 1005, ''],
    [1005, 'as read', 1005, ''],
  ])('writes %s %s', async (code, reason, readCode, readReason) => {
    expect(await readByWs([encodeClose(code, reason)], asServer)).toEqual([
      { kind: 'close', code: readCode, reason: readReason },
    ]);
  });

  it('cuts a long reason between two characters', async () => {
    expect(await readByWs([encodeClose(1000, '€'.repeat(50))], asServer)).toEqual([
      { kind: 'close', code: 1000, reason: '€'.repeat(41) },
    ]);
  });

  it.each([0, 999, 1004, 1006, 1015, 5000])('refuses the code %i', (code) => {
    expect(() => encodeClose(code)).toThrow(RangeError);
  });
});
