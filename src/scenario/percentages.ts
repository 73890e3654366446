import { field, VARIABLE_SCHEMA, type FieldInfo } from './field.js';

/** `10%` → 0.1. */
export function parsePercentage(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,9})?)\s?%$/.exec(text);
  const percent = Number(match?.[1]);
  return match === null || percent > 100 ? undefined : percent / 100;
}

/** A share from 0 to 1, written in percent. */
export function percentage(info: FieldInfo) {
  return field<number>(
    {
      noun: 'a percentage',
      hint: 'write e.g. 10%',
      type: 'percentage, from 0% to 100%',
      json: { anyOf: [{ type: 'string', pattern: '^[0-9.]+ ?%$' }, VARIABLE_SCHEMA] },
    },
    (text) => {
      const share = parsePercentage(text);
      if (share !== undefined) return share;
      const percent = Number(text);
      const meant = /^[\d.]+$/.test(text) && percent <= 100 ? (percent < 1 ? percent * 100 : percent) : 10;
      return { fault: 'this is no percentage from 0% to 100%', hint: `write e.g. ${meant}%` };
    },
    info,
  );
}
