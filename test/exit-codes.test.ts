import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT } from '../src/shared/exit-codes.js';

test('docs/exit-codes.md lists exactly the exit codes that there are', () => {
  const text = readFileSync(new URL('../docs/exit-codes.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\|\s*(\d+)\s*\|/gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(EXIT));
});
