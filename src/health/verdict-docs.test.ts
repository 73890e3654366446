import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FINDING_KIND_NAMES } from '../model/findings.js';

const docs = readFileSync(new URL('../../docs/verdicts.md', import.meta.url), 'utf8');
const sections = [...docs.matchAll(/^## (\S+)$/gm)].map(([, name]) => name);

it.each(FINDING_KIND_NAMES)('docs/verdicts.md has a section about %s, where reports point to', (kind) => {
  expect(sections).toContain(kind);
});
