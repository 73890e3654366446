import { quoted, type Path, type Problem } from './problems.js';
import { flagPlace, nodeAt, type Entry, type ListTree, type MapTree, type Place, type Tree } from './tree.js';
import { readYaml } from './yaml-reader.js';

/** A value from the command line, put into the document before anything is checked. */
export interface Override {
  readonly path: Path;
  readonly value: Tree;
  readonly place: Place;
  /** Only where the document has this already. */
  readonly ifPresent?: Path;
  /** One more item of the list at the path, after all that is there. */
  readonly append?: true;
}

export interface Overrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly Problem[];
}

/** Two ways to say the same thing: the command line's replaces the file's. */
const RIVALS: Readonly<Record<string, Path>> = {
  'connect.rate': ['connect', 'stages'],
  'connect.stages': ['connect', 'rate'],
};

/** Reads `connect.connections=2000` and `publish[0].rate=5/s` (or `publish.0.rate`); values are YAML. */
export function readSets(sets: readonly string[]): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const set of sets) {
    const equals = set.indexOf('=');
    const path = equals === -1 ? undefined : readPath(set.slice(0, equals));
    if (path === undefined) {
      // What is before "=" only: the rest may be a secret.
      const found = quoted(equals === -1 ? set : set.slice(0, equals));
      const hint = 'write --set connect.connections=2000';
      problems.push({ where: '--set', path: '', found, message: 'this is not path=value', hint });
      continue;
    }
    const label = `--set ${set.slice(0, equals)}`;
    const text = set.slice(equals + 1);
    const place = flagPlace(label);
    if (text.trim() === '') {
      overrides.push({
        path,
        place,
        value: { kind: 'scalar', text: null, plain: true, literal: false, writtenAs: null, place },
      });
      continue;
    }
    const reading = readYaml(text, { label, positions: false });
    problems.push(...reading.problems);
    if (reading.tree !== undefined) overrides.push({ path, place, value: reading.tree });
  }
  return { overrides, problems };
}

function readPath(text: string): Path | undefined {
  const parts: (string | number)[] = [];
  for (const part of text
    .trim()
    .replaceAll(/\[(\d{1,4})\]/g, '.$1')
    .split('.')) {
    if (part === '' || /[\s[\]]/.test(part)) return undefined;
    parts.push(/^\d{1,4}$/.test(part) ? Number(part) : part);
  }
  return parts;
}

/** The document with the overrides in it, in their order: the last one wins. What is added to a list comes after all of them. */
export function applyOverrides(
  tree: Tree,
  overrides: readonly Override[],
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let result = tree;
  if (tree.kind !== 'map') return { tree, problems };
  const appended = overrides.filter(({ append }) => append === true);
  const set = overrides.filter(({ append }) => append !== true);
  for (const written of [...set, ...appended]) {
    const override = written.append === true ? atEndOf(result, written) : written;
    if (override.ifPresent !== undefined && nodeAt(result, override.ifPresent) === undefined) continue;
    const rival = RIVALS[override.path.join('.')];
    if (rival !== undefined) result = without(result, rival);
    const changed = withValue(result, override, 0);
    if (typeof changed !== 'string') result = changed;
    else {
      const hint = 'give the value of the whole, or a path that exists';
      problems.push({ where: override.place.label, path: '', found: null, message: changed, hint });
    }
  }
  return { tree: result, problems };
}

function atEndOf(tree: Tree, override: Override): Override {
  const list = nodeAt(tree, override.path);
  return { ...override, path: [...override.path, list?.kind === 'list' ? list.items.length : 0] };
}

/** Copies along the path and shares the rest; a text says why it cannot be done. */
function withValue(tree: Tree | undefined, override: Override, depth: number): Tree | string {
  const { path, value, place } = override;
  const part = path[depth];
  if (part === undefined) return value;
  const parent = path.slice(0, depth).join('.');
  const nothing = tree === undefined || (tree.kind === 'scalar' && tree.text === null);
  if (typeof part === 'number') {
    const list: Tree = nothing ? { kind: 'list', items: [], place } : tree;
    if (list.kind !== 'list') return `${parent} is not a list`;
    if (part > list.items.length) return `${parent} has ${list.items.length} items, so there is no ${part}`;
    const item = withValue(list.items[part], override, depth + 1);
    return typeof item === 'string' ? item : withItem(list, part, item);
  }
  const map: Tree = nothing ? { kind: 'map', entries: new Map(), place } : tree;
  if (map.kind !== 'map')
    return `${parent} ${map.kind === 'list' ? 'is a list: write its number' : 'has no keys'}`;
  const child = withValue(map.entries.get(part)?.value, override, depth + 1);
  return typeof child === 'string' ? child : withEntry(map, part, { keyPlace: place, value: child });
}

function withItem(list: ListTree, index: number, item: Tree): ListTree {
  const items = [...list.items];
  items[index] = item;
  return { ...list, items };
}

function withEntry(map: MapTree, key: string, { keyPlace, value }: Entry): MapTree {
  return {
    ...map,
    entries: new Map(map.entries).set(key, { keyPlace: map.entries.get(key)?.keyPlace ?? keyPlace, value }),
  };
}

function without(tree: Tree, path: Path): Tree {
  const [part, ...rest] = path;
  if (tree.kind !== 'map' || typeof part !== 'string') return tree;
  const entries = new Map(tree.entries);
  const entry = entries.get(part);
  if (entry === undefined) return tree;
  if (rest.length === 0) entries.delete(part);
  else entries.set(part, { ...entry, value: without(entry.value, rest) });
  return { ...tree, entries };
}
