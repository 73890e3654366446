// Pictures of a report: node scripts/screenshots.mjs RESULT.json OUTDIR
// Writes light.png, dark.png and narrow.png of the whole page, top.png of its first screen, moment.png of one moment on
// its charts, print.png as it goes to paper, and print.pdf. CHROMIUM names another browser than /usr/bin/chromium.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderHtml } from '../dist/src/report/html.js';
import { parseResult } from '../dist/src/report/parse.js';

const SHOTS = [
  { name: 'light', width: 1200, height: 900, colorScheme: 'light', fullPage: true },
  { name: 'dark', width: 1200, height: 900, colorScheme: 'dark', fullPage: true },
  { name: 'narrow', width: 360, height: 740, colorScheme: 'light', fullPage: true },
  { name: 'top', width: 1200, height: 940, colorScheme: 'light', fullPage: false },
  { name: 'moment', width: 1200, height: 940, colorScheme: 'light', fullPage: false, prepare: pointAtChart },
  { name: 'print', width: 703, height: 1020, colorScheme: 'light', fullPage: true, prepare: print },
];

async function pointAtChart(tab) {
  const chart = tab.locator('figure[data-chart] .u-over').first();
  if ((await chart.count()) === 0) return;
  await chart.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await chart.hover();
}

async function print(tab) {
  await tab.pdf({ path: path.join(outDir, 'print.pdf'), preferCSSPageSize: true });
  await tab.emulateMedia({ media: 'print' });
}

const [resultFile, outDir] = process.argv.slice(2);
if (resultFile === undefined || outDir === undefined) {
  console.error('usage: node scripts/screenshots.mjs RESULT.json OUTDIR');
  process.exit(2);
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-screenshots-'));
const page = path.join(scratch, 'report.html');
writeFileSync(page, renderHtml(parseResult(readFileSync(resultFile, 'utf8'), resultFile)));
mkdirSync(outDir, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  for (const { name, width, height, colorScheme, fullPage, prepare } of SHOTS) {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: 2,
      colorScheme,
    });
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(page).href);
    await prepare?.(tab);
    await tab.screenshot({ path: path.join(outDir, `${name}.png`), fullPage });
    await context.close();
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
console.log(`${SHOTS.length} pictures in ${outDir}`);
