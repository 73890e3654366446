import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PortRange,
  countPorts,
  everyPort,
  parsePortList,
  portsAfter,
  withoutPorts,
} from './port-ranges.js';

const anyRange = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.nat(60))
  .map(([first, more]): PortRange => [first, first + more]);

const list = (ranges: readonly PortRange[]): number[] => [...everyPort(ranges)];

describe('ranges of ports', () => {
  it('are read one by one and as ranges, as Linux writes them', () => {
    expect(parsePortList('8080,9148-9150\n')).toEqual([
      [8080, 8080],
      [9148, 9150],
    ]);
    expect(parsePortList('\n')).toEqual([]);
  });

  it('have what others take away in none of them, and all else', () => {
    fc.assert(
      fc.property(anyRange, fc.array(anyRange, { maxLength: 6 }), (range, taken) => {
        const isTaken = (port: number): boolean =>
          taken.some(([first, last]) => port >= first && port <= last);
        expect(list(withoutPorts(range, taken))).toEqual(list([range]).filter((port) => !isTaken(port)));
      }),
    );
  });

  it('are as many ports as they are counted', () => {
    fc.assert(
      fc.property(anyRange, fc.array(anyRange, { maxLength: 6 }), (range, taken) => {
        const left = withoutPorts(range, taken);
        expect(countPorts(left)).toBe(list(left).length);
      }),
    );
  });

  it('can be taken in part', () => {
    fc.assert(
      fc.property(
        anyRange,
        fc.array(anyRange, { maxLength: 6 }),
        fc.nat(80),
        fc.nat(80),
        (range, taken, skip, count) => {
          const left = withoutPorts(range, taken);
          expect(list(portsAfter(left, skip, count))).toEqual(list(left).slice(skip, skip + count));
        },
      ),
    );
  });
});
