import type { RunResult } from '../model/result.js';
import { messageOf, StompedeError } from '../shared/errors.js';
import { resultSchema } from './result-schema.js';
import { visibleText } from './visible-text.js';

const SCHEMA = 'stompede.result/1';
/** A result nests seven deep. JSON that nests by the ten thousand would exhaust the stack of any reader. */
const MAX_DEPTH = 32;
const PROBLEMS_SHOWN = 5;

/**
 * Reads result.json. `where` is its path, for the error.
 * @throws StompedeError 'result-unreadable' if it is no JSON, of another schema, or not of the shape it claims.
 */
export function parseResult(text: string, where: string): RunResult {
  const value = parseJson(text, where);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== SCHEMA) {
    const found = typeof schema === 'string' ? `"${visibleText(schema.slice(0, 60))}"` : 'no schema';
    throw unreadable(
      where,
      `it has ${found}, not "${SCHEMA}"`,
      'Give the result.json that a run of stompede wrote.',
    );
  }
  const checked = resultSchema.safeParse(value);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const shown = issues.slice(0, PROBLEMS_SHOWN).map(({ path, message }) => `${nameOf(path)}: ${message}`);
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  throw unreadable(
    where,
    visibleText(shown.join('; ')),
    'Was it edited, cut short, or written by another version of stompede?',
  );
}

function parseJson(text: string, where: string): unknown {
  const hint = 'Is the file complete? A run that was killed leaves interval data beside it.';
  if (depthOf(text) > MAX_DEPTH) throw unreadable(where, 'it nests too deeply', hint);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(where, `it is not JSON: ${visibleText(messageOf(error)).slice(0, 200)}`, hint);
  }
}

/** The deepest nesting of brackets outside strings, without a stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.').slice(0, 120);
}

function unreadable(where: string, problem: string, hint: string): StompedeError {
  return new StompedeError('result-unreadable', `${where}: ${problem}`, { hint });
}
