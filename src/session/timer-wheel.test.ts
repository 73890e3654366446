import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel, WheelEntry } from './timer-wheel.js';

const TICK_US = 20_000;
const ROTATION_US = TICK_US * 1024;

class Entry extends WheelEntry {
  readonly wokenUs: number[] = [];
  then: ((nowUs: number) => void) | null = null;

  override onWheel(nowUs: number): void {
    this.wokenUs.push(nowUs);
    this.then?.(nowUs);
  }
}

/** What a wheel promises, said without one: the moment of each waiting entry, and the latest turn that may miss it. */
class Model {
  readonly dueUs = new Map<Entry, number>();

  mustWake(nowUs: number, armedUs: ReadonlyMap<Entry, number>): Entry[] {
    const isLate = (entry: Entry, dueUs: number) =>
      Math.max(dueUs, armedUs.get(entry) ?? 0) + TICK_US <= nowUs;
    return [...this.dueUs].filter(([entry, dueUs]) => isLate(entry, dueUs)).map(([entry]) => entry);
  }
}

const delayUs = fc.oneof(
  fc.integer({ min: -5 * TICK_US, max: 5 * TICK_US }),
  fc.integer({ min: 0, max: 3 * ROTATION_US }),
  fc.constantFrom(TICK_US, ROTATION_US - TICK_US, ROTATION_US, ROTATION_US + TICK_US),
);

const step = fc.oneof(
  fc.record({ type: fc.constant('arm' as const), entry: fc.nat(7), delayUs }),
  fc.record({ type: fc.constant('disarm' as const), entry: fc.nat(7) }),
  fc.record({ type: fc.constant('advance' as const), byUs: fc.integer({ min: 0, max: 4 * TICK_US }) }),
  fc.record({ type: fc.constant('advance' as const), byUs: fc.integer({ min: 0, max: 3 * ROTATION_US }) }),
);

describe('TimerWheel', () => {
  it('wakes each entry once, never early and at most one tick late, whatever is armed, moved and disarmed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.array(step, { maxLength: 60 }),
        (startUs, steps) => {
          let nowUs = startUs;
          const wheel = new TimerWheel(nowUs);
          const entries = Array.from({ length: 8 }, () => new Entry());
          const model = new Model();
          const armedUs = new Map<Entry, number>();
          for (const given of steps) {
            if (given.type === 'advance') {
              nowUs += given.byUs;
              const expected = model.mustWake(nowUs, armedUs);
              wheel.advance(nowUs);
              for (const entry of entries) {
                const woken = entry.wokenUs.splice(0);
                expect(woken.length).toBeLessThanOrEqual(1);
                if (woken.length === 0) expect(expected).not.toContain(entry);
                else {
                  expect(model.dueUs.get(entry)).toBeLessThanOrEqual(nowUs);
                  model.dueUs.delete(entry);
                }
              }
            } else {
              const entry = entries[given.entry]!;
              if (given.type === 'arm') {
                wheel.arm(entry, nowUs + given.delayUs);
                model.dueUs.set(entry, nowUs + given.delayUs);
                armedUs.set(entry, nowUs);
              } else {
                wheel.disarm(entry);
                model.dueUs.delete(entry);
              }
            }
          }
        },
      ),
    );
  });

  it('lets a woken entry arm itself again', () => {
    const wheel = new TimerWheel(0);
    const entry = new Entry();
    entry.then = (nowUs) => wheel.arm(entry, nowUs + 2 * TICK_US);
    wheel.arm(entry, TICK_US);
    for (let tick = 1; tick <= 7; tick++) wheel.advance(tick * TICK_US);
    expect(entry.wokenUs).toEqual([TICK_US, 3 * TICK_US, 5 * TICK_US, 7 * TICK_US]);
  });

  it('does not wake within one turn what arms itself for now, for ever', () => {
    const wheel = new TimerWheel(0);
    const entry = new Entry();
    entry.then = (nowUs) => wheel.arm(entry, nowUs);
    wheel.arm(entry, 0);
    wheel.advance(TICK_US);
    expect(entry.wokenUs).toEqual([TICK_US]);
  });

  it('does not wake what another entry of the same slot has disarmed or put off', () => {
    const wheel = new TimerWheel(0);
    const [first, second, third] = [new Entry(), new Entry(), new Entry()];
    first.then = () => {
      wheel.disarm(second);
      wheel.arm(third, 9 * TICK_US);
    };
    for (const entry of [first, second, third]) wheel.arm(entry, TICK_US);
    wheel.advance(TICK_US);
    expect([second.wokenUs, third.wokenUs]).toEqual([[], []]);
    wheel.advance(9 * TICK_US);
    expect([second.wokenUs, third.wokenUs]).toEqual([[], [9 * TICK_US]]);
  });

  it('keeps what waits in the same slot for a later rotation', () => {
    const wheel = new TimerWheel(0);
    const entry = new Entry();
    wheel.arm(entry, TICK_US + ROTATION_US);
    wheel.advance(TICK_US);
    expect(entry.wokenUs).toEqual([]);
    wheel.advance(TICK_US + ROTATION_US);
    expect(entry.wokenUs).toHaveLength(1);
  });

  it('wakes all that is due after a stall of many rotations, and says when the next tick is', () => {
    const wheel = new TimerWheel(0);
    const entries = Array.from({ length: 3000 }, (_, i) => {
      const entry = new Entry();
      wheel.arm(entry, i * TICK_US);
      return entry;
    });
    const nowUs = 10 * ROTATION_US;
    wheel.advance(nowUs);
    expect(entries.every(({ wokenUs }) => wokenUs.length === 1)).toBe(true);
    expect(wheel.nextUs).toBe(nowUs + TICK_US);
  });
});
