import type { Path } from './problems.js';

/**
 * A document as it was written: every value a text, every node with its place. YAML's own types are left aside: a
 * passcode of 007 or 1e5 has to stay what it is, and each field of the schema reads its text by itself.
 */
export type Tree = ScalarTree | MapTree | ListTree;

export interface ScalarTree {
  readonly kind: 'scalar';
  /** null: nothing is written there (empty, `~` or `null`). */
  readonly text: string | null;
  /** Not in quotes, and not a block: what comes out empty is nothing. */
  readonly plain: boolean;
  /** From a flag: no variables are read in it. */
  readonly literal: boolean;
  /** How it was written, where a variable was put in. */
  readonly writtenAs: string | null;
  readonly place: Place;
}

export interface MapTree {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export interface Entry {
  readonly keyPlace: Place;
  readonly value: Tree;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
}

/** Where a node comes from: a position in a file, or a flag. */
export interface Place {
  /** The file as the user named it, or the flag. */
  readonly label: string;
  /** From 1; null for a flag. */
  readonly position: { readonly line: number; readonly column: number } | null;
  /** Columns from the node's start to its text (a quote); null where text and source differ. */
  readonly textColumn: number | null;
}

/** A flag as a place. */
export function flagPlace(label: string): Place {
  return { label, position: null, textColumn: null };
}

/** `file:line:column`; of a character within the node's text, where that can be told. */
export function placeText(place: Place, offset: number | null = null): string {
  if (place.position === null) return place.label;
  const { line, column } = place.position;
  const shift = offset === null || place.textColumn === null ? 0 : place.textColumn + offset;
  return `${place.label}:${line}:${column + shift}`;
}

/** A text as it is. */
export function scalar(text: string, place: Place): ScalarTree {
  return { kind: 'scalar', text, plain: false, literal: true, writtenAs: null, place };
}

/** The node at a path, or undefined where there is none. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const part of path) {
    if (node?.kind === 'map' && typeof part === 'string') node = node.entries.get(part)?.value;
    else if (node?.kind === 'list' && typeof part === 'number') node = node.items[part];
    else return undefined;
  }
  return node;
}

/** The place of the node at a path, or of its nearest parent that exists. */
export function nearestPlace(tree: Tree, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(tree, path.slice(0, length));
    if (node !== undefined) return node.place;
  }
  return tree.place;
}

/** Plain objects, arrays, strings and nulls, for the schema. */
export function valueOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.text;
    case 'list':
      return tree.items.map(valueOf);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, valueOf(value)]));
  }
}

/** Every scalar with its path. */
export function* scalarsOf(tree: Tree, path: Path = []): Generator<readonly [Path, ScalarTree]> {
  if (tree.kind === 'scalar') yield [path, tree];
  else if (tree.kind === 'list') {
    for (const [index, item] of tree.items.entries()) yield* scalarsOf(item, [...path, index]);
  } else {
    for (const [key, { value }] of tree.entries) yield* scalarsOf(value, [...path, key]);
  }
}
