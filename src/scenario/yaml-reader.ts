import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { messageOf } from '../shared/errors.js';
import { pathText, quoted, type Path, type Problem } from './problems.js';
import { placeText, type Entry, type Place, type Tree } from './tree.js';

/** Bounds of one document. Aliases are written out, so that a few lines could ask for gigabytes ("billion laughs"). */
const MAX_TEXT_LENGTH = 1024 * 1024;
const MAX_NODES = 20_000;
const MAX_DEPTH = 24;
const MAX_SYNTAX_PROBLEMS = 3;

const NOTHING = new Set(['', '~', 'null', 'Null', 'NULL']);

export interface Reading {
  /** undefined: there is no document, and `problems` says why. */
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** The file as the user named it, or the flag. */
  readonly label: string;
  /** Whether positions within the text mean something to the user. */
  readonly positions: boolean;
  /** The smallest good document, for who has written none; of a scenario by default. */
  readonly smallest?: string;
}

/** Reads one YAML document (YAML 1.2, with aliases and merge keys) into a tree; never throws. */
export function readYaml(text: string, options: ReadOptions): Reading {
  const reader = new Reader(text, options);
  const tree = reader.read();
  return { tree, problems: reader.problems };
}

/** Ends the reading of a document that is beyond the bounds; never leaves this file. */
class Abandoned extends Error {}

class Reader {
  readonly problems: Problem[] = [];
  private readonly text: string;
  private readonly options: ReadOptions;
  private readonly lines = new LineCounter();
  private readonly aliases = new Map<Alias, Node>();
  private nodes = 0;

  constructor(text: string, options: ReadOptions) {
    this.text = text;
    this.options = options;
  }

  read(): Tree | undefined {
    if (this.text.length > MAX_TEXT_LENGTH) {
      this.report(
        0,
        [],
        `this is longer than ${MAX_TEXT_LENGTH} characters`,
        'a scenario is a few dozen lines',
      );
      return undefined;
    }
    try {
      const document = this.document();
      if (document === undefined) return undefined;
      return this.tree(document, document.contents, [], 0);
    } catch (error) {
      // The parser's own recursion ends in a RangeError where the nesting is absurd.
      if (!(error instanceof Abandoned)) this.report(0, [], messageOf(error), 'simplify the YAML');
      return undefined;
    }
  }

  private document(): Document.Parsed | undefined {
    const documents = parseAllDocuments(this.text, {
      // Every scalar stays a text.
      schema: 'failsafe',
      lineCounter: this.lines,
      // Its own check has no path, and its pretty messages quote lines that may hold secrets.
      uniqueKeys: false,
      prettyErrors: false,
    });
    if ('empty' in documents) {
      this.reportEmpty();
      return undefined;
    }
    const faults = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    // One slip makes errors to the end of the file; and what they quote of it may be a secret.
    for (const { message, pos } of faults.slice(0, MAX_SYNTAX_PROBLEMS)) {
      this.report(pos[0], [], `not valid YAML: ${message.replace(/: ".*$/s, '')}`, this.syntaxHint(pos[0]));
    }
    const [first, second] = documents;
    if (this.problems.length > 0 || first === undefined) return undefined;
    if (second !== undefined) {
      this.report(
        second.range[0],
        [],
        'a second document begins here',
        'a scenario is one document: a file for each',
      );
      return undefined;
    }
    const { contents } = first;
    if (contents !== null && !(isScalar(contents) && contents.source === '')) return first;
    this.reportEmpty();
    return undefined;
  }

