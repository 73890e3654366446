// bench/ratios.json: the rows of the last time that each was taken with --update, and the table in README.md from them.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import prettier from 'prettier';
import { judged, markdownOf } from './table.mjs';

const file = path.resolve(import.meta.dirname, '../ratios.json');
const readme = path.resolve(import.meta.dirname, '../README.md');
const [BEGIN, END] = ['<!-- table -->', '<!-- /table -->'];
/** A ratio moves by a tenth between two runs on a machine that others use too. */
const GENEROUS = 1.3;

function committed() {
  return JSON.parse(readFileSync(file, 'utf8')).rows;
}

/**
 * What is worse than the committed rows by more than that, and what can't be compared, each as a sentence.
 *
 * @param subjects of which every committed row has to be among these, but for those that only --full has
 */
export function regressions(rows, subjects, isFull) {
  const before = new Map(committed().map((row) => [row.id, row]));
  const measured = new Set(rows.map(({ id }) => id));
  const missing = [...before.values()].filter(
    ({ id, full }) => (isFull || full !== true) && subjects.includes(subjectOf(id)) && !measured.has(id),
  );
  const worse = rows.flatMap((row) => {
    const known = before.get(row.id);
    if (known === undefined) return [`${row.what} (${row.id}): nothing committed to compare it with`];
    if (judged(row) <= judged(known) * GENEROUS) return [];
    return [`${row.what} (${row.id}): ${judged(row).toFixed(2)}, where it was ${judged(known).toFixed(2)}`];
  });
  return [...worse, ...missing.map(({ id, what }) => `${what} (${id}): committed, and not measured`)];
}

const subjectOf = (id) => id.split('.')[0];

/** Takes over the rows that were measured; the others stay as they were. */
export async function update(rows, order, full) {
  const merged = new Map(committed().map((row) => [row.id, row]));
  for (const row of rows) merged.set(row.id, full ? { ...row, full } : row);
  const place = ({ id }) => order.indexOf(subjectOf(id));
  const all = [...merged.values()].sort((a, b) => place(a) - place(b));
  writeFileSync(file, `${JSON.stringify({ machine: machine(), rows: all }, null, 2)}\n`);
  const text = readFileSync(readme, 'utf8');
  const [head, rest] = text.split(BEGIN);
  const [, tail] = rest.split(END);
  const table = `${BEGIN}\n\n${machine()}; median (least to most):\n\n${markdownOf(all)}\n\n${END}`;
  const options = await prettier.resolveConfig(readme);
  writeFileSync(readme, await prettier.format(`${head}${table}${tail}`, { ...options, filepath: readme }));
}

export function machine() {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown CPU';
  const gigabytes = Math.round(os.totalmem() / 2 ** 30);
  return `Node ${process.version}, ${os.availableParallelism()} cores of ${cpu}, ${gigabytes} GB, ${os.type()} ${os.release()}`;
}
