// npm run bench [-- SUBJECT… --full --rounds N --check --update]: bench/README.md says what each subject is.
import { parseArgs } from 'node:util';
import { broker } from './subjects/broker.mjs';
import { connection } from './subjects/connection.mjs';
import { coordinator } from './subjects/coordinator.mjs';
import { exporting } from './subjects/exporting.mjs';
import { histogram } from './subjects/histogram.mjs';
import { localPorts } from './subjects/local-ports.mjs';
import { memory } from './subjects/memory.mjs';
import { memoryTls } from './subjects/memory-tls.mjs';
import { message } from './subjects/message.mjs';
import { openingTime } from './subjects/opening-time.mjs';
import { reading } from './subjects/reading.mjs';
import { recording } from './subjects/recording.mjs';
import { startUp } from './subjects/start-up.mjs';
import { withContext } from './support/context.mjs';
import { machine, regressions, update } from './support/record.mjs';
import { isWithin, lineOf } from './support/table.mjs';

/** By the name of each, which its rows' ids begin with. */
const SUBJECTS = {
  connection,
  message,
  memory,
  'memory-tls': memoryTls,
  coordinator,
  recording,
  exporting,
  'start-up': startUp,
  'opening-time': openingTime,
  ports: localPorts,
  broker,
  reading,
  histogram,
};
/** Of two functions in one subject. */
const ORDER = [...Object.keys(SUBJECTS), 'writing'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    check: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
});

const unknown = positionals.filter((name) => !(name in SUBJECTS));
const rounds = Number(values.rounds);
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`Usage: npm run bench -- [SUBJECT…] [--full] [--rounds N] [--check] [--update]`);
  console.error(`Subjects: ${Object.keys(SUBJECTS).join(', ')}`);
  process.exit(2);
}

console.log(machine());
const rows = [];
let failed = false;
await withContext({ rounds, full: values.full }, async (context) => {
  for (const name of positionals.length > 0 ? positionals : Object.keys(SUBJECTS)) {
    const startMs = performance.now();
    console.log(`\n${name}`);
    try {
      const measured = await SUBJECTS[name](context);
      for (const row of measured) console.log(lineOf(row));
      rows.push(...measured);
    } catch (error) {
      // The others can be measured all the same.
      failed = true;
      console.error(`  not measured: ${error.message}`);
    }
    console.log(`  took ${Math.round((performance.now() - startMs) / 1000)} s`);
  }
});

const above = rows.filter((row) => !isWithin(row));
if (above.length > 0) console.log(`\nAbove what is asked: ${above.map(({ id }) => id).join(', ')}`);
if (values.check) {
  const subjects = positionals.length > 0 ? positionals : ORDER;
  const worse = regressions(rows, subjects, values.full);
  for (const sentence of worse) console.error(`Against what is committed: ${sentence}`);
  failed ||= worse.length > 0;
}
if (values.update) await update(rows, ORDER, values.full);
process.exitCode = failed ? 1 : 0;
