import { nearest } from './nearest.js';

export type TemplateVariables = Readonly<Record<string, number | string>>;

export interface Expression {
  readonly variables: ReadonlySet<string>;
  readonly evaluate: (vars: TemplateVariables) => number | string;
}

export interface ExpressionProblem {
  /** Where in the expression, in UTF-16 units. */
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

type Evaluate = (vars: TemplateVariables) => number;

/** Variables whose values are texts, not numbers. */
const TEXT_VARIABLES: ReadonlySet<string> = new Set(['run', 'stamp']);
const MAX_EXPRESSION_LENGTH = 200;
const MAX_DEPTH = 16;
const MAX_LITERAL_DIGITS = 15;
const TOKEN = /\s*(?:(\d+)|([A-Za-z][A-Za-z0-9_]*)|([-+*/%()]))/y;

/** Parses what stands between `{{` and `}}`; the grammar is at the head of template.ts. */
export function parseExpression(text: string, allowed: readonly string[]): Expression | ExpressionProblem {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    return {
      offset: 0,
      message: `an expression has at most ${MAX_EXPRESSION_LENGTH} characters`,
      hint: 'shorten it',
    };
  }
  try {
    return new Parser(text, allowed).parse();
  } catch (error) {
    if (error instanceof Rejection) return { offset: error.offset, message: error.message, hint: error.hint };
    throw error;
  }
}

/** Carries a problem out of the recursive descent; never leaves this file. */
class Rejection extends Error {
  readonly offset: number;
  readonly hint: string;

