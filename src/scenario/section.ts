import { z } from 'zod';
import type { FieldInfo } from './field.js';

/** A map with known keys. `key:` with nothing after it is the same as no key at all. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, { description }: FieldInfo) {
  return z
    .preprocess((value) => (value === null ? {} : value), z.strictObject(shape))
    .prefault({})
    .meta({ description });
}

/** One entry of a list; it must be there, and a map. */
export function entry<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape);
}

interface ListInfo extends FieldInfo {
  readonly minItems?: number;
}

/** A list. `key:` with nothing after it is the same as no key at all. */
export function list<Item extends z.ZodType>(item: Item, defaults: readonly unknown[], info: ListInfo) {
  return z
    .preprocess((value) => value ?? defaults, boundedArray(item, info))
    .prefault([...defaults])
    .meta(listMeta(info));
}

/** The same without a default. */
export function optionalList<Item extends z.ZodType>(item: Item, info: ListInfo) {
  return z
    .preprocess((value) => value ?? undefined, boundedArray(item, info).optional())
    .optional()
    .meta(listMeta(info));
}

function boundedArray<Item extends z.ZodType>(item: Item, { minItems = 0 }: ListInfo) {
  return z.array(item).check((context) => {
    if (context.value.length >= minItems) return;
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: 'this list is empty',
      params: { hint: 'write at least one item, or leave the key out' },
    });
  });
}

function listMeta({ description, minItems }: ListInfo): Record<string, unknown> {
  return { description, ...(minItems === undefined ? {} : { minItems }) };
}

/** Items that must differ from each other: what the second of two equal ones would mean, nobody can say. */
export function refuseRepeated(context: z.core.ParsePayload<readonly unknown[]>): void {
  const seen = new Set<unknown>();
  for (const [index, item] of context.value.entries()) {
    if (seen.has(item)) {
      context.issues.push({
        code: 'custom',
        input: item,
        path: [index],
        message: 'this is in the list twice',
        params: { hint: 'remove one of them' },
      });
    }
    seen.add(item);
  }
}

interface Rule<Value> {
  readonly fails: (value: Value) => boolean;
  /** Keys below the section. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/**
 * Rules between the fields of one section. They are judged even where other fields are wrong, so that all problems
 * come at once: therefore a rule has to expect a field that could not be read, which is then no number and no text.
 */
export function rules<Value>(...all: readonly Rule<Value>[]) {
  return [
    (value: Value, context: z.RefinementCtx): void => {
      for (const { fails, path, message, hint } of all) {
        if (fails(value)) {
          context.addIssue({ code: 'custom', path: [...path], message, params: { hint } });
        }
      }
    },
    { when: ({ value }: z.core.ParsePayload) => typeof value === 'object' && value !== null },
  ] as const;
}
