import { describe, expect, it } from 'vitest';
import { readSocket } from './testing/collect.js';
import { byteByByte, bytesOf, rawFrame, text, type RawFrame } from './testing/raw.js';
import { WebSocketReader, type WebSocketSink } from './websocket-reader.js';

const hello = Buffer.from('hello');
const close = (payload: string) => rawFrame({ opcode: 8, payload: bytesOf(payload) });
const part = (opcode: number, payload: string, isFinal: boolean) =>
  rawFrame({ opcode, payload: bytesOf(payload), isFinal });

describe('WebSocketReader: what is right', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536])('reads messages of %i bytes, text and binary', (length) => {
    const payload = Buffer.alloc(length, 'x');
    const stream = Buffer.concat([rawFrame({ opcode: 1, payload }), rawFrame({ opcode: 2, payload })]);
    const message = { kind: 'message', bytes: payload.toString() };
    expect(readSocket([stream])).toEqual([message, message]);
  });

  it('reads the examples of RFC 6455 section 5.7', () => {
    expect(readSocket([Buffer.from('810548656c6c6f', 'hex')])).toEqual([{ kind: 'message', bytes: 'Hello' }]);
    expect(readSocket([Buffer.from('010348656c80026c6f', 'hex')])).toEqual([
      { kind: 'message', bytes: 'Hello' },
    ]);
    expect(readSocket([Buffer.from('890548656c6c6f', 'hex')])).toEqual([{ kind: 'ping', bytes: 'Hello' }]);
  });

  it('reads control frames between the fragments of a message, at their time', () => {
    const stream = Buffer.concat([
      part(1, 'a', false),
      rawFrame({ opcode: 9, payload: hello }),
      part(0, '', false),
      rawFrame({ opcode: 10, payload: Buffer.alloc(0) }),
      part(0, 'b', true),
      text('c'),
    ]);
    expect(readSocket([stream])).toEqual([
      { kind: 'ping', bytes: 'hello' },
      { kind: 'pong', bytes: '' },
      { kind: 'message', bytes: 'ab' },
      { kind: 'message', bytes: 'c' },
    ]);
  });

  it('reads a character that two fragments share', () => {
    const [first, second] = [part(1, '\xe2\x82', false), part(0, '\xac', true)];
    expect(readSocket([first, second])).toEqual([{ kind: 'message', bytes: '\xe2\x82\xac' }]);
  });

  it('lets binary messages be anything', () => {
    const payload = bytesOf('\xff\xfe\0');
    expect(readSocket([rawFrame({ opcode: 2, payload })])).toEqual([
      { kind: 'message', bytes: '\xff\xfe\0' },
    ]);
  });

  it.each([
    ['no code', '', 1005, ''],
    ['a code', '\x03\xe8', 1000, ''],
    ['a code and a reason', '\x0f\xa0bye \xc3\xa9', 4000, 'bye é'],
  ])('reads a close with %s, and nothing after it', (_, payload, code, reason) => {
    const stream = Buffer.concat([close(payload), text('late'), Buffer.of(0xff)]);
    const expected = [{ kind: 'close', code, reason }];
    expect(readSocket([stream])).toEqual(expected);
    expect(readSocket(byteByByte(stream))).toEqual(expected);
  });
});

