import { expect, it } from 'vitest';
import { Scrapes } from './scrapes.js';

it('expects the next scrape as long after the last one as that was after the one before', () => {
  const scrapes = new Scrapes();
  expect(scrapes.isDueBy(1e9)).toBe(false);
  scrapes.scraped(1000);
  expect(scrapes.isDueBy(1e9)).toBe(false);
  scrapes.scraped(6000);
  expect([10_999, 11_000].map((untilMs) => scrapes.isDueBy(untilMs))).toEqual([false, true]);
});

it('tells all who wait of the next one', async () => {
  const scrapes = new Scrapes();
  const both = Promise.all([scrapes.next(), scrapes.next()]);
  scrapes.scraped(1);
  await both;
});