  constructor(offset: number, message: string, hint: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

interface Token {
  readonly kind: 'integer' | 'variable' | 'symbol' | 'end';
  readonly text: string;
  readonly offset: number;
}

class Parser {
  private readonly text: string;
  private readonly allowed: readonly string[];
  private variables = new Set<string>();
  private token: Token;
  private depth = 0;

  constructor(text: string, allowed: readonly string[]) {
    this.text = text;
    this.allowed = allowed;
    this.token = this.read(0);
  }

  parse(): Expression {
    const first = this.token;
    if (first.kind === 'end') {
      throw new Rejection(0, '"{{ }}" is empty', `write one of ${this.allowed.join(', ')} in it`);
    }
    if (first.kind === 'variable' && TEXT_VARIABLES.has(first.text)) return this.textVariable(first);
    const evaluate = this.expression();
    if (this.token.kind !== 'end') {
      throw new Rejection(
        this.token.offset,
        `"${this.token.text}" is not expected here`,
        'write one of + - * / % or "}}"',
      );
    }
    return { variables: this.variables, evaluate };
  }

  private textVariable(token: Token): Expression {
    const { text: name } = token;
    this.mustBeAllowed(token);
    this.advance();
    if (this.token.kind !== 'end') throw this.textInArithmetic(this.token.offset, name);
    return { variables: new Set([name]), evaluate: (vars) => valueOf(vars, name) };
  }

  private expression(): Evaluate {
    let left = this.term();
    for (;;) {
      const before = left;
      if (this.takes('+')) {
        const right = this.term();
        left = (vars) => bounded(before(vars) + right(vars));
      } else if (this.takes('-')) {
        const right = this.term();
        left = (vars) => bounded(before(vars) - right(vars));
      } else return left;
    }
  }

  private term(): Evaluate {
    let left = this.factor();
    for (;;) {
      const before = left;
      if (this.takes('*')) {
        const right = this.factor();
        left = (vars) => bounded(before(vars) * right(vars));
      } else if (this.takes('/')) {
        const by = this.divisor();
        left = (vars) => quotient(before(vars), by);
      } else if (this.takes('%')) {
        const by = this.divisor();
        left = (vars) => remainder(before(vars), by);
      } else return left;
    }
  }

  private divisor(): number {
    const { offset } = this.token;
    const outer = this.variables;
    this.variables = new Set();
    const factor = this.factor();
    const isConstant = this.variables.size === 0;
    this.variables = outer;
    if (!isConstant) {
      throw new Rejection(offset, 'a divisor cannot contain variables', 'write a number, e.g. index % 100');
    }
    const value = factor({});
    if (value === 0) throw new Rejection(offset, 'this divides by zero', 'write another number');
    return value;
  }

  private factor(): Evaluate {
    if (++this.depth > MAX_DEPTH) {
      throw new Rejection(this.token.offset, `nesting is deeper than ${MAX_DEPTH}`, 'write it flatter');
    }
    const evaluate = this.factorWithin();
    this.depth--;
    return evaluate;
  }

  private factorWithin(): Evaluate {
    const { token } = this;
    if (this.takes('-')) {
      const inner = this.factor();
      return (vars) => 0 - inner(vars);
    }
    if (this.takes('(')) {
      const inner = this.expression();
      if (!this.takes(')')) throw new Rejection(this.token.offset, '"(" is never closed', 'add ")"');
      return inner;
    }
    if (token.kind === 'integer') {
      if (token.text.length > MAX_LITERAL_DIGITS) {
        throw new Rejection(
          token.offset,
          `a number has at most ${MAX_LITERAL_DIGITS} digits`,
          'write a smaller one',
        );
      }
      this.advance();
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === 'variable') {
      this.mustBeAllowed(token);
      if (TEXT_VARIABLES.has(token.text)) throw this.textInArithmetic(token.offset, token.text);
      this.advance();
      this.variables.add(token.text);
      return numberOf(token.text);
    }
    throw new Rejection(
      token.offset,
      token.kind === 'end' ? 'the expression ends too early' : `"${token.text}" is not expected here`,
      `write a number, "(" or one of ${this.allowed.join(', ')}`,
    );
  }

  private mustBeAllowed({ text: name, offset }: Token): void {
    if (this.allowed.includes(name)) return;
    const meant = nearest(name, this.allowed);
    throw new Rejection(
      offset,
      `there is no variable "${name}" here`,
      `${meant === undefined ? '' : `did you mean ${meant}? `}Variables here: ${this.allowed.join(', ')}`,
    );
  }

  private textInArithmetic(offset: number, name: string): Rejection {
    return new Rejection(offset, `${name} is a text, not a number`, `write it alone: {{ ${name} }}`);
  }

  private takes(symbol: string): boolean {
    if (this.token.kind !== 'symbol' || this.token.text !== symbol) return false;
    this.advance();
    return true;
  }

  private advance(): void {
    this.token = this.read(this.token.offset + this.token.text.length);
  }

  private read(from: number): Token {
    TOKEN.lastIndex = from;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      const rest = this.text.slice(from).trimStart();
      const offset = this.text.length - rest.length;
      if (rest === '') return { kind: 'end', text: '', offset };
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      throw new Rejection(offset, `"${character}" has no meaning in an expression`, 'write + - * / % ( )');
    }
    const [, integer, variable, symbol] = match;
    const text = integer ?? variable ?? symbol ?? '';
    const kind = integer !== undefined ? 'integer' : variable !== undefined ? 'variable' : 'symbol';
    return { kind, text, offset: TOKEN.lastIndex - text.length };
  }
}

function numberOf(name: string): Evaluate {
  return (vars) => {
    const value = vars[name];
    if (typeof value !== 'number') throw new TypeError(`template variable "${name}" is not a number`);
    return value;
  };
}

function valueOf(vars: TemplateVariables, name: string): number | string {
  const value = vars[name];
  if (value === undefined) throw new TypeError(`template variable "${name}" was not given`);
  return value;
}

function bounded(value: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, value));
}

/** Through the exact remainder: the floating-point quotient of large numbers may round up to the next integer. */
function quotient(value: number, by: number): number {
  const rest = value % by;
  const towardsZero = (value - rest) / by;
  return rest !== 0 && rest < 0 !== by < 0 ? towardsZero - 1 : towardsZero;
}

function remainder(value: number, by: number): number {
  const rest = value % by;
  return rest !== 0 && rest < 0 !== by < 0 ? rest + by : rest;
}
