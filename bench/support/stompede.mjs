// The real command line, run once, and what its result says of the generator's CPU time and memory.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './child.mjs';
import { median } from './statistics.mjs';

export const BIN = path.resolve(import.meta.dirname, '../../dist/bin/stompede.js');

/**
 * One run of a scenario, as an object of its YAML's shape.
 *
 * @param nodeArgs for node itself, before the program
 * @param args further ones of the run
 * @returns its RunResult; an Error when not everything went well, since its cost would be that of other work
 */
export async function stompede(
  scratch,
  scenario,
  { nodeArgs = [], args: further = [], onStart, limitMs, checked = true } = {},
) {
  const folder = mkdtempSync(path.join(scratch, 'run-'));
  const file = path.join(folder, 'bench.yaml');
  writeFileSync(file, JSON.stringify({ name: 'bench', report: ['json'], ...scenario }));
  const args = [...nodeArgs, BIN, 'run', file, '--out', folder, '--quiet', ...further];
  const { stderr } = await run(process.execPath, args, { onStart, limitMs, mayFail: true });
  const name = readdirSync(folder).find((entry) => entry.startsWith('bench-'));
  if (name === undefined) throw new Error(`stompede made no run:\n${stderr}`);
  const result = JSON.parse(readFileSync(path.join(folder, name, 'result.json'), 'utf8'));
  rmSync(folder, { recursive: true });
  const { connections, deliveries } = result;
  const isWhole = connections.complete === connections.planned && deliveries.lost === 0;
  if (checked && !isWhole) {
    const { headline, reasons } = result.verdict;
    throw new Error(`it can't be compared: ${[headline, ...reasons].join(' ')}`);
  }
  return result;
}

const cpuOf = (rows) => rows.reduce((sum, { generator }) => sum + generator.cpuMs, 0);

/** Microseconds of CPU a connection, from the start of the run to the second after the one in which the last had opened. */
export function openingUs(result) {
  const { series, connections } = result;
  return (cpuOf(series.slice(0, lastOpening(result) + 2)) * 1000) / connections.planned;
}

/** The same of the seconds between the first three and the last one in which connections opened. */
export function warmOpeningUs(result) {
  const rows = result.series.slice(3, lastOpening(result));
  return (cpuOf(rows) * 1000) / rows.reduce((sum, { opened }) => sum + opened, 0);
}

function lastOpening({ series, connections }) {
  let opened = 0;
  return series.findIndex((row) => (opened += row.opened) >= connections.planned);
}

/** Microseconds of CPU a delivery, over the whole seconds of the hold but for its first two, in which V8 compiles. */
export function deliveryUs({ series, run: { marksMs } }) {
  const rows = rowsOfHold(series, marksMs);
  return (cpuOf(rows) * 1000) / rows.reduce((sum, row) => sum + row.received, 0);
}

function rowsOfHold(series, { holdStart, holdEnd }) {
  const fromSec = Math.ceil(holdStart / 1000) + 1;
  const untilSec = Math.floor(holdEnd / 1000);
  return series.filter(({ atSec, widthSec }) => atSec >= fromSec && atSec + widthSec <= untilSec);
}

/**
 * Seconds before the first connections, and of holding them, after which V8 has given back what it needed to get there:
 * as measured, some tens of MB up to 18 seconds after the start, and again up to 26 after the last was opened.
 */
export const SETTLE_SEC = { before: 18, held: 26 };

/**
 * Resident bytes a connection: of all processes with workers, at the end of the hold less before the first connections.
 * The schedule has to begin with a connection a second for SETTLE_SEC.before.
 */
export function residentBytes({ series, connections, run: { marksMs } }) {
  const before = series[SETTLE_SEC.before - 1].generator.rssBytes;
  const held = rowsOfHold(series, marksMs).slice(-3);
  return (median(held.map(({ generator }) => generator.rssBytes)) - before) / connections.planned;
}
