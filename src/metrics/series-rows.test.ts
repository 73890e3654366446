import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { UNSOUND_CAUSES } from '../model/health.js';
import { PHASES } from '../model/phases.js';
import type { SeriesLatency, SeriesRow } from '../model/result.js';
import { SeriesRows } from './series-rows.js';
import { mergeRows } from './series.js';

const anyCount = fc.nat(2 ** 31 - 1);
const anyShare = fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share + 0);

const anyLatency: fc.Arbitrary<SeriesLatency> = fc.record({
  count: fc.integer({ min: 1, max: 1_000_000 }),
  p50: anyCount,
  p90: anyCount,
  p99: anyCount,
  p999: anyCount,
  max: anyCount,
});

function anyCounts<K extends string>(keys: readonly K[]): fc.Arbitrary<Partial<Record<K, number>>> {
  return fc.dictionary(fc.constantFrom(...keys), fc.integer({ min: 1, max: 1000 }), {
    maxKeys: 2,
    noNullPrototype: true,
  }) as fc.Arbitrary<Partial<Record<K, number>>>;
}

const anyRow: fc.Arbitrary<SeriesRow> = fc.record({
  atSec: anyCount,
  widthSec: fc.constantFrom(1, 2, 0.734),
  plannedTotal: anyCount,
  started: anyCount,
  opened: anyCount,
  complete: anyCount,
  failed: anyCount,
  open: anyCount,
  published: anyCount,
  expected: anyCount,
  received: anyCount,
  failures: anyCounts(FAILURE_KIND_NAMES),
  phases: fc.dictionary(fc.constantFrom(...PHASES), anyLatency, { maxKeys: 4, noNullPrototype: true }),
  delivery: fc.option(anyLatency),
  generator: fc.record({
    cpuMs: anyCount,
    rssBytes: fc.nat(2 ** 45),
    lagMaxUs: anyCount,
    readDelayMaxUs: anyCount,
    cpuWaitMs: anyCount,
    gcMaxUs: anyCount,
    utilization: anyShare,
    unsoundWorkers: anyCount,
    unsoundSec: anyCounts(UNSOUND_CAUSES),
    loopDelayMaxUs: anyCount,
    pausedMs: anyCount,
    ownLagMaxUs: anyCount,
    heapShare: anyShare,
    openFiles: anyCount,
    machineBusy: anyShare,
  }),
});
const anyRows = fc.array(anyRow, { maxLength: 9 });

function rowsOf(all: readonly SeriesRow[]): SeriesRows {
  const rows = new SeriesRows(10);
  for (const row of all) rows.push(row);
  return rows;
}

it('gives back each row as it was', () => {
  fc.assert(
    fc.property(anyRows, (all) => {
      const rows = rowsOf(all);
      expect(rows.all()).toEqual(all);
      expect([rows.length, rows.first, rows.last]).toEqual([all.length, all[0], all.at(-1)]);
    }),
  );
});

it('has the last one replaced by another, of which nothing of the one before is left', () => {
  fc.assert(
    fc.property(anyRow, anyRow, anyRow, (first, before, after) => {
      const rows = rowsOf([first, before]);
      rows.replaceLast(after);
      expect(rows.all()).toEqual([first, after]);
    }),
  );
});

it('makes one row of each two', () => {
  fc.assert(
    fc.property(anyRows, anyRow, (all, next) => {
      const rows = rowsOf(all);
      rows.halve(mergeRows);
      rows.push(next);
      const merged = all.flatMap((row, i) => {
        const pair = all[i + 1];
        if (i % 2 === 1) return [];
        return [pair === undefined ? row : mergeRows(row, pair)];
      });
      expect(rows.all()).toEqual([...merged, next]);
    }),
  );
});

it('expects less of one row, and of none that there is not', () => {
  fc.assert(
    fc.property(anyRow, anyRow, (first, second) => {
      const rows = rowsOf([first, second]);
      rows.expectLess(0, 7);
      rows.expectLess(-1, 1);
      rows.expectLess(2, 1);
      expect(rows.all()).toEqual([{ ...first, expected: first.expected - 7 }, second]);
    }),
  );
});

it('does not grow', () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const rows = new SeriesRows(1);
      rows.push(row);
      expect(rows.isFull).toBe(true);
      expect(() => {
        rows.push(row);
      }).toThrow(RangeError);
    }),
  );
});
