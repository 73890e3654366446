import { z } from 'zod';
import { nearest } from '../shared/nearest.js';
import type { Path } from './problems.js';
import { scenarioSchema } from './schema.js';

/** The part of a JSON Schema (draft 7) that this project's own schema uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  /** How the reference calls the type. */
  readonly 'x-type'?: string;
}

let generated: JsonSchema | undefined;

/** The scenario's schema as JSON Schema: what a user writes, not what the plan holds. */
export function inputSchema(): JsonSchema {
  generated ??= z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  return generated;
}

/** The keys that the map at a path may have; empty where no map with known keys belongs. */
export function keysAt(path: Path): readonly string[] {
  let schema: JsonSchema | undefined = inputSchema();
  for (const part of path) {
    schema = typeof part === 'number' ? schema?.items : schema?.properties?.[part];
  }
  return Object.keys(schema?.properties ?? {});
}

/** Where in the schema a key is, or else the one that it was most likely meant to be: `connect.rate`, `publish[].rate`. */
export function homesOf(key: string): readonly string[] {
  const homes = new Map<string, string[]>();
  const visit = (schema: JsonSchema, path: string): void => {
    if (schema.items !== undefined) visit(schema.items, `${path}[]`);
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const childPath = path === '' ? name : `${path}.${name}`;
      homes.set(name, [...(homes.get(name) ?? []), childPath]);
      visit(child, childPath);
    }
  };
  visit(inputSchema(), '');
  return homes.get(key) ?? homes.get(nearest(key, homes.keys()) ?? '') ?? [];
}
