// npm run bench:report [-- RESULT.json]: how large report.html is, and how soon it is there in Chromium, of a run of 100
// seconds and of one of an hour. Their rows are those of RESULT.json, over and over; without one, those of the quickstart.
// CHROMIUM names another browser than /usr/bin/chromium.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderHtml } from '../dist/src/report/html.js';
import { parseResult } from '../dist/src/report/parse.js';

const ROWS = [100, 3600];
const TIMES = 7;
const root = path.resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-bench-report-'));

try {
  const file = process.argv[2] ?? quickstart();
  const result = parseResult(readFileSync(file, 'utf8'), file);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    for (const rows of ROWS) {
      const page = path.join(scratch, `${rows}.html`);
      const began = performance.now();
      const html = renderHtml(withRows(result, rows));
      const renderMs = performance.now() - began;
      writeFileSync(page, html);
      const ms = [];
      for (let i = 0; i < TIMES; i++) ms.push(await openingMs(browser, pathToFileURL(page).href));
      ms.sort((a, b) => a - b);
      console.log(
        `${rows} rows: ${(Buffer.byteLength(html) / 1000).toFixed(0)} kB, rendered in ${renderMs.toFixed(0)} ms; ` +
          `painted ${ms[Math.floor(TIMES / 2)].toFixed(0)} ms after it was opened (${ms[0].toFixed(0)} to ${ms.at(-1).toFixed(0)}, of ${TIMES})`,
      );
    }
  } finally {
    await browser.close();
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function quickstart() {
  const command = ['dist/bin/stompede.js', 'run', 'scenarios/quickstart.yaml', '--out', scratch];
  execFileSync('node', command, { cwd: root, stdio: 'ignore' });
  return path.join(scratch, 'latest/result.json');
}

/** Every row has all that any row has: no second of a real run is fuller. */
function withRows(result, count) {
  const fullest = result.series.reduce(
    (all, { phases, delivery, failures }) => ({
      phases: { ...all.phases, ...phases },
      delivery: delivery ?? all.delivery,
      failures: { ...all.failures, ...failures },
    }),
    { phases: {}, delivery: null, failures: {} },
  );
  const series = Array.from({ length: count }, (_, i) => {
    const row = result.series[i % result.series.length];
    return {
      ...row,
      atSec: i,
      widthSec: 1,
      phases: varied({ ...fullest.phases, ...row.phases }, i),
      delivery: row.delivery ?? fullest.delivery,
      failures: { ...fullest.failures, ...row.failures },
    };
  });
  return { ...result, series, run: { ...result.run, durationMs: count * 1000 } };
}

/** No two rows the same, as no two seconds are. */
function varied(phases, i) {
  return Object.fromEntries(
    Object.entries(phases).map(([phase, latency]) => [
      phase,
      Object.fromEntries(Object.entries(latency).map(([key, us]) => [key, us + ((i * 37) % 101)])),
    ]),
  );
}

/** From when the browser is told to open it until what its script drew is on the screen. */
async function openingMs(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  try {
    const tab = await context.newPage();
    await tab.goto(url, { waitUntil: 'load' });
    return await tab.evaluate(
      'new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => told(performance.now()))))',
    );
  } finally {
    await context.close();
  }
}
