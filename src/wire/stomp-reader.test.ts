import { describe, expect, it } from 'vitest';
import { COMMAND, StompReader, type StompSink } from './stomp-reader.js';
import { readStomp, type StompEvent } from './testing/collect.js';
import { byteByByte, bytesOf } from './testing/raw.js';

const beat: StompEvent = { kind: 'heart-beat' };

function message(body: string, ...headers: (string | undefined)[]): StompEvent {
  return { kind: 'frame', command: COMMAND.MESSAGE, headers, body };
}

/** What is read in one message, after a check that byte by byte it is the same. */
function read(text: string, options: Parameters<typeof readStomp>[1] = {}): StompEvent[] {
  const events = readStomp([bytesOf(text)], options);
  expect(readStomp(byteByByte(bytesOf(text)), options)).toEqual(events);
  return events;
}

describe('StompReader: frames', () => {
  it.each(Object.entries(COMMAND))('reads %s', (name, command) => {
    expect(read(`${name}\na:b\n\n\0`, { headers: ['a'] })).toEqual([
      { kind: 'frame', command, headers: ['b'], body: '' },
    ]);
  });

  it('ends a body without content-length at the first NUL', () => {
    expect(read('MESSAGE\n\none\0MESSAGE\n\ntwo\0')).toEqual([message('one'), message('two')]);
  });

  it('lets a body of known length have NULs and line ends', () => {
    expect(read('MESSAGE\ncontent-length:5\n\na\0\n\0b\0\n')).toEqual([message('a\0\n\0b'), beat]);
  });

  it('reads a long body without content-length', () => {
    const body = 'x'.repeat(1000);
    expect(read(`MESSAGE\n\n${body}\0\n`)).toEqual([message(body), beat]);
  });

  it('reads an empty body, an empty value and a body that only seems to be a frame', () => {
    const events = read('MESSAGE\na:\ncontent-length:0\n\n\0MESSAGE\n\nMESSAGE\n\n\0', { headers: ['a'] });
    expect(events).toEqual([message('', ''), message('MESSAGE\n\n', undefined)]);
  });

  it('reads every line end between frames as a heart-beat', () => {
    expect(read('\n\r\nMESSAGE\n\n\0\n\n')).toEqual([beat, beat, message(''), beat, beat]);
  });

  it('waits for the rest of a frame, and for the rest of a CR LF', () => {
    expect(read('MESSAGE\ncontent-length:3\n\nab')).toEqual([]);
    expect(read('MESSAGE\ncontent-length:3\n\nabc')).toEqual([]);
    expect(read('MESSAGE\n\nabc')).toEqual([]);
    expect(read('MESS')).toEqual([]);
    expect(read('\r')).toEqual([]);
  });
});

describe('StompReader: headers', () => {
  it('gives the first of a repeated header, and undefined for a missing one', () => {
    expect(read('MESSAGE\na:1\nb:2\na:3\n\n\0', { headers: ['a', 'b', 'c', 'A'] })).toEqual([
      message('', '1', '2', undefined, undefined),
    ]);
  });

  it('takes the first content-length', () => {
    expect(read('MESSAGE\ncontent-length:2\ncontent-length:1\n\nab\0')).toEqual([message('ab')]);
  });

  it('keeps blanks and colons of a value', () => {
    expect(read('MESSAGE\na: b:c \n\n\0', { headers: ['a'] })).toEqual([message('', ' b:c ')]);
  });

  it('finds names that are not ASCII or have escapes', () => {
    const frame = 'MESSAGE\nbe\xc3\xa9:1\nc\\cd\\\\e:2\n\n\0';
    expect(read(frame, { headers: ['beé', 'c:d\\e', 'c\\cd\\\\e', 'beÃ©'] })).toEqual([
      message('', '1', '2', undefined, undefined),
    ]);
  });

  it('decodes UTF-8, and what is none to U+FFFD', () => {
    expect(read('MESSAGE\na:\xe2\x82\xac\nb:\xff\n\n\0', { headers: ['a', 'b'] })).toEqual([
      message('', '€', '\ufffd'),
    ]);
  });

  const escaped = 'a:x\\n\\c\\\\n\\\\\\cy';
  const raw = 'x\\n\\c\\\\n\\\\\\cy';
  it.each(['1.1', '1.2'] as const)('unescapes in %s, an escaped backslash before a letter too', (version) => {
    expect(read(`MESSAGE\n${escaped}\n\n\0`, { version, headers: ['a'] })).toEqual([
      message('', 'x\n:\\n\\:y'),
    ]);
  });

  it('unescapes \\r in 1.2 only', () => {
    expect(read('MESSAGE\na:\\r\n\n\0', { headers: ['a'] })).toEqual([message('', '\r')]);
  });

  it('knows no escapes in 1.0', () => {
    expect(read(`MESSAGE\n${escaped}\nb:\\t\n\n\0`, { version: '1.0', headers: ['a', 'b'] })).toEqual([
      message('', raw, '\\t'),
    ]);
  });

  it.each(['1.1', '1.2'] as const)('does not unescape CONNECTED in %s', (version) => {
    expect(read(`CONNECTED\n${escaped}\nb:\\t\n\n\0`, { version, headers: ['a', 'b'] })).toMatchObject([
      { headers: [raw, '\\t'] },
    ]);
  });

  it('reads CR LF line ends in 1.2', () => {
    const frame = 'MESSAGE\r\na:b\r\ncontent-length:1\r\n\r\nc\0\r\n';
    expect(read(frame, { headers: ['a'] })).toEqual([message('c', 'b'), beat]);
  });

  it.each(['1.0', '1.1'] as const)('takes a CR for part of the value in %s', (version) => {
    expect(read('MESSAGE\na:b\rc\r\n\n\0', { version, headers: ['a'] })).toEqual([message('', 'b\rc\r')]);
  });
});

