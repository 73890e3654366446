import { expect, it } from 'vitest';
import { slowest } from './slow-consumers.js';

it('cuts off nobody as long as all together are within bounds', () => {
  expect(slowest([{ bufferedBytes: 60 }, { bufferedBytes: 40 }], 100)).toEqual([]);
});

it('cuts off those with the most, until half of the bound is left', () => {
  const consumers = [10, 50, 0, 30, 20].map((bufferedBytes) => ({ bufferedBytes }));
  expect(slowest(consumers, 100)).toEqual([{ bufferedBytes: 50 }, { bufferedBytes: 30 }]);
});
