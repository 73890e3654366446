// npm run bench:hundred-thousand: the scenario of that name at its full size against the embedded broker: how fast it
// opened, whether every delivery was accounted for, what it cost, and how large the report is.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { run } from './support/child.mjs';
import { withContext } from './support/context.mjs';
import { machine } from './support/record.mjs';
import { BIN } from './support/stompede.mjs';
import { shareOfCore, watch } from './support/watch.mjs';

const scenario = path.resolve(import.meta.dirname, '../scenarios/hundred-thousand.yaml');
// What else is said to the command line, such as --set connect.connections=25000.
const further = process.argv.slice(2);

console.log(machine());
await withContext({}, async ({ scratch }) => {
  let watched = null;
  let pid = 0;
  const { status, stdout } = await run(
    process.execPath,
    [BIN, 'run', scenario, '--out', scratch, '--quiet', ...further],
    {
      mayFail: true,
      onStart: (started) => {
        pid = started;
        watched = watch(pid, 1000);
      },
    },
  );
  await watched.stop();
  console.log(stdout);
  const folder = readdirSync(scratch).find((name) => statSync(path.join(scratch, name)).isDirectory());
  const files = folder === undefined ? [] : readdirSync(path.join(scratch, folder));
  if (!files.includes('result.json')) throw new Error(`no result: the run ended with status ${status}`);
  tell(JSON.parse(readFileSync(path.join(scratch, folder, 'result.json'), 'utf8')), watched.samples, pid);
  for (const file of files) {
    console.log(`${file}: ${(statSync(path.join(scratch, folder, file)).size / 1024).toFixed(0)} KB`);
  }
  process.exitCode = status;
});

function tell({ series, connections, deliveries, generator }, samples, pid) {
  let opened = 0;
  const last = series.find((row) => (opened += row.opened) >= connections.planned);
  console.log(last === undefined ? 'not all opened' : `all open within ${last.atSec + last.widthSec} s`);
  console.log(
    `deliveries: ${deliveries.expected} expected, ${deliveries.received} received, ${deliveries.lost} lost`,
  );
  const most = Math.max(...series.map((row) => row.generator.rssBytes));
  const kilobytes = most / 1024 / connections.peakOpen;
  console.log(
    `memory: at most ${kilobytes.toFixed(1)} KB a connection, with all that the workers' processes are`,
  );
  const share = shareOfCore(samples, pid, samples[0].atMs, samples.at(-1).atMs);
  const alone = generator.processes > 1 ? '' : ', workers included: the run has one process';
  console.log(
    `coordinator's process: ${(share * 100).toFixed(1)} % of a core, start and reports included${alone}`,
  );
  console.log(
    `generator ${generator.verdict}, ${generator.workers} workers in ${generator.processes} processes`,
  );
}
