import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/result.js';
import { renderHtml } from '../../src/report/html.js';
import {
  cutShortRun,
  emptyRun,
  failingRun,
  hostileRun,
  longRun,
  missedThresholdsRun,
  passingRun,
  repeatedRun,
  singleRun,
  unsoundRun,
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
    await expect
      .poll(() => figure.locator('.legend .name').allTextContents())
      .toEqual(['p50', 'p90', 'p99', 'p99.9', 'max']);
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
    await expect.poll(() => spiky.locator('th').allTextContents()).toEqual(['20:34']);
    const plot = figure.locator('.u-over');
    const box = await plot.boundingBox();
    await plot.hover({ position: { x: ((box?.width ?? 0) * 1235.4) / series.length, y: 50 } });
    const values = await figure.locator('.value').allTextContents();
    expect(values.at(-1)).toMatch(/^7\.65\ss( at 20:34)?$/);
    expect(complaints).toEqual([]);
  });

  it('leads from a failure to its advice', async () => {
    const { page } = await open(failingRun());
    await page.getByRole('link', { name: 'What to do about stomp-error' }).click();
    expect(await page.locator(':target h4').textContent()).toMatch(/^stomp-error/);
    await page.locator(':target summary').click();
    expect(await page.locator(':target details p').first().isVisible()).toBe(true);
  });

  it('reads without JavaScript: every table, and where the charts are', async () => {
    const { page } = await open(failingRun(), { javaScriptEnabled: false });
    expect(await page.locator('noscript').first().isVisible()).toBe(true);
    expect(await page.locator('table').count()).toBe(6);
    expect(await page.locator('#percentile').isVisible()).toBe(false);
    expect(await page.locator('button').count()).toBe(0);
  });
});

describe('one moment on all charts', () => {
  it('is told together under the pointer: each line of each chart over time', async () => {
    const result = failingRun();
    const { page, complaints } = await open(result);
    const plot = page.locator('[data-chart="connections"] .u-over');
    const box = await plot.boundingBox();
    await plot.hover({ position: { x: ((box?.width ?? 0) * 12) / result.series.length, y: 50 } });
    const panel = page.locator('#moment');
    await panel.waitFor();
    expect(await panel.locator('.at').textContent()).toBe('at 12 s');
    expect(await panel.locator('.title').allTextContents()).toEqual([
      'Connections',
      'Deliveries',
      'Started and published',
      'Latency, p99',
      'Failures',
    ]);
    const figures = await page
      .locator('#moment .group', { hasText: 'Deliveries' })
      .locator('.value')
      .allTextContents();
    const row = result.series[12];
    expect(figures).toEqual([
      `${row?.received.toLocaleString('en-US')}/s`,
      `${row?.expected.toLocaleString('en-US')}/s`,
    ]);
    await page.mouse.move(2, 2);
    await panel.waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
  });

  it('moves with the arrow keys of a focused chart, and is said to a screen reader', async () => {
    const result = failingRun();
    const { page } = await open(result);
    const chart = page.getByRole('slider', { name: 'Chart: Connections' });
    await chart.focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const row = result.series[2];
    expect(await chart.getAttribute('aria-valuetext')).toBe(
      `3 s: open ${row?.open.toLocaleString('en-US')}, planned ${row?.plannedTotal.toLocaleString('en-US')}, failed ${result.series.slice(0, 3).reduce((sum, one) => sum + one.failed, 0)}`,
    );
    const other = page.getByRole('slider', { name: 'Chart: Deliveries a second' });
    expect(await other.getAttribute('aria-valuetext')).toMatch(/^3 s: received /);
    await page.locator('#moment').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#moment').waitFor({ state: 'hidden' });
    expect(await other.getAttribute('aria-valuetext')).toBe('no moment chosen');
  });

  it('keeps clear of what is looked at', async () => {
    const { page } = await open(failingRun());
    for (const [id, above] of [
      ['connections', false],
      ['failures', true],
    ] as const) {
      const plot = page.locator(`[data-chart="${id}"] .u-over`);
      const block = above ? 'end' : 'start';
      await page.evaluate(
        `document.querySelector('[data-chart="${id}"] .u-over').scrollIntoView({ block: '${block}' })`,
      );
      await plot.hover();
      await page.locator('#moment').waitFor();
      expect((await page.locator('#moment').getAttribute('data-above')) !== null).toBe(above);
    }
  });
});

