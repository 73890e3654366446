import { describe, expect, it } from 'vitest';
import { readFrames } from './testing/memory-broker.js';
import { encodeFrame, frameParts, HEARTBEAT } from './wire-frame.js';

describe('the WebSocket frame', () => {
  it.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('of %i bytes says so in the shortest form', (length, header) => {
    const first = Buffer.alloc(Math.floor(length / 2), 'a');
    const rest = Buffer.alloc(Math.ceil(length / 2), 'b');
    const frame = frameParts('MESSAGE', first, rest, false);
    expect(frame.bytes.subarray(0, frame.payloadStart).toString('hex')).toBe(header);
    expect(frame.bytes.subarray(frame.payloadStart).equals(Buffer.concat([first, rest]))).toBe(true);
  });

  it('is binary where it must be', () => {
    expect(frameParts('MESSAGE', Buffer.of(0xff), Buffer.of(0), true).bytes[0]).toBe(0x82);
  });
});

describe('the STOMP frame', () => {
  it('has its headers in order, and a length for its body', () => {
    const { bytes, payloadStart } = encodeFrame(
      'ERROR',
      [
        ['b', '1:2'],
        ['a', '2'],
      ],
      '1.2',
      Buffer.from('x\0y'),
    );
    expect(bytes.subarray(payloadStart).toString()).toBe('ERROR\nb:1\\c2\na:2\ncontent-length:3\n\nx\0y\0');
  });

  it('is a line end alone for a heart-beat', () => {
    expect(HEARTBEAT.bytes.toString('hex')).toBe('81010a');
    expect(readFrames(HEARTBEAT.bytes.subarray(2))).toEqual([]);
  });
});
