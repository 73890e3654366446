// Pictures of a report: node scripts/screenshots.mjs RESULT.json OUTDIR
// Writes light.png, dark.png and narrow.png of the whole page, and top.png of its first screen. CHROMIUM names
// another browser than /usr/bin/chromium.
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
];

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
  for (const { name, width, height, colorScheme, fullPage } of SHOTS) {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: 2,
      colorScheme,
    });
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: path.join(outDir, `${name}.png`), fullPage });
    await context.close();
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
console.log(`${SHOTS.length} pictures in ${outDir}`);
