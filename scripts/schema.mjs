// Writes what is made from the scenario schema: the JSON Schema for editors and the reference for people.
// With --check it writes nothing, and fails where a file is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemaText, referenceText } from '../dist/src/scenario/reference.js';

const root = path.resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');

for (const [file, text] of [
  ['scenarios/scenario.schema.json', jsonSchemaText()],
  ['docs/scenario.md', referenceText()],
]) {
  const target = path.join(root, file);
  if (!check) {
    writeFileSync(target, text);
    console.log(`wrote ${file}`);
    continue;
  }
  if (currentText(target) === text) continue;
  console.error(`${file} is not current: run npm run schema`);
  process.exitCode = 1;
}

function currentText(target) {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
}
