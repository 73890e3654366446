import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MACHINE_CHECKS, TARGET_CHECKS } from '../src/model/check.js';

test('docs/doctor.md lists exactly the checks that there are, in their order', () => {
  const text = readFileSync(new URL('../docs/doctor.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\| `([a-z-]+)`/gm)].map(([, id]) => id);
  expect(listed).toEqual([...MACHINE_CHECKS, ...TARGET_CHECKS]);
});
