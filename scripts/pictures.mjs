// The README's pictures, from a real run: npm run build && node scripts/pictures.mjs
// Runs scenarios/quickstart.yaml in a pseudo-terminal (script, of util-linux) and photographs its last screen and its
// report with Chromium. Writes docs/images/terminal.png and docs/images/report.png.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const COLUMNS = 100;
const ESC = '\u001b';
const CONTROL = new RegExp(`(${ESC}\\[[0-9;?]*[A-Za-z])`);
const SGR = new RegExp(`^${ESC}\\[([0-9;]*)m$`);
const LINE_STARTS = new RegExp(`[\\r\\n]|${ESC}\\[[01]G`);
const PASS = new RegExp(`(${ESC}\\[[0-9;]*m)*PASS`);
const root = path.resolve(import.meta.dirname, '..');
const images = path.join(root, 'docs/images');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-pictures-'));

const escapeHtml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The few SGR codes that stompede uses (ECMA-48 §8.3.117) as classes; every other control sequence is dropped. */
function ansiToHtml(text) {
  const styles = new Set();
  const codes = { 1: 'bold', 2: 'faint', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };
  const html = [];
  for (const part of text.split(CONTROL)) {
    const sgr = SGR.exec(part);
    if (sgr !== null) {
      for (const code of (sgr[1] === '' ? '0' : sgr[1]).split(';')) {
        if (code === '0') styles.clear();
        else if (code === '22') ['bold', 'faint'].forEach((style) => styles.delete(style));
        else if (code === '39') ['red', 'green', 'yellow', 'cyan'].forEach((style) => styles.delete(style));
        else if (codes[code] !== undefined) styles.add(codes[code]);
      }
    } else if (!part.startsWith(ESC)) {
      html.push(`<span class="${[...styles].join(' ')}">${escapeHtml(part)}</span>`);
    }
  }
  return html.join('');
}

function terminalPage(text) {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #fff; display: inline-block; }
    pre { margin: 0; padding: 20px 24px; background: #14171c; color: #dfe3e8; border-radius: 10px;
          font: 13px/1.45 "DejaVu Sans Mono", monospace; width: ${COLUMNS}ch; }
    .bold { font-weight: 700; color: #fff; } .faint { color: #8b949e; }
    .green { color: #4cc38a; } .red { color: #ff6b6b; } .yellow { color: #e3b341; } .cyan { color: #56b6c2; }
  </style><pre>${ansiToHtml(text)}</pre>`;
}

/** What is left on the screen of a terminal: of each line what was written after the last carriage return. */
function lastScreen(recorded) {
  const lines = recorded.replace(/\r\n/g, '\n').split('\n');
  const bars = recorded.split(LINE_STARTS).filter((part) => part.includes(' holding '));
  const summary = lines.slice(lines.findIndex((line) => line.includes('PASS')));
  const bar = bars[Math.floor(bars.length / 2)] ?? '';
  const pass = summary[0]?.slice(summary[0].search(PASS)) ?? '';
  return ['$ npx stompede run scenarios/quickstart.yaml', bar.trimEnd(), '', pass, ...summary.slice(1)].join(
    '\n',
  );
}

const command = `stty cols ${COLUMNS} rows 60; node dist/bin/stompede.js run scenarios/quickstart.yaml --out ${scratch}`;
const recorded = execFileSync('script', ['-qfec', command, '/dev/null'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const page = path.join(scratch, 'terminal.html');
writeFileSync(page, terminalPage(lastScreen(recorded).replaceAll(`${scratch}/`, 'reports/').trimEnd()));
mkdirSync(images, { recursive: true });
execFileSync('node', ['scripts/screenshots.mjs', path.join(scratch, 'latest/result.json'), scratch], {
  cwd: root,
  stdio: 'inherit',
});
copyFileSync(path.join(scratch, 'top.png'), path.join(images, 'report.png'));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const context = await browser.newContext({ deviceScaleFactor: 1.5 });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  await tab.locator('pre').screenshot({ path: path.join(images, 'terminal.png') });
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
console.log(`terminal.png and report.png in ${path.relative(process.cwd(), images)}`);
