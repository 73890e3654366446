import { expect, it } from 'vitest';
import { spreadText } from './spread-text.js';

it('is a table of what runs of the same came to', () => {
  const text = spreadText(
    [
      { metric: 'deliveries.lost', unit: 'share', runs: 3, median: 0, min: 0, max: 0.01 },
      { metric: 'phases.connect.p99', unit: 'us', runs: 3, median: 20_300, min: 19_900, max: 24_400 },
    ],
    80,
  );
  expect(text.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
    [''],
    ['Between runs'],
    ['median', 'least', 'most', 'runs'],
    ['deliveries.lost', '0 %', '0 %', '1 %', '3'],
    ['phases.connect.p99', '20.3 ms', '19.9 ms', '24.4 ms', '3'],
    [''],
  ]);
});

it('is nothing where nothing was measured', () => {
  expect(spreadText([], 80)).toBe('');
});
