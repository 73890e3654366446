import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REPORT_FILES, REPORT_KINDS } from '../model/plan.js';

const TEXT = readFileSync(new URL('../../docs/reports.md', import.meta.url), 'utf8');

it('docs/reports.md has each kind of report with its file, and a section for each', () => {
  const rows = [...TEXT.matchAll(/^\| `(\w+)` +\| `([\w.]+)`/gm)].map(([, kind, file]) => [kind, file]);
  expect(rows).toEqual(REPORT_KINDS.map((kind) => [kind, REPORT_FILES[kind]]));
  const sections = [...TEXT.matchAll(/^## (\w+)$/gm)].map(([, kind]) => kind);
  expect(sections.sort()).toEqual([...REPORT_KINDS].sort());
});
