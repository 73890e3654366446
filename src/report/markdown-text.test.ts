import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownCode, markdownProse, markdownTable } from './markdown-text.js';

/** What a reader of Markdown shows for this markup, were it all text. */
function shown(markup: string): string {
  return markup
    .replace(/<\/?(?:code|span)>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

const printable = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/[\r\n]/.test(text));

describe('text of a stranger in Markdown', () => {
  it('is shown as it was said', () => {
    fc.assert(
      fc.property(printable, (said) => {
        expect(shown(markdownCode(said, 1000))).toBe(said);
        expect(shown(markdownProse(said, 1000))).toBe(said.trimStart());
      }),
    );
  });

  it('has nothing left that formats, links, mentions or ends a cell', () => {
    fc.assert(
      fc.property(printable, (said) => {
        for (const markup of [markdownCode(said, 1000), markdownProse(said, 1000)]) {
          const bare = markup.replace(/<\/?(?:code|span)>/g, '').replace(/&#\d+;/g, '');
          expect(bare).not.toMatch(/[&<>|`*_[\]{}!#~\\@$^]|:\/\/|www\./i);
        }
      }),
    );
  });

  it.each(['@team', 'owner/repo#12', 'https://example.com/', 'ftp://example.com'])(
    'has %s in code even within a sentence, where code hosts make no link of it',
    (said) => {
      expect(markdownProse(said, 100)).toMatch(/<code>&#\d+;(?:\/\/)?<\/code>/);
    },
  );

  it.each([
    ['![x](http://a/b.png)', '&#33;&#91;x&#93;(http&#58;//a/b.png)'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['a|b', 'a&#124;b'],
    ['a\\|b', 'a&#92;&#124;b'],
    ['`code`', '&#96;code&#96;'],
    ['www.example.com', 'www&#46;example.com'],
    ['a@b.com', 'a<span>&#64;</span>b.com'],
  ])('%s becomes %s', (said, written) => {
    expect(markdownCode(said, 100)).toBe(`<code>${written}</code>`);
  });

  it.each(['- a', '+ a', '1. a', '12) a', '---', '===', '    a'])(
    'begins no list, rule or block with %j',
    (said) => {
      expect(markdownProse(said, 100)).toMatch(/^\d*&#\d+;|^a$/);
    },
  );

  it('is cut before it is written in references, and never within a character', () => {
    expect(markdownCode('|'.repeat(50), 3)).toBe('<code>&#124;&#124;…</code>');
    expect(markdownCode('a😀b', 3)).toBe('<code>a…</code>');
  });
});

describe('a table', () => {
  it('has its headings, how they are aligned, and its rows', () => {
    const text = markdownTable(
      [
        ['name', 'left'],
        ['count', 'right'],
      ],
      [['a', '1']],
    );
    expect(text).toBe('| name | count |\n| --- | ---: |\n| a | 1 |');
  });
});
