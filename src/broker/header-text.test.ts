import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHeaderName, escapeHeaderValue, unescapeHeader } from './header-text.js';
import { Violation } from './violation.js';

describe('header text', () => {
  it('comes back as it was after escaping, in STOMP 1.2', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '\n', '\r', ':', 'n', 'c', 'é') }), (text) => {
        expect(unescapeHeader(escapeHeaderValue(text, '1.2'), '1.2')).toBe(text);
      }),
    );
  });

  it('comes back as it was in STOMP 1.1, where a carriage return has no escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '\n', '\r', ':', 'n', 'c', 'é') }), (text) => {
        expect(unescapeHeader(escapeHeaderValue(text, '1.1'), '1.1')).toBe(text);
      }),
    );
  });

  it('never has a raw line end, nor a raw colon in a name, in any version', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('1.0', '1.1', '1.2'), (text, version) => {
        expect(escapeHeaderValue(text, version)).not.toContain('\n');
        expect(escapeHeaderName(text, version)).not.toMatch(/[\n:]/);
      }),
    );
  });

  it('is refused with an escape that is not defined', () => {
    expect(() => unescapeHeader('a\\tb', '1.2')).toThrow(Violation);
    expect(() => unescapeHeader('a\\', '1.2')).toThrow(Violation);
    expect(() => unescapeHeader('a\\rb', '1.1')).toThrow(Violation);
  });

  it('is taken literally in STOMP 1.0 and before CONNECTED', () => {
    expect(unescapeHeader('a\\tb\\', '1.0')).toBe('a\\tb\\');
    expect(unescapeHeader('a\\nb', 'connecting')).toBe('a\\nb');
  });
});