describe('StompReader: faults', () => {
  it.each([
    ['stomp-command', 'SEND\n\n\0'],
    ['stomp-command', 'message\n\n\0'],
    ['stomp-command', 'MESSAGES\n\n\0'],
    ['stomp-command', 'MESS\n\n\0'],
    ['stomp-command', ' MESSAGE\n\n\0'],
    ['stomp-command', 'MESSAGE\r\r\n\n\0'],
    ['stomp-command', '\0'],
    ['stomp-command', 'H'],
    ['stomp-command', 'CONNECTED:'],
    ['stomp-header', 'MESSAGE\na\n\n\0'],
    ['stomp-header', 'MESSAGE\n:a\n\n\0'],
    ['stomp-header', 'MESSAGE\na:b\rc\n\n\0'],
    ['stomp-header', 'MESSAGE\na\r:b\n\n\0'],
    ['stomp-header', 'MESSAGE\r\na:b\r\r\n\r\n\0'],
    ['stomp-escape', 'MESSAGE\na:\\t\n\n\0'],
    ['stomp-escape', 'MESSAGE\na:b\\\n\n\0'],
    ['stomp-escape', 'MESSAGE\na\\t:b\n\n\0'],
    ['stomp-escape', 'MESSAGE\na\\:b\n\n\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length:\n\n\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length:-1\n\n\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length:1x\n\n1\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length: 1\n\n1\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length:1e1\n\n1\0'],
    ['stomp-content-length', 'MESSAGE\ncontent-length:1000000000000000\n\n1\0'],
    ['stomp-too-large', 'MESSAGE\ncontent-length:999999999999999\n\n'],
    ['stomp-nul', 'MESSAGE\ncontent-length:1\n\nab\0'],
    ['stomp-eol', '\rMESSAGE\n\n\0'],
    ['stomp-eol', '\r\r\n'],
  ])('%s: %j', (code, broken) => {
    expect(read(`MESSAGE\n\nbefore\0${broken}`)).toEqual([message('before'), { kind: 'fault', code }]);
    expect(read(`${broken}MESSAGE\n\nafter\0\n`)).toEqual([{ kind: 'fault', code }]);
  });

  it.each(['\\r', '\\t'])('stomp-escape: %s in 1.1', (escape) => {
    expect(read(`MESSAGE\na:${escape}\n\n\0`, { version: '1.1' })).toEqual([
      { kind: 'fault', code: 'stomp-escape' },
    ]);
  });

  it('quotes what the target sent bounded and printable', () => {
    let said = '';
    const sink: StompSink = {
      onFrame: () => undefined,
      onHeartBeat: () => undefined,
      onStompFault: (fault) => (said = fault.message),
    };
    const bytes = bytesOf(`\x1b[31m<script>${'x'.repeat(500)}\n`);
    new StompReader(1000).push(bytes, 0, bytes.length, sink);
    expect(said).toMatch(/^[\x20-\x7e…]+$/);
    expect(said.length).toBeLessThan(100);
  });
});

