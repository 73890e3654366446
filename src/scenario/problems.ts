import { StompedeError } from '../shared/errors.js';
import type { Secrets } from '../shared/mask.js';

/** One thing that is wrong with a scenario, told to the person who wrote it. */
export interface Problem {
  /** `scenarios/x.yaml:12:7` (line and column from 1), or the flag that it came from: `--connections`. */
  readonly where: string;
  /** `connect.rate`, `publish[0].size`; empty for the document as a whole. */
  readonly path: string;
  /** What stands there, quoted; null where nothing does. Secrets masked. */
  readonly found: string | null;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
}

/** More than these are not printed: the first ones explain the rest. */
const MAX_PRINTED = 50;

/** Everything that is wrong with one scenario, at once. */
export class ScenarioError extends StompedeError {
  readonly problems: readonly Problem[];

  constructor(
    code: 'scenario-invalid' | 'scenario-unreadable',
    problems: readonly Problem[],
    options: { cause?: unknown } = {},
  ) {
    super(code, blocks(problems), options);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

function blocks(problems: readonly Problem[]): string {
  const printed = problems.slice(0, MAX_PRINTED).map(block);
  const rest = problems.length - printed.length;
  if (rest > 0) printed.push(`and ${rest} more`);
  return printed.join('\n');
}

function block({ where, path, found, message, hint }: Problem): string {
  const head = [where, path, found === null ? '' : `found ${found}`, message].filter((part) => part !== '');
  return `${head.join(': ')}\n    ${hint}`;
}

export function scrubProblem(problem: Problem, secrets: Secrets): Problem {
  return {
    ...problem,
    found: problem.found === null ? null : secrets.scrub(problem.found),
    message: secrets.scrub(problem.message),
    hint: secrets.scrub(problem.hint),
  };
}

/** Flags first, then the file from top to bottom. */
export function inReadingOrder(a: Problem, b: Problem): number {
  const [lineA, columnA] = positionOf(a);
  const [lineB, columnB] = positionOf(b);
  return lineA - lineB || columnA - columnB;
}

function positionOf({ where }: Problem): readonly [number, number] {
  const [, line = 0, column = 0] = /:(\d+):(\d+)$/.exec(where) ?? [];
  return [Number(line), Number(column)];
}

export type Path = readonly (string | number)[];

/** `['publish', 0, 'rate']` → `publish[0].rate`. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

const MAX_QUOTED = 80;

/** A value as a problem shows it: on one line, in quotes, and not for ever. */
export function quoted(text: string): string {
  return text.length <= MAX_QUOTED ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, MAX_QUOTED))}…`;
}