  private syntaxHint(offset: number): string {
    const { line } = this.lines.linePos(offset);
    const written = this.text.split('\n')[line - 1] ?? '';
    return /\$\{|\{\{/.test(written)
      ? 'put texts with ${…} or {{ … }} in quotes'
      : 'mend the YAML first; the rest is checked after that';
  }

  private reportEmpty(): void {
    const { smallest } = this.options;
    const hint =
      smallest === undefined
        ? 'the smallest scenario is "target: embedded"'
        : `the smallest is "${smallest}"`;
    this.report(0, [], 'there is nothing in it', hint);
  }

  private tree(document: Document.Parsed, node: Node | null, path: Path, depth: number): Tree {
    if (++this.nodes > MAX_NODES) {
      this.abandon(node, path, `with its aliases this has more than ${MAX_NODES} values`);
    }
    if (depth > MAX_DEPTH) this.abandon(node, path, `this is nested deeper than ${MAX_DEPTH} levels`);
    if (isAlias(node)) return this.tree(document, this.meant(document, node, path), path, depth + 1);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.tree(document, item as Node | null, [...path, index], depth + 1),
      );
      return { kind: 'list', items, place: this.place(node) };
    }
    if (isMap(node)) {
      return { kind: 'map', entries: this.entries(document, node, path, depth), place: this.place(node) };
    }
    const value = isScalar(node) ? node.value : null;
    const text = typeof value === 'string' ? value : '';
    const plain = !isScalar(node) || node.type === Scalar.PLAIN || node.type === undefined;
    const place = this.place(node, text);
    return {
      kind: 'scalar',
      text: plain && NOTHING.has(text) ? null : text,
      plain,
      literal: false,
      writtenAs: null,
      place,
    };
  }

  /** Looking for an anchor goes through the whole document, so each alias is looked up once. */
  private meant(document: Document.Parsed, alias: Alias, path: Path): Node | null {
    const known = this.aliases.get(alias);
    if (known !== undefined) return known;
    const node = alias.resolve(document);
    if (node === undefined) {
      this.report(
        alias.range?.[0] ?? 0,
        path,
        `there is no anchor &${alias.source} before this`,
        'define it first',
      );
      return null;
    }
    this.aliases.set(alias, node);
    return node;
  }

  private entries(document: Document.Parsed, map: YAMLMap, path: Path, depth: number): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      const valueNode = pair.value as Node | null;
      const key = this.tree(document, keyNode, path, depth + 1);
      if (key.kind !== 'scalar' || key.text === null) {
        this.report(
          keyNode?.range?.[0] ?? map.range?.[0] ?? 0,
          path,
          'a key is a word',
          'write "key: value"; a text with {{ … }} needs quotes',
        );
        continue;
      }
      const valuePath = [...path, key.text];
      const first = entries.get(key.text);
      if (first !== undefined) {
        const line = first.keyPlace.position?.line;
        this.report(
          keyNode?.range?.[0] ?? 0,
          valuePath,
          `this key is here twice${line === undefined ? '' : `, first in line ${line}`}`,
          'keep one of them',
        );
        continue;
      }
      const entry = { keyPlace: key.place, value: this.tree(document, valueNode, valuePath, depth + 1) };
      if (key.text === '<<' && key.plain) merged.push(entry);
      else entries.set(key.text, entry);
    }
    for (const entry of merged) this.merge(entry, entries, path);
    return entries;
  }

  /** YAML's merge key: what a map has of its own goes before what it takes from others. */
  private merge({ keyPlace, value }: Entry, entries: Map<string, Entry>, path: Path): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') {
        this.problems.push({
          where: placeText(keyPlace),
          path: pathText([...path, '<<']),
          found: source.kind === 'scalar' ? quoted(source.text ?? '') : null,
          message: 'only a map can be merged',
          hint: 'write "<<: *anchor" with the anchor of a map',
        });
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  private place(node: Node | null, text?: string): Place {
    const { label, positions } = this.options;
    const start = node?.range?.[0];
    if (!positions || start === undefined) return { label, position: null, textColumn: null };
    const { line, col } = this.lines.linePos(start);
    return { label, position: { line, column: col }, textColumn: this.textColumn(start, text) };
  }

  private textColumn(start: number, text: string | undefined): number | null {
    if (text === undefined || text.includes('\n')) return null;
    for (const shift of [0, 1]) {
      if (this.text.startsWith(text, start + shift)) return shift;
    }
    return null;
  }

  private abandon(node: Node | null, path: Path, message: string): never {
    this.report(node?.range?.[0] ?? 0, path.slice(0, 3), message, 'write it without aliases');
    throw new Abandoned();
  }

  private report(offset: number, path: Path, message: string, hint: string): void {
    const { label, positions } = this.options;
    const { line, col } = this.lines.linePos(offset);
    // Before its first line is read the counter says line 0.
    const where = positions ? `${label}:${Math.max(1, line)}:${Math.max(1, col)}` : label;
    this.problems.push({ where, path: pathText(path), found: null, message, hint });
  }
}
