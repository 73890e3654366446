import { z } from 'zod';

/** What is wrong with the text of one field. */
export interface Fault {
  readonly fault: string;
  readonly hint: string;
  /** Where in the text, in UTF-16 units. */
  readonly offset?: number;
}

export type Parse<T> = (text: string) => T | Fault;

/** What a reader of the reference and of the JSON Schema learns about a field. */
export interface FieldInfo {
  readonly description: string;
}

/** Lets an editor accept `${VAR}` wherever the scenario does. */
export const VARIABLE_SCHEMA = { type: 'string', pattern: '\\$\\{[A-Za-z_]' } as const;

export interface FieldKind {
  /** With its article: "a duration". */
  readonly noun: string;
  readonly hint: string;
  /** How the type column of the reference calls it. */
  readonly type: string;
  readonly json: object;
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value;
}

export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : 'a single value';
}

/**
 * A field that is one scalar. It takes the text as it was written (see tree.ts), and says by itself what is wrong
 * with it: the words of a schema library are not for the writers of scenarios.
 */
export function field<T>(kind: FieldKind, parse: Parse<T>, { description }: FieldInfo) {
  const { noun, hint, type, json } = kind;
  return z
    .unknown()
    .transform((value, context): T => {
      const result = typeof value === 'string' ? parse(value) : shapeFault(value, noun, hint);
      if (!isFault(result)) return result;
      context.issues.push({
        code: 'custom',
        input: value,
        message: result.fault,
        params: { hint: result.hint, offset: result.offset },
      });
      return z.NEVER;
    })
    .meta({ description, 'x-type': type, ...json });
}

function shapeFault(value: unknown, noun: string, hint: string): Fault {
  if (value === undefined) return { fault: `${noun} is missing here`, hint };
  if (value === null) return { fault: 'nothing is written here', hint: `${hint}, or leave the key out` };
  return { fault: `this is ${describeValue(value)}, and not ${noun}`, hint };
}
