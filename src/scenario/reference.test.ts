import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputSchema, keysAt, type JsonSchema } from './keys.js';
import { loadScenario } from './load.js';
import { jsonSchemaText, referenceText } from './reference.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.resolve(root, file), 'utf8');

describe('what is made from the schema', () => {
  it.each([
    ['scenarios/scenario.schema.json', jsonSchemaText],
    ['docs/scenario.md', referenceText],
  ])('%s is current: npm run schema writes it', (file, text) => {
    expect(read(file)).toBe(text());
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const visit = (schema: JsonSchema, at: string): void => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        const described = child.description ?? child.anyOf?.[0]?.description;
        if (described === undefined) undescribed.push(`${at}${key}`);
        visit(child, `${at}${key}.`);
        if (child.items !== undefined) visit(child.items, `${at}${key}[].`);
      }
    };
    visit(inputSchema(), '');
    expect(undescribed).toEqual([]);
  });

  it('knows the keys of maps within lists', () => {
    expect(keysAt(['connect', 'stages', 0])).toEqual(['rate', 'to', 'for']);
    expect(keysAt(['hold', 'x'])).toEqual([]);
  });
});

describe('the scenarios that come with stompede', () => {
  const files = readdirSync(path.join(root, 'scenarios')).filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s is valid, and names its schema for editors', (file) => {
    const name = path.join('scenarios', file);
    const { plan } = loadScenario(name, { cwd: root, variables: {}, set: [], readFile: read });
    expect(plan.name).toBe(file.replace('.yaml', ''));
    expect(read(name)).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/);
  });
});
