import { z } from 'zod';
import type { FaultName, FaultRule, FaultsPlan } from '../model/faults.js';
import { nearest } from '../shared/nearest.js';
import { describeValue, type Fault } from './field.js';
import { FAULT_FORMS, FAULT_NAMES } from './fault-forms.js';
import { FAULT_PROFILE_NAMES, FAULT_PROFILES } from './fault-profiles.js';
import { pathText, quoted, type Path, type Problem } from './problems.js';
import { wholeNumber } from './quantities.js';
import { entry } from './section.js';
import { choice } from './texts.js';
import { nearestPlace, nodeAt, placeText, valueOf, type Tree } from './tree.js';
import { problemsOfIssue } from './validate.js';

/** Each connection and each delivery asks them all. */
const MAX_RULES = 100;

export interface FaultsReading {
  /** null: there are none, or there are problems. */
  readonly plan: FaultsPlan | null;
  readonly problems: readonly Problem[];
}

const HEAD = {
  seed: wholeNumber(0, 4_294_967_295, {
    description: 'Where everything random in the faults comes from.',
  }).prefault('1'),
  profile: choice(FAULT_PROFILE_NAMES, {
    description: 'How a well-known server behaves: its rules come first.',
  }).nullish(),
};
/** Each rule is read by the form of its fault. */
const anything = z.unknown().optional();
const KEYS = [...Object.keys(HEAD), 'faults'];

/** Reads the faults that stand at a path of a document, with everything that is wrong with them. */
export function readFaults(tree: Tree, at: Path): FaultsReading {
  const node = nodeAt(tree, at);
  if (node?.kind !== 'map') {
    const found = node === undefined ? undefined : valueOf(node);
    const problem = {
      fault: `faults are a map, not ${describeValue(found)}`,
      hint: `its keys are ${KEYS.join(', ')}`,
    };
    return { plan: null, problems: [problemAt(tree, at, problem)] };
  }
  const problems: Problem[] = [];
  const head = entry({ ...HEAD, faults: anything }).safeParse(valueOf(node));
  if (!head.success) problems.push(...issuesAt(tree, at, head.error.issues, KEYS));
  const written = rulesAt(tree, [...at, 'faults'], problems);
  if (!head.success || problems.length > 0) return { plan: null, problems };
  const { seed, profile } = head.data;
  const known = profile === null || profile === undefined ? [] : FAULT_PROFILES[profile];
  return { plan: { seed, rules: [...known, ...written] }, problems };
}

function rulesAt(tree: Tree, at: Path, problems: Problem[]): FaultRule[] {
  const node = nodeAt(tree, at);
  const value = node === undefined ? null : valueOf(node);
  if (node === undefined || value === null) return [];
  if (node.kind !== 'list') {
    const fault = `this is ${describeValue(value)}, and not a list`;
    problems.push(problemAt(tree, at, { fault, hint: 'write "- " before each fault' }));
    return [];
  }
  if (node.items.length > MAX_RULES) {
    const hint = 'several faults of a kind can often be one with another share';
    problems.push(problemAt(tree, at, { fault: `more than ${MAX_RULES} faults`, hint }));
    return [];
  }
  return node.items.flatMap((_, index) => ruleAt(tree, [...at, index], problems) ?? []);
}

function ruleAt(tree: Tree, at: Path, problems: Problem[]): FaultRule | undefined {
  const name = nameAt(tree, at, problems);
  const node = nodeAt(tree, at);
  if (name === undefined || node === undefined) return undefined;
  const { schema, keys } = FAULT_FORMS[name];
  const result = schema.safeParse(valueOf(node));
  if (!result.success) {
    problems.push(...issuesAt(tree, at, result.error.issues, keys));
    return undefined;
  }
  const contradiction = contradictionIn(result.data);
  if (contradiction === undefined) return result.data;
  problems.push(problemAt(tree, [...at, contradiction.key], contradiction));
  return undefined;
}

function nameAt(tree: Tree, at: Path, problems: Problem[]): FaultName | undefined {
  const node = nodeAt(tree, [...at, 'fault']);
  const text = node?.kind === 'scalar' ? node.text : null;
  const known = FAULT_NAMES.find((name) => name === text);
  if (known !== undefined) return known;
  const all = `write one of ${FAULT_NAMES.join(', ')}`;
  if (text === null) {
    problems.push(problemAt(tree, at, { fault: 'this names no fault', hint: `write { fault: … }; ${all}` }));
    return undefined;
  }
  const meant = nearest(text, FAULT_NAMES);
  const hint = meant === undefined ? all : `did you mean ${meant}?`;
  problems.push(problemAt(tree, [...at, 'fault'], { fault: 'there is no such fault', hint }));
  return undefined;
}

/** What a rule can't mean, although each of its keys is right. */
function contradictionIn(rule: FaultRule): (Fault & { readonly key: string }) | undefined {
  if (rule.fault === 'refuse' && rule.fromMs === 0 && rule.untilMs !== null) {
    const fault = 'the time counts from the first connection, and this would never let one in';
    return { key: 'until', fault, hint: 'write a from above zero, or leave until out' };
  }
  if (rule.fault === 'die' && rule.connections === null && rule.messages === null) {
    return { key: 'fault', fault: 'this never dies', hint: 'write connections, messages, or both' };
  }
  return undefined;
}

function issuesAt(
  tree: Tree,
  at: Path,
  issues: readonly z.core.$ZodIssue[],
  keys: readonly string[],
): Problem[] {
  const vocabulary = { keysAt: () => keys, homesOf: () => [] };
  return issues.flatMap((issue) => problemsOfIssue(issue, tree, vocabulary, at));
}

function problemAt(tree: Tree, path: Path, { fault, hint }: Fault): Problem {
  const node = nodeAt(tree, path);
  const found = node?.kind === 'scalar' && node.text !== null ? quoted(node.text) : null;
  return { where: placeText(nearestPlace(tree, path)), path: pathText(path), found, message: fault, hint };
}
