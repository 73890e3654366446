/**
 * Texts with holes, such as `/topic/comments.{{ index % 100 }}`:
 *
 *   template   = { text | "{{" expression "}}" }
 *   expression = term { ( "+" | "-" ) term }
 *   term       = factor { "*" factor | ( "/" | "%" ) divisor }
 *   divisor    = factor, without variables and not zero
 *   factor     = integer | variable | "(" expression ")" | "-" factor
 *   integer    = digit { digit }
 *   variable   = letter { letter | digit | "_" }
 *
 * All arithmetic is in integers. `/` rounds down and `%` takes the sign of its divisor, so that
 * a = b * (a / b) + a % b for negative numbers too. A result beyond ±(2^53 - 1) stays at that bound. Divisors are
 * constants, therefore every template that parses can be rendered with every number. `run` and `stamp` are texts
 * and stand alone in their hole.
 */
import { parseExpression, type TemplateVariables } from './template-expression.js';

export type { TemplateVariables } from './template-expression.js';

export interface Template {
  readonly source: string;
  /** The variables that occur in it. */
  readonly variables: ReadonlySet<string>;
  /** No variable occurs in it: it renders to the same text always. */
  readonly constant: boolean;
  /** Every variable of `variables` has to be there; another one is not looked at. */
  render(vars: TemplateVariables): string;
}

export interface TemplateProblem {
  readonly kind: 'template-problem';
  /** Where in the source, in UTF-16 units. */
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** The longest source, in UTF-16 units. */
export const MAX_TEMPLATE_LENGTH = 65_536;
/** The most holes in one source. */
export const MAX_HOLES = 1000;

type Piece = string | ((vars: TemplateVariables) => number | string);

export function parseTemplate(source: string, allowed: readonly string[]): Template | TemplateProblem {
  if (source.length > MAX_TEMPLATE_LENGTH) {
    return problem(
      MAX_TEMPLATE_LENGTH,
      `a template has at most ${MAX_TEMPLATE_LENGTH} characters, this one has ${source.length}`,
      'shorten it',
    );
  }
  const pieces: Piece[] = [];
  const variables = new Set<string>();
  let position = 0;
  for (let holes = 0; ; holes++) {
    const open = source.indexOf('{{', position);
    if (open === -1) break;
    if (holes === MAX_HOLES) return problem(open, `a template has at most ${MAX_HOLES} holes`, 'shorten it');
    const close = source.indexOf('}}', open + 2);
    if (close === -1) return problem(open, '"{{" is never closed', 'add "}}"');
    const expression = parseExpression(source.slice(open + 2, close), allowed);
    if ('message' in expression) {
      return problem(open + 2 + expression.offset, expression.message, expression.hint);
    }
    if (open > position) pieces.push(source.slice(position, open));
    for (const name of expression.variables) variables.add(name);
    pieces.push(expression.variables.size === 0 ? String(expression.evaluate({})) : expression.evaluate);
    position = close + 2;
  }
  if (position < source.length) pieces.push(source.slice(position));
  return { source, variables, constant: variables.size === 0, render: compile(pieces) };
}

export function isTemplateProblem(value: Template | TemplateProblem): value is TemplateProblem {
  return 'kind' in value;
}

/** A template for a source that was checked before, as those of a RunPlan are. Throws on any other. */
export function compileTemplate(source: string, allowed: readonly string[]): Template {
  const template = parseTemplate(source, allowed);
  if (isTemplateProblem(template)) throw new TypeError(`unchecked template: ${template.message}`);
  return template;
}

/** Rendering happens for every SEND: the two commonest forms get by without a loop. */
function compile(pieces: readonly Piece[]): (vars: TemplateVariables) => string {
  if (pieces.every((piece) => typeof piece === 'string')) {
    const text = pieces.join('');
    return () => text;
  }
  const [first, second] = pieces;
  if (pieces.length === 2 && typeof first === 'string' && typeof second === 'function') {
    return (vars) => first + String(second(vars));
  }
  return (vars) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : String(piece(vars));
    return text;
  };
}

function problem(offset: number, message: string, hint: string): TemplateProblem {
  return { kind: 'template-problem', offset, message, hint };
}
