// npm run prove:gate [-- --only same|slower|lost --comparisons N --repeat PAIRS --results FILE --fresh]
//
// Whether `--baseline-target` is right: the three tables of docs/gate.md, each comparison by the real command line with two
// broker processes. It takes about forty minutes, goes on where it was interrupted, and fails where a table does not hold.
// Whole tables go into docs/gate.md; fewer comparisons are only printed.
import { rmSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareOnce } from './support/comparison.mjs';
import { FULL, KINDS, PAIRS, scenarioFor, serversOf } from './support/kinds.mjs';
import { Record } from './support/record.mjs';
import { judge, tableOf, writeTables } from './support/tables.mjs';

const DOCUMENT = fileURLToPath(new URL('../../docs/gate.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../reports/prove-gate.ndjson', import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    comparisons: { type: 'string', default: String(FULL) },
    repeat: { type: 'string', default: String(PAIRS) },
    results: { type: 'string', default: RESULTS },
    fresh: { type: 'boolean', default: false },
  },
});
const [comparisons, pairs] = [Number(values.comparisons), Number(values.repeat)];
if (
  (values.only !== undefined && !(values.only in KINDS)) ||
  ![comparisons, pairs].every((number) => Number.isInteger(number) && number >= 1)
) {
  console.error('Usage: npm run prove:gate -- [--only same|slower|lost] [--comparisons N] [--repeat PAIRS]');
  process.exit(2);
}

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort());
process.on('SIGTERM', () => interrupted.abort());

if (values.fresh) rmSync(values.results, { force: true });
const setup = JSON.stringify([pairs, scenarioFor('…'), Object.keys(KINDS).map((kind) => serversOf(kind, 0))]);
const record = new Record(values.results, setup);
const kinds = values.only === undefined ? Object.keys(KINDS) : [values.only];

/** In turn, so that what this machine goes through meanwhile falls on all of them. */
for (let missing = true; missing && !interrupted.signal.aborted;) {
  missing = false;
  for (const kind of kinds) {
    const tried = record.of(kind);
    const answered = judge(kind, tried).answered.length;
    if (answered >= comparisons || tried.length >= 2 * comparisons || interrupted.signal.aborted) continue;
    missing = true;
    const number = tried.length + 1;
    const outcome = await compareOnce(kind, number, pairs, interrupted.signal);
    if (outcome === null) break;
    record.add({ kind, number, ...outcome });
    const took = `${outcome.tookSec} s, load ${outcome.load.toFixed(1)}`;
    console.log(
      `${kind} ${answered + 1}/${comparisons}: exit ${outcome.exitCode}: ${outcome.said} (${took})`,
    );
  }
}

const machine = `${os.cpus().length} CPUs (${os.cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, ${os.type()} ${os.release()}`;
const text = [
  `Made on ${new Date().toISOString().slice(0, 10)} on a machine with ${machine}, by \`npm run prove:gate\`: ${pairs} pairs of runs for each comparison. Changes in per cent, of what is lost in percentage points, each with its interval at 95 % for all metrics together; "left out" are runs whose generator was not sound, and that were made again; "load" is the machine's load average of one minute, with everything else that ran on it.`,
  ...kinds.map((kind) => tableOf(kind, record.of(kind))),
  '¹ Of at least one metric it can’t be told: it varies too much for that many runs. None is seen to be worse.',
].join('\n\n');
console.log(`\n${text}`);

const verdicts = kinds.map((kind) => judge(kind, record.of(kind)));
const whole = kinds.length === Object.keys(KINDS).length && comparisons >= FULL && pairs === PAIRS;
if (whole && verdicts.every(({ answered }) => answered.length >= FULL)) writeTables(DOCUMENT, text);
if (interrupted.signal.aborted) {
  console.error('Interrupted: the same command goes on from here.');
  process.exitCode = 130;
} else if (verdicts.some(({ holds, answered }) => !holds || answered.length < comparisons)) {
  console.error('Not all tables hold.');
  process.exitCode = 1;
}
