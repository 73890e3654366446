import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/**
 * What a test printed, as a table of Markdown. With UPDATE_DOCS=1 in the environment it takes the place of the one in
 * docs/, between `<!-- table: NAME -->` and `<!-- end of table -->`: what the docs show is what a test printed.
 */
export class Table {
  readonly #file: string;
  readonly #name: string;
  readonly #lines: string[];

  /** @param file such as accuracy.md, in docs/ */
  constructor(file: string, name: string, columns: readonly string[]) {
    this.#file = `${DOCS}${file}`;
    this.#name = name;
    this.#lines = [rowOf(columns), rowOf(columns.map(() => '---'))];
  }

  row(...cells: readonly (string | number)[]): void {
    this.#lines.push(rowOf(cells.map(cellOf)));
  }

  /** To be called when all rows are there. */
  print(): void {
    const text = this.#lines.join('\n');
    process.stdout.write(`\n${this.#name}\n\n${text}\n\n`);
    if (process.env['UPDATE_DOCS'] !== '1') return;
    const begin = `<!-- table: ${this.#name} -->`;
    const end = '<!-- end of table -->';
    const docs = readFileSync(this.#file, 'utf8');
    const from = docs.indexOf(begin);
    const to = docs.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`${this.#file} has no place for the table ${this.#name}`);
    writeFileSync(this.#file, `${docs.slice(0, from)}${begin}\n\n${text}\n\n${docs.slice(to)}`);
  }
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellOf(cell: string | number): string {
  return (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');
}
