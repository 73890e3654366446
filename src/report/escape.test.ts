import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, escaped, scriptJson } from './escape.js';

describe('escaped', () => {
  it('escapes text, and takes over what it made itself', () => {
    const cell = escaped`<td title="${'"&\''}">${'<script>'}</td>`;
    expect(escaped`<tr>${cell}${[cell]}${null}${7}</tr>`.text).toBe(
      '<tr>' + '<td title="&quot;&amp;&#39;">&lt;script&gt;</td>'.repeat(2) + '7</tr>',
    );
  });

  it('escapes a string that was already escaped: it cannot know', () => {
    expect(escaped`${escapeHtml('<')}`.text).toBe('&amp;lt;');
  });
});

describe('escapeHtml', () => {
  it('leaves no character that ends text or an attribute', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });
});

describe('scriptJson', () => {
  it('cannot end its element or open a comment', () => {
    const text = scriptJson({ a: '</script><!--<script>\u2028\u2029&' });
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(JSON.parse(scriptJson(value))).toEqual(value);
      }),
    );
  });
});