describe('WebSocketReader: faults', () => {
  const fragment = part(1, 'a', false);
  const of = (frame: Partial<RawFrame>) => rawFrame({ opcode: 1, payload: hello, ...frame });
  it.each([
    ['ws-reserved-bits', 1002, of({ reserved: 4 })],
    ['ws-reserved-bits', 1002, of({ reserved: 2 })],
    ['ws-reserved-bits', 1002, of({ reserved: 1, opcode: 9 })],
    ['ws-opcode', 1002, of({ opcode: 3 })],
    ['ws-opcode', 1002, of({ opcode: 7 })],
    ['ws-opcode', 1002, of({ opcode: 11 })],
    ['ws-masked', 1002, of({ mask: Buffer.of(1, 2, 3, 4) })],
    ['ws-masked', 1002, of({ mask: Buffer.of(0, 0, 0, 0), opcode: 9 })],
    ['ws-control-too-long', 1002, of({ opcode: 9, payload: Buffer.alloc(126) })],
    ['ws-control-fragmented', 1002, of({ opcode: 9, isFinal: false })],
    ['ws-continuation', 1002, of({ opcode: 0 })],
    ['ws-continuation', 1002, Buffer.concat([fragment, text('b')])],
    ['ws-continuation', 1002, Buffer.concat([fragment, part(0, 'b', true), part(0, 'c', true)])],
    ['ws-length', 1002, of({ lengthBytes: 2 })],
    ['ws-length', 1002, of({ lengthBytes: 8, payload: Buffer.alloc(300) })],
    ['ws-length', 1002, Buffer.from('817f8000000000000000', 'hex')],
    ['ws-too-large', 1009, Buffer.from('817f0020000000000000', 'hex')],
    ['ws-utf8', 1007, of({ payload: bytesOf('\xff') })],
    ['ws-utf8', 1007, of({ payload: bytesOf('\xed\xa0\x80') })],
    ['ws-utf8', 1007, of({ payload: bytesOf('\xe2\x82') })],
    ['ws-utf8', 1007, Buffer.concat([part(1, '\xe2\x82', false), part(0, 'a', true)])],
    ['ws-utf8', 1007, close('\x03\xe8\xff')],
    ['ws-close-code', 1002, close('\x0f')], // no code: half of one
    ['ws-close-code', 1002, close('\x03\xed')], // 1005
    ['ws-close-code', 1002, close('\x03\xee')], // 1006
    ['ws-close-code', 1002, close('\x03\xf7')], // 1015
    ['ws-close-code', 1002, close('\x03\xe7')], // 999
    ['ws-close-code', 1002, close('\x13\x88')], // 5000
  ])('%s, answered by %i, at once and once', (code, closeCode, broken) => {
    const heard = { kind: 'message', bytes: 'before' };
    const stream = Buffer.concat([text('before'), broken, text('after')]);
    const messages = readSocket([stream]).filter(({ kind }) => kind !== 'message');
    expect(messages).toEqual([{ kind: 'fault', code, closeCode }]);
    expect(readSocket(byteByByte(stream))).toEqual(readSocket([stream]));
    expect(readSocket([stream])).toContainEqual(heard);
  });

  it('bounds a message over all its fragments, when its length is announced', () => {
    const limit = 1000;
    const fits = Buffer.alloc(limit, 'x');
    expect(readSocket([rawFrame({ opcode: 1, payload: fits })], limit)).toHaveLength(1);
    const whole = rawFrame({ opcode: 1, payload: Buffer.alloc(limit + 1, 'x') });
    expect(readSocket([whole], limit)).toMatchObject([{ code: 'ws-too-large' }]);
    const announced = Buffer.from('827e03e9', 'hex');
    expect(readSocket([announced], limit)).toMatchObject([{ code: 'ws-too-large', closeCode: 1009 }]);
    const fragments = Buffer.concat([part(2, 'x'.repeat(600), false), Buffer.from('807e0191', 'hex')]);
    expect(readSocket([fragments], limit)).toMatchObject([{ code: 'ws-too-large' }]);
  });
});

describe('WebSocketReader: stop', () => {
  it.each(['onMessage', 'onPing'] as const)('from within %s leaves the rest of the read unread', (method) => {
    const heard: string[] = [];
    const reader = new WebSocketReader(100);
    const hear = (name: string) => () => {
      heard.push(name);
      if (name === method) reader.stop();
    };
    const sink: WebSocketSink = {
      onMessage: hear('onMessage'),
      onPing: hear('onPing'),
      onPong: hear('onPong'),
      onClose: hear('onClose'),
      onFault: hear('onFault'),
    };
    const opcode = method === 'onPing' ? 9 : 1;
    const stream = Buffer.concat([
      rawFrame({ opcode, payload: hello }),
      rawFrame({ opcode: 10, payload: hello }),
    ]);
    reader.push(stream, 0, stream.length, sink);
    reader.push(stream, 0, stream.length, sink);
    expect(heard).toEqual([method]);
  });
});

it('a message of 1 MiB that comes byte by byte is read', () => {
  const payload = Buffer.alloc(1 << 20, 'x');
  const events = readSocket(byteByByte(rawFrame({ opcode: 1, payload })), payload.length);
  expect(events.map((event) => event.kind === 'message' && event.bytes.length)).toEqual([payload.length]);
});

it('holds nothing between messages', () => {
  const reader = new WebSocketReader(1000);
  const sink: WebSocketSink = {
    onMessage: () => undefined,
    onPing: () => undefined,
    onPong: () => undefined,
    onClose: () => undefined,
    onFault: () => undefined,
  };
  const stream = Buffer.concat([
    part(1, 'a', false),
    part(0, 'b', true),
    rawFrame({ opcode: 9, payload: hello }),
  ]);
  for (let at = 0; at < stream.length; at++) reader.push(stream, at, at + 1, sink);
  expect(Object.values(reader).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
});
