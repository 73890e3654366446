import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A heading of the third level, a paragraph, or a list, as docs/failures.md uses them. */
export type DocBlock =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] };

/** docs/failures.md by failure kind; empty where the file was left out of an installation. */
export function readFailureDocs(): ReadonlyMap<string, readonly DocBlock[]> {
  for (const relative of ['../../docs/failures.md', '../../../docs/failures.md']) {
    const file = fileURLToPath(new URL(relative, import.meta.url));
    if (existsSync(file)) return parseFailureDocs(readFileSync(file, 'utf8'));
  }
  return new Map();
}

/** The sections under `## ` headings, in blocks of text parted by blank lines. */
export function parseFailureDocs(markdown: string): ReadonlyMap<string, readonly DocBlock[]> {
  const [, ...sections] = markdown.replace(/\r\n/g, '\n').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading.trim(), blocksOf(lines.join('\n'))];
    }),
  );
}

function blocksOf(text: string): readonly DocBlock[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block): DocBlock => {
      if (!block.startsWith('- ')) return { type: 'paragraph', text: oneLine(block) };
      return { type: 'list', items: block.slice(2).split(/\n- /).map(oneLine) };
    });
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
