import { nearest } from '../shared/nearest.js';
import { isTemplateProblem, parseTemplate } from '../shared/template.js';
import { field, VARIABLE_SCHEMA, type Fault, type FieldInfo } from './field.js';

export function flag(info: FieldInfo) {
  return field<boolean>(
    {
      noun: 'a yes or no',
      hint: 'write true or false',
      type: '`true` or `false`',
      json: { anyOf: [{ type: 'boolean' }, VARIABLE_SCHEMA] },
    },
    (text) =>
      /^true$/i.test(text) ||
      (/^false$/i.test(text)
        ? false
        : { fault: 'this is neither true nor false', hint: 'write true or false' }),
    info,
  );
}

/** One word of a closed list. `true` and `false` may be among them: YAML has them as words. */
export function choice<const T extends string>(words: readonly T[], info: FieldInfo) {
  const list = words.join(', ');
  const jsonWords = words.flatMap<string | number | boolean>(spellings);
  return field<T>(
    {
      noun: 'a word',
      hint: `write one of ${list}`,
      type: words.map((word) => `\`${word}\``).join(', '),
      json: { anyOf: [{ enum: jsonWords }, VARIABLE_SCHEMA] },
    },
    (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return word;
      const meant = nearest(text, words);
      return {
        fault: `this is none of ${list}`,
        hint: meant === undefined ? `write one of ${list}` : `did you mean ${meant}?`,
      };
    },
    info,
  );
}

/** The types under which an editor may read a word: `true` is a boolean to YAML, and `1.2` a number. */
function spellings(word: string): (string | number | boolean)[] {
  if (word === 'true' || word === 'false') return [word === 'true'];
  return /^\d/.test(word) ? [word, Number(word)] : [word];
}

/** Any text; `check` may find fault with it. */
export function text(info: FieldInfo, check: (text: string) => Fault | undefined = () => undefined) {
  return field<string>(
    { noun: 'a text', hint: 'write a text', type: 'text', json: { type: ['string', 'number', 'boolean'] } },
    (value) => check(value) ?? value,
    info,
  );
}

/** A text with holes (shared/template.ts), kept as its source. */
export function template(variables: readonly string[], info: FieldInfo, check = frameSafe) {
  return field<string>(
    {
      noun: 'a text',
      hint: 'write a text',
      type: `template of ${variables.map((name) => `\`${name}\``).join(', ')}`,
      json: { type: 'string' },
    },
    (source) => {
      const parsed = parseTemplate(source, variables);
      if (!isTemplateProblem(parsed)) return check(source) ?? source;
      return { fault: parsed.message, hint: parsed.hint, offset: parsed.offset };
    },
    info,
  );
}

/** For values of STOMP headers: a NUL or a line break would end the header, or the frame. */
export function lineSafe(value: string): Fault | undefined {
  const match = /[\0\r\n]/.exec(value);
  if (match === null) return undefined;
  return {
    fault: 'a line break or NUL cannot be in it',
    hint: 'write it in one line; if it comes from a variable or file, strip its end',
    offset: match.index,
  };
}

/** The same, for what cannot be empty. */
export function frameSafe(value: string): Fault | undefined {
  if (value !== '') return lineSafe(value);
  return { fault: 'it is empty', hint: 'write a text, or leave the key out' };
}
