import { COMPARATORS, type Comparator } from '../model/thresholds.js';

/**
 * The grammar of a threshold. Blanks may be around the comparator and before the unit.
 *
 *     threshold  ::= metric comparator bound
 *     metric     ::= name | name "." statistic | name "(" word ")"
 *     name       ::= word { "." word }
 *     statistic  ::= "min" | "mean" | "max" | "p" digits [ "." digits ]
 *     comparator ::= "<" | "<=" | ">" | ">=" | "==" | "!="
 *     bound      ::= number [ unit ]
 *     number     ::= digits { "_" digits } [ "." digits ]
 *     unit       ::= "us" | "ms" | "s" | "m" | "%" | "/s" | "B" | "KB" | "MB" | "GB"
 *     word       ::= letter { letter | digit | "-" }
 *
 * Here a text is cut into these words, each with where it begins. What a metric may be is the catalogue's affair
 * (find-metric.ts), what its bound may be that of its unit (bound.ts).
 */
export interface Sentence {
  readonly metric: Word;
  readonly comparator: Comparator;
  readonly number: Word;
  /** Empty where there is none. */
  readonly unit: Word;
}

export interface Word {
  readonly text: string;
  /** Of its first character in the whole text, in UTF-16 units. */
  readonly offset: number;
}

/** What is wrong with the text of a threshold. */
export interface ThresholdProblem {
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
  /** Where in the text, in UTF-16 units. */
  readonly offset: number;
}

export function isThresholdProblem(value: object): value is ThresholdProblem {
  return 'message' in value && 'hint' in value && 'offset' in value;
}

/** The longest one that the grammar has is a quarter of this. */
const MAX_LENGTH = 256;
const EXAMPLE = 'write e.g. phases.connect.p99 < 250ms';

const MEANT: Readonly<Record<string, Comparator>> = {
  '=': '==',
  '===': '==',
  '=<': '<=',
  '=>': '>=',
  '!': '!=',
  '!==': '!=',
  '<>': '!=',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
};

/** Cuts a text into the words of a threshold, or says where it is none. Never throws. */
export function readSentence(text: string): Sentence | ThresholdProblem {
  if (text.length > MAX_LENGTH) {
    return { message: `a threshold has at most ${MAX_LENGTH} characters`, hint: EXAMPLE, offset: MAX_LENGTH };
  }
  const scan = scanner(text);
  const metric = scan(/[^\s<>=!≤≥≠]+/y);
  if (metric.text === '') return { message: 'there is no metric here', hint: EXAMPLE, offset: metric.offset };
  const sign = scan(/[<>=!≤≥≠]+/y);
  const comparator = comparatorOf(sign);
  if (typeof comparator !== 'string') return comparator;
  const number = scan(/[+-]?[\d.,_]*/y);
  if (!/\d/.test(number.text)) {
    return {
      message: 'there is no bound here',
      hint: `write a number after ${comparator}`,
      offset: number.offset,
    };
  }
  const unit = scan(/\S*/y);
  const rest = scan(/[^]*/y);
  if (rest.text === '') return { metric, comparator, number, unit };
  const hint = 'end it after the bound, and write each threshold by itself';
  return { message: 'a threshold has one bound, and nothing after it', hint, offset: rest.offset };
}

/** Takes the next word of a kind, after blanks; an empty one where there is none. */
function scanner(text: string): (kind: RegExp) => Word {
  let at = 0;
  return (kind) => {
    const blanks = /\s*/y;
    blanks.lastIndex = at;
    at += blanks.exec(text)?.[0].length ?? 0;
    kind.lastIndex = at;
    const word = { text: kind.exec(text)?.[0] ?? '', offset: at };
    at += word.text.length;
    return word;
  };
}

function comparatorOf({ text, offset }: Word): Comparator | ThresholdProblem {
  const known = COMPARATORS.find((comparator) => comparator === text);
  if (known !== undefined) return known;
  const all = `write one of ${COMPARATORS.join(' ')}`;
  if (text === '') return { message: 'there is no comparator here', hint: all, offset };
  const meant = Object.hasOwn(MEANT, text) ? MEANT[text] : undefined;
  return {
    message: 'there is no such comparator',
    hint: meant === undefined ? all : `write ${meant}`,
    offset,
  };
}
