import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { parseFailureDocs, readFailureDocs } from './failure-docs.js';

describe('docs/failures.md', () => {
  const docs = readFailureDocs();

  it('has a section for each failure kind, in their order, and no other', () => {
    expect([...docs.keys()]).toEqual(FAILURE_KIND_NAMES);
  });

  it.each(FAILURE_KIND_NAMES)('says something about %s', (kind) => {
    expect(docs.get(kind)?.length).toBeGreaterThan(0);
  });

  it('uses no markup but paragraphs, lists and code, for reports inline it', () => {
    const texts = [...docs.values()]
      .flat()
      .flatMap((block) => (block.type === 'list' ? block.items : [block.text]));
    expect(texts.filter((text) => /\*\*|\]\(|^#|^\d+\. |^>|\|/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.split('`').length % 2 === 0)).toEqual([]);
  });
});

describe('parseFailureDocs', () => {
  it('joins the lines of a paragraph and of each item', () => {
    const docs = parseFailureDocs('# T\n\nintro\n\n## a\n\none\ntwo\n\n- x\n  y\n- z\n\n## b\n\nlast\n');
    expect(docs.get('a')).toEqual([
      { type: 'paragraph', text: 'one two' },
      { type: 'list', items: ['x y', 'z'] },
    ]);
    expect(docs.get('b')).toEqual([{ type: 'paragraph', text: 'last' }]);
  });
});