describe('StompReader: limits', () => {
  const tooLarge: StompEvent = { kind: 'fault', code: 'stomp-too-large' };
  const counted = (length: number) => `MESSAGE\ncontent-length:${length}\n\n${'x'.repeat(length)}\0`;
  const ended = (length: number) => `MESSAGE\n\n${'x'.repeat(length)}\0`;

  it('bounds a frame, its NUL included', () => {
    const limitBytes = 200;
    expect(read(counted(171), { limitBytes })).toEqual([message('x'.repeat(171))]);
    expect(read(counted(172), { limitBytes })).toEqual([tooLarge]);
    expect(read(ended(190), { limitBytes })).toEqual([message('x'.repeat(190))]);
    expect(read(ended(191), { limitBytes })).toEqual([tooLarge]);
    expect(read(ended(190).slice(0, -1), { limitBytes })).toEqual([]);
  });

  it('bounds the head at 16 KiB', () => {
    const head = (bytes: number) => `MESSAGE\na:${'x'.repeat(bytes - 12)}\n\n`;
    expect(read(`${head(16 * 1024)}\0`)).toEqual([message('')]);
    expect(read(`${head(16 * 1024 + 1)}\0`)).toEqual([tooLarge]);
    expect(read(`MESSAGE\na:${'x'.repeat(16 * 1024)}`)).toEqual([tooLarge]);
  });

  it('bounds the headers at 256, before their end', () => {
    const lines = (count: number) => `MESSAGE\n${'a:b\n'.repeat(count)}`;
    expect(read(`${lines(256)}\n\0`)).toEqual([message('')]);
    expect(read(lines(257))).toEqual([tooLarge]);
  });

  it('takes linear time: a frame of 1 MiB that comes byte by byte is read', () => {
    const length = 1 << 20;
    for (const frame of [counted(length), ended(length)]) {
      const events = readStomp(byteByByte(bytesOf(frame)), { limitBytes: 2 * length });
      expect(events).toEqual([message('x'.repeat(length))]);
    }
  });

  it('bounds what it holds by what has come, not by what was announced', () => {
    const reader = new StompReader(1 << 30);
    const bytes = bytesOf('MESSAGE\ncontent-length:999999999\n\nab');
    const before = process.memoryUsage().arrayBuffers;
    reader.push(bytes, 0, bytes.length, { onFrame: fail, onHeartBeat: fail, onStompFault: fail });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});

describe('StompReader: a connection among others', () => {
  it('reads the next frame as the version says that was set for this one', () => {
    const reader = new StompReader(1000);
    const values: (string | undefined)[] = [];
    const bytes = bytesOf('CONNECTED\nversion:1.0\n\n\0MESSAGE\nversion:\\t\n\n\0');
    reader.push(bytes, 0, bytes.length, {
      onFrame: (frame) => {
        values.push(frame.header('version'));
        reader.version = '1.0';
      },
      onHeartBeat: fail,
      onStompFault: fail,
    });
    expect(values).toEqual(['1.0', '\\t']);
  });

  it('is not disturbed by frames of other connections between its portions', () => {
    const [one, other] = [new StompReader(1000), new StompReader(1000)];
    const seen: string[] = [];
    const sink: StompSink = {
      onFrame: (frame) =>
        seen.push(
          `${frame.header('id') ?? ''} ${frame.bytes.toString('latin1', frame.bodyStart, frame.bodyEnd)}`,
        ),
      onHeartBeat: fail,
      onStompFault: fail,
    };
    const first = bytesOf('MESSAGE\nx:y\nid:1\ncontent-length:2\n\nab\0');
    const second = bytesOf('ERROR\nid:2\n\nlonger body\0');
    for (let at = 0; at < first.length; at++) {
      one.push(first, at, at + 1, sink);
      other.push(second, 0, second.length, sink);
    }
    expect(seen.filter((text) => text !== '2 longer body')).toEqual(['1 ab']);
  });

  it('stops from within a callback, and stays stopped', () => {
    const reader = new StompReader(1000);
    let frames = 0;
    const sink: StompSink = {
      onFrame: () => {
        frames++;
        reader.stop();
      },
      onHeartBeat: fail,
      onStompFault: fail,
    };
    const bytes = bytesOf('MESSAGE\n\n\0\nMESSAGE\n\n\0X');
    reader.push(bytes, 0, bytes.length, sink);
    reader.push(bytes, 0, bytes.length, sink);
    expect(frames).toBe(1);
  });

  it('holds nothing between frames', () => {
    const reader = new StompReader(1000);
    const bytes = bytesOf('MESSAGE\n\nbody\0\n');
    const sink = { onFrame: () => undefined, onHeartBeat: () => undefined, onStompFault: fail };
    for (let at = 0; at < bytes.length; at++) reader.push(bytes, at, at + 1, sink);
    expect(Object.values(reader).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
  });
});

function fail(): never {
  throw new Error('unexpected event');
}
