import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeStomp, HEART_BEAT } from './stomp-writer.js';
import { readByStompjs } from './testing/oracles.js';
import { someBytes, someText } from './testing/raw.js';

describe('encodeStomp', () => {
  it('writes CONNECT as the specification shows it', () => {
    const frame = encodeStomp(
      'CONNECT',
      [
        ['accept-version', '1.0,1.1,1.2'],
        ['host', '/'],
      ],
      '1.2',
    );
    expect(frame.toString()).toBe('CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\n\n\0');
  });

  it('writes the length of a body, NULs included, and of an empty one', () => {
    expect(encodeStomp('SEND', [['destination', '/a']], '1.2', Buffer.from('x\0é')).toString()).toBe(
      'SEND\ndestination:/a\ncontent-length:4\n\nx\0é\0',
    );
    expect(encodeStomp('SEND', [], '1.2', Buffer.alloc(0)).toString()).toBe('SEND\ncontent-length:0\n\n\0');
  });

  it.each([
    ['1.2', 'a\\cb:\\\\ \\n \\c \\r'],
    ['1.1', 'a\\cb:\\\\ \\n \\c x'],
  ] as const)('escapes names and values in %s', (version, line) => {
    const value = version === '1.2' ? '\\ \n : \r' : '\\ \n : x';
    expect(encodeStomp('SEND', [['a:b', value]], version).toString()).toBe(`SEND\n${line}\n\n\0`);
  });

  it('escapes nothing in 1.0 and in CONNECT', () => {
    const header = [['a', 'b:\\n']] as const;
    expect(encodeStomp('SEND', header, '1.0').toString()).toBe('SEND\na:b:\\n\n\n\0');
    expect(encodeStomp('CONNECT', header, '1.2').toString()).toBe('CONNECT\na:b:\\n\n\n\0');
  });

  it.each([
    ['a line end in CONNECT', 'CONNECT', '1.2', 'passcode', 'secret\nadmin:true'],
    ['a line end in 1.0', 'SEND', '1.0', 'a', 'secret\n\n'],
    ['a CR where nothing escapes it', 'SEND', '1.1', 'a', 'secret\r'],
    ['a NUL', 'SEND', '1.2', 'a', 'secret\0'],
    ['a colon in a name of 1.0', 'SEND', '1.0', 'a:b', 'secret'],
    ['no name', 'SEND', '1.2', '', 'secret'],
    ['a length of the caller', 'SEND', '1.2', 'content-length', 'secret'],
  ] as const)('refuses %s, without repeating the value', (_, command, version, name, value) => {
    const encode = () => encodeStomp(command, [[name, value]], version);
    expect(encode).toThrow(Error);
    expect(encode).not.toThrow(/secret/);
  });

  it('writes what the parser of stompjs reads, for any headers and body', () => {
    // Neither n, c nor r after a backslash, no blanks around values: the places where stompjs errs.
    const value = fc
      .string({ unit: fc.constantFrom('x', 'é', '😀', ':', '\\', '\n', '\r', ' '), maxLength: 20 })
      .map((text) => text.trim());
    const headers = fc.dictionary(fc.constantFrom('a', 'bé', 'destination'), value);
    fc.assert(
      fc.property(
        headers,
        fc.oneof(
          someBytes(200),
          someText.map((text) => Buffer.from(text)),
        ),
        (given, body) => {
          const frame = encodeStomp('SEND', Object.entries(given), '1.2', body);
          expect(readByStompjs([frame], true)).toMatchObject([
            {
              command: 'SEND',
              headers: { ...given, 'content-length': String(body.length) },
              body: body.toString('latin1'),
            },
          ]);
        },
      ),
    );
  });

  it('writes heart-beats that stompjs reads as such', () => {
    expect(readByStompjs([Buffer.from(HEART_BEAT)], true)).toEqual([null]);
  });
});
