import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/result.js';
import { renderHtml } from '../../src/report/html.js';
import {
  emptyRun,
  failingRun,
  hostileRun,
  longRun,
  passingRun,
  singleRun,
} from '../../src/report/testing/sample-result.js';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-report-'));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
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
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  readonly url: string;
  readonly requests: readonly string[];
  /** Console messages of any kind, uncaught errors, dialogs: a good page makes none. */
  readonly complaints: readonly string[];
}

let pages = 0;

async function open(result: RunResult, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = path.join(folder, `${pages++}.html`);
  writeFileSync(file, renderHtml(result));
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, url, requests, complaints };
}

/** Width and height of each chart's canvas, in the order of the page. */
async function canvases(page: Page): Promise<readonly { width: number; height: number }[]> {
  const boxes = await Promise.all((await page.locator('canvas').all()).map((canvas) => canvas.boundingBox()));
  return boxes.map((box) => ({ width: box?.width ?? 0, height: box?.height ?? 0 }));
}

/** How many pixels of the chart are painted in this colour of the page's palette. */
async function paintedPixels(page: Page, chart: string, color: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('[data-chart="${chart}"] canvas');
    const value = getComputedStyle(document.documentElement).getPropertyValue('${color}').trim();
    const wanted = [1, 3, 5].map((i) => parseInt(value.slice(i, i + 2), 16));
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (wanted.every((channel, c) => Math.abs(data[i + c] - channel) < 4) && data[i + 3] > 250) count++;
    }
    return count;
  })()`);
}

describe('the report in Chromium', () => {
  it('shows everything that a hostile target sent as text, and runs none of it', async () => {
    const { page, url, requests, complaints } = await open(hostileRun());
    await page.mouse.move(300, 300);
    expect(await page.evaluate('document.body.dataset.injected ?? null')).toBeNull();
    expect(await page.locator('img, iframe, object, [onerror], [onmouseover]').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(3);
    expect(await page.locator('td.sample').first().textContent()).toContain(
      '<script>document.body.dataset.injected="1"</script>',
    );
    expect(await page.locator('h1').textContent()).toContain(
      '</script><script>alert(1)</script> | <!-- <script>',
    );
    expect(await page.locator('.verdict').textContent()).toContain('\\x1b[2J\\x1b[31mred');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
  });

  it('would not run a script that got into the page all the same', async () => {
    const { page } = await open(passingRun());
    await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'document.body.dataset.injected = "1"';
      document.body.append(script);
    })()`);
    expect(await page.evaluate('document.body.dataset.injected ?? null')).toBeNull();
  });

  it.each([
    ['a failing run', failingRun(), 6],
    ['a passing run, without failures', passingRun(), 5],
    ['one connection', singleRun(), 5],
    ['an hour', longRun(), 5],
    ['nothing attempted', emptyRun(), 0],
  ])('draws the charts that there are figures for: %s', async (_, result, count) => {
    const { page, url, requests, complaints } = await open(result);
    const sizes = await canvases(page);
    expect(sizes).toHaveLength(count);
    expect(sizes.filter(({ width, height }) => width < 300 || height < 200)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
  });

  it.each(['light', 'dark'] as const)(
    'paints its lines in the colours of the %s scheme',
    async (colorScheme) => {
      const { page } = await open(failingRun(), { colorScheme });
      for (const [chart, color] of [
        ['connections', '--c0'],
        ['latency', '--c0'],
        ['failures', '--c2'],
      ] as const) {
        expect(await paintedPixels(page, chart, color)).toBeGreaterThan(50);
      }
    },
  );

  it('repaints when the scheme changes', async () => {
    const { page } = await open(failingRun(), { colorScheme: 'light' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => paintedPixels(page, 'connections', '--c0')).toBeGreaterThan(50);
  });

  it.each([
    ['light', 360],
    ['dark', 360],
    ['light', 768],
  ] as const)('fits its width: %s, %d px', async (colorScheme, width) => {
    for (const result of [failingRun(), hostileRun(), emptyRun()]) {
      const { page } = await open(result, { colorScheme, viewport: { width, height: 740 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect((await canvases(page)).filter((canvas) => canvas.width > width)).toEqual([]);
    }
  });

  it('follows a window that becomes narrow', async () => {
    const { page } = await open(failingRun());
    await page.setViewportSize({ width: 360, height: 740 });
    await expect
      .poll(async () => Math.max(...(await canvases(page)).map(({ width }) => width)))
      .toBeLessThan(360);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('draws the phase that is chosen, by keyboard', async () => {
    const { page, complaints } = await open(failingRun());
    const figure = page.locator('[data-chart="latency"]');
    await figure.locator('select').focus();
    await page.keyboard.type('connect');
    await expect.poll(() => figure.locator('.legend .name').allTextContents()).toEqual(['p50', 'p99', 'max']);
    expect(await figure.locator('canvas').count()).toBe(1);
    expect(await paintedPixels(page, 'latency', '--c4')).toBeGreaterThan(50);
    expect(complaints).toEqual([]);
  });

  it('hides and shows a line by its button', async () => {
    const { page } = await open(failingRun());
    const button = page.locator('[data-chart="connections"] .key', { hasText: 'failed' });
    const before = await paintedPixels(page, 'connections', '--c2');
    await button.press('Enter');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => paintedPixels(page, 'connections', '--c2')).toBe(0);
    await button.press('Enter');
    await expect.poll(() => paintedPixels(page, 'connections', '--c2')).toBe(before);
  });

  it('tells the figures under the pointer', async () => {
    const result = failingRun();
    const { page } = await open(result);
    const plot = page.locator('[data-chart="connections"] .u-over');
    const box = await plot.boundingBox();
    await plot.hover({ position: { x: ((box?.width ?? 0) * 12) / result.series.length, y: 50 } });
    const values = await page.locator('[data-chart="connections"] .value').allTextContents();
    const row = result.series[11];
    expect(values[1]).toBe('2,000');
    expect(values[0]).toBe(row?.open.toLocaleString('en-US'));
  });

  it('has the figures of each chart as a table', async () => {
    const result = failingRun();
    const { page } = await open(result);
    const figure = page.locator('[data-chart="failures"]');
    await figure.locator('summary').press('Enter');
    await expect.poll(() => figure.locator('tbody tr').count()).toBe(result.series.length);
    const [kind] = (await figure.locator('thead th').allTextContents()).slice(1);
    const expected = result.series.map((row) => String(row.failures[kind as 'upgrade-status'] ?? 0));
    expect(await figure.locator('tbody tr td:nth-of-type(1)').allTextContents()).toEqual(expected);
  });

  it('has a spike of a long run in its own second: in the table, and under the pointer beside it', async () => {
    const run = longRun();
    const series = run.series.map((row) =>
      row.atSec === 1234 && row.delivery !== null
        ? { ...row, delivery: { ...row.delivery, p99: 7_654_321, max: 7_654_321 } }
        : row,
    );
    const { page, complaints } = await open({ ...run, series });
    const figure = page.locator('[data-chart="latency"]');
    await figure.locator('summary').press('Enter');
    const spiky = figure.locator('tbody tr', { hasText: '7.65 s' });
    expect(await spiky.locator('th').allTextContents()).toEqual(['20:34']);
    const plot = figure.locator('.u-over');
    const box = await plot.boundingBox();
    await plot.hover({ position: { x: ((box?.width ?? 0) * 1235.4) / series.length, y: 50 } });
    const values = await figure.locator('.value').allTextContents();
    expect(values.at(-1)).toMatch(/^7\.65\ss( at 20:34)?$/);
    expect(complaints).toEqual([]);
  });

  it('leads from a failure to its advice', async () => {
    const { page } = await open(failingRun());
    await page.locator('td.kind a', { hasText: 'stomp-error' }).click();
    expect(await page.locator(':target h3').textContent()).toMatch(/^stomp-error/);
    await page.locator(':target summary').click();
    expect(await page.locator(':target details p').first().isVisible()).toBe(true);
  });

  it('reads without JavaScript: every table, and where the charts are', async () => {
    const { page } = await open(failingRun(), { javaScriptEnabled: false });
    expect(await page.locator('noscript').first().isVisible()).toBe(true);
    expect(await page.locator('table').count()).toBe(6);
  });
});