describe('the percentile picker', () => {
  it('changes the chart over time, and the highlighted column of the tables', async () => {
    const result = failingRun();
    const { page, complaints } = await open(result);
    await page.getByRole('radio', { name: 'p99', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'p99.9' }).isChecked()).toBe(true);
    const figure = page.locator('[data-chart="latency"]');
    await figure.locator('summary').press('Enter');
    const first = result.series.find((row) => row.phases.tcp !== undefined);
    const row = figure.locator('tbody tr').first();
    expect(await row.locator('td').first().textContent()).toContain(String(first?.phases.tcp?.p999));
    const background = (cell: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${cell}')).backgroundColor`);
    expect(await background('td.p999')).not.toBe(await background('td.p99'));
    expect(complaints).toEqual([]);
  });
});

describe('a kind of failure', () => {
  it.each(['click', 'Enter'])('by %s in the table is shown alone, and there is a way back', async (how) => {
    const { page, complaints } = await open(failingRun());
    const figure = page.locator('[data-chart="failures"]');
    const all = await figure.locator('.legend .name').allTextContents();
    const button = page.getByRole('button', { name: 'closed-while-holding', exact: true }).last();
    await (how === 'click' ? button.click() : button.press('Enter'));
    expect(await figure.locator('.legend .name').allTextContents()).toEqual(['closed-while-holding']);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(await figure.locator('.filter').textContent()).toContain('Only closed-while-holding is shown.');
    await page.getByRole('button', { name: 'Show all kinds' }).press('Enter');
    expect(await figure.locator('.legend .name').allTextContents()).toEqual(all);
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(await page.evaluate('document.activeElement.closest("td") !== null')).toBe(true);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('closed-while-holding');
    expect(complaints).toEqual([]);
  });

  it('that is rare is shown alone, too', async () => {
    const { page } = await open(failingRun());
    const figure = page.locator('[data-chart="failures"]');
    await page.locator('td.kind button', { hasText: 'disconnect-timeout' }).click();
    await figure.locator('summary').press('Enter');
    const shown = async (): Promise<number> => {
      const counts = await figure.locator('tbody td').allTextContents();
      return counts.reduce((sum, count) => sum + Number(count), 0);
    };
    await expect
      .poll(shown)
      .toBe(failingRun().failures.find(({ kind }) => kind === 'disconnect-timeout')?.count);
  });
});

describe('who uses other senses and other ways', () => {
  const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  interface AxeResult {
    readonly passes: readonly { readonly id: string }[];
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
    }[];
  }

  /** Each rule of axe-core that the page breaks, with where. */
  async function broken(page: Page): Promise<readonly string[]> {
    await page.evaluate(axeSource);
    const { passes, violations } = await page.evaluate<AxeResult>(
      'axe.run(document, { resultTypes: ["violations"] })',
    );
    // It did look.
    expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'heading-order']));
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }

  const runs: readonly (readonly [string, RunResult])[] = [
    ['a failing run', failingRun()],
    ['missed thresholds', missedThresholdsRun()],
    ['runs against a baseline', repeatedRun()],
    ['an unsound generator', unsoundRun()],
    ['a run cut short', cutShortRun()],
    ['hostile text', hostileRun()],
    ['nothing attempted', emptyRun()],
  ];

  it.each(
    runs.flatMap(([name, result]) =>
      (['light', 'dark'] as const).map((colorScheme) => ({ name, result, colorScheme })),
    ),
  )('finds no fault by axe-core: $name, $colorScheme', async ({ result, colorScheme }) => {
    const { page } = await open(result, { colorScheme });
    expect(await broken(page)).toEqual([]);
  });

  it('finds no fault with everything open, chosen and pointed at', async () => {
    const { page } = await open(failingRun());
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    await page.locator('td.kind button').first().press('Enter');
    await page.locator('[data-chart="connections"] .key').last().press('Enter');
    await page.getByRole('slider', { name: 'Chart: Connections' }).press('ArrowRight');
    expect(await broken(page)).toEqual([]);
  });
});

describe('on paper', () => {
  it('is unfolded where it matters, in light colours, its charts within the page; and folds again', async () => {
    const { page, complaints } = await open(missedThresholdsRun(), { colorScheme: 'dark' });
    const folded = page.locator('details[data-unfold]:not([open])');
    const before = await folded.count();
    expect(before).toBeGreaterThan(2);
    await page.setViewportSize({ width: 703, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => folded.count()).toBe(0);
    expect(await page.locator('.whole-plan').isVisible()).toBe(false);
    expect((await canvases(page)).filter(({ width }) => width !== 640)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(703);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(22, 32, 44)');
    await page.emulateMedia({ media: 'screen' });
    await expect.poll(() => folded.count()).toBe(before);
    expect(complaints).toEqual([]);
  });

  it('becomes a PDF of a few pages', async () => {
    const { page } = await open(failingRun());
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(3);
    expect(pages).toBeLessThan(12);
    expect(pdf).toMatch(/\/MediaBox\s*\[0 0 59[45]\S* 84[12]/);
  });
});
