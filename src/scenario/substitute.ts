import { nearest } from '../shared/nearest.js';
import { pathText, quoted, type Path, type Problem } from './problems.js';
import { placeText, type Entry, type ScalarTree, type Tree } from './tree.js';

export type Variables = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([^}]*))?\}|\$\{/g;

/**
 * Puts environment variables into the scalars of a tree, and only there: `${VAR}`, `${VAR:-default}` (the default
 * also stands in for an empty variable, as in a shell), `$$` for a `$`. It comes after parsing, so that no value can
 * add a key or a list item.
 */
export function substitute(
  tree: Tree,
  variables: Variables,
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  return { tree: inTree(tree, variables, [], problems), problems };
}

function inTree(tree: Tree, variables: Variables, path: Path, problems: Problem[]): Tree {
  switch (tree.kind) {
    case 'scalar':
      return inScalar(tree, variables, path, problems);
    case 'list':
      return {
        ...tree,
        items: tree.items.map((item, index) => inTree(item, variables, [...path, index], problems)),
      };
    case 'map': {
      const entries = new Map<string, Entry>();
      for (const [key, { keyPlace, value }] of tree.entries) {
        entries.set(key, { keyPlace, value: inTree(value, variables, [...path, key], problems) });
      }
      return { ...tree, entries };
    }
  }
}

function inScalar(tree: ScalarTree, variables: Variables, path: Path, problems: Problem[]): ScalarTree {
  const { text: source } = tree;
  if (tree.literal || !source?.includes('$')) return tree;
  const text = source.replaceAll(
    REFERENCE,
    (
      whole: string,
      name: string | undefined,
      elses: string | undefined,
      fallback: string,
      offset: number,
    ) => {
      if (whole === '$$') return '$';
      const report = (message: string, hint: string): string => {
        const where = placeText(tree.place, offset);
        problems.push({ where, path: pathText(path), found: quoted(whole), message, hint });
        return '';
      };
      if (name === undefined) {
        return report('this is no variable', 'write ${NAME} or ${NAME:-default}; $$ stands for a $');
      }
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (elses !== undefined) return value === undefined || value === '' ? fallback : value;
      return value ?? report(`the environment has no variable ${name}`, hintForUnset(name, variables));
    },
  );
  if (text === source) return tree;
  return {
    ...tree,
    text: tree.plain && text === '' ? null : text,
    writtenAs: source,
    place: { ...tree.place, textColumn: null },
  };
}

function hintForUnset(name: string, variables: Variables): string {
  const meant = nearest(name, Object.keys(variables));
  const suggestion = meant === undefined ? '' : `did you mean ${meant}? `;
  return `${suggestion}set it, or give a default: \${${name}:-…}`;
}
