import type { z } from 'zod';
import { nearest } from '../shared/nearest.js';
import { describeValue } from './field.js';
import { homesOf, keysAt } from './keys.js';
import { pathText, quoted, type Path, type Problem } from './problems.js';
import { scenarioSchema, type Scenario } from './schema.js';
import { maskAt } from './secret-places.js';
import { nearestPlace, nodeAt, placeText, valueOf, type Tree } from './tree.js';

export type Validation =
  | { readonly scenario: Scenario; readonly problems: readonly [] }
  | { readonly scenario: null; readonly problems: readonly Problem[] };

/** Holds the tree against the schema, and says at which place of the tree each problem is. */
export function validate(tree: Tree): Validation {
  if (tree.kind !== 'map') return { scenario: null, problems: [notAMap(tree)] };
  const result = scenarioSchema.safeParse(valueOf(tree));
  if (result.success) return { scenario: result.data, problems: [] };
  const vocabulary = { keysAt, homesOf };
  const { issues } = result.error;
  return { scenario: null, problems: issues.flatMap((issue) => problemsOfIssue(issue, tree, vocabulary)) };
}

function notAMap(tree: Tree): Problem {
  const message = `a scenario is a map with keys, not ${describeValue(valueOf(tree))}`;
  const hint = 'the smallest scenario is "target: embedded"';
  return { where: placeText(tree.place), path: '', found: null, message, hint };
}

/** The keys that there are. */
interface Vocabulary {
  /** Of the map at a path. */
  keysAt(path: Path): readonly string[];
  /** The paths where a key, or one much like it, does belong. */
  homesOf(key: string): readonly string[];
}

/** What an issue of a schema means for the writer of a tree; `at` is where in the tree that schema begins. */
export function problemsOfIssue(
  issue: z.core.$ZodIssue,
  tree: Tree,
  vocabulary: Vocabulary,
  at: Path = [],
): Problem[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], tree, vocabulary));
  }
  if (issue.code === 'invalid_type') return [wrongShape(path, issue.expected, tree, vocabulary)];
  const { hint, offset } = issue.code === 'custom' ? (issue.params ?? {}) : {};
  return [
    {
      where: placeText(nearestPlace(tree, path), typeof offset === 'number' ? offset : null),
      path: pathText(path),
      found: foundAt(tree, path),
      message: issue.message,
      hint: typeof hint === 'string' ? hint : '',
    },
  ];
}

function unknownKey(path: Path, tree: Tree, vocabulary: Vocabulary): Problem {
  const key = String(path.at(-1));
  const parentPath = path.slice(0, -1);
  const parent = nodeAt(tree, parentPath);
  const keyPlace = parent?.kind === 'map' ? parent.entries.get(key)?.keyPlace : undefined;
  return {
    where: placeText(keyPlace ?? nearestPlace(tree, path)),
    path: pathText(parentPath),
    found: quoted(key),
    message: 'there is no such key',
    hint: hintForUnknown(key, vocabulary.keysAt(parentPath), vocabulary),
  };
}

function hintForUnknown(key: string, known: readonly string[], vocabulary: Vocabulary): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const homes = vocabulary.homesOf(key);
  if (homes.length > 0) return `it belongs elsewhere: ${homes.join(', ')}`;
  return `the keys here are ${known.join(', ')}`;
}

/** A map or list was expected, and something else is there. */
function wrongShape(path: Path, expected: string, tree: Tree, vocabulary: Vocabulary): Problem {
  const node = nodeAt(tree, path);
  const where = placeText(nearestPlace(tree, path));
  const found = foundAt(tree, path);
  const value = node === undefined ? null : valueOf(node);
  const message = (wanted: string): string =>
    value === null ? 'nothing is written here' : `this is ${describeValue(value)}, and not ${wanted}`;
  if (expected === 'array') {
    const hint = 'write "- " before each item, or [ … ] around them';
    return { where, path: pathText(path), found, message: message('a list'), hint };
  }
  const hint = `write its keys below it: ${vocabulary.keysAt(path).join(', ')}`;
  return { where, path: pathText(path), found, message: message('a map with keys'), hint };
}

function foundAt(tree: Tree, path: Path): string | null {
  const node = nodeAt(tree, path);
  if (node?.kind !== 'scalar') return null;
  const { text, writtenAs } = node;
  if (text === null) return writtenAs === null ? null : `${quoted(writtenAs)}, which is empty`;
  const shown = quoted(maskAt(path, text));
  return writtenAs === null ? shown : `${shown} (from ${quoted(writtenAs)})`;
}
