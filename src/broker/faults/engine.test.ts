import { describe, expect, it } from 'vitest';
import type { Fault, FaultScope, FaultsPlan } from '../../model/faults.js';
import { FaultEngine } from './engine.js';

const SCOPE: FaultScope = { share: 1, skip: 0, fromMs: 0, untilMs: null };

function planOf(...rules: readonly (Fault & Partial<FaultScope>)[]): FaultsPlan {
  return { seed: 42, rules: rules.map((rule) => ({ ...SCOPE, ...rule })) };
}

/** A clock that is set by hand, in milliseconds. */
function engineOf(plan: FaultsPlan): { engine: FaultEngine; at: (ms: number) => void } {
  let us = 5_000_000;
  const engine = new FaultEngine(plan, () => us);
  return { engine, at: (ms) => (us = 5_000_000 + ms * 1000) };
}

describe('FaultEngine', () => {
  it('knows each rule by its place in the plan', () => {
    const { engine } = engineOf(
      planOf(
        { fault: 'never-upgrade' },
        { fault: 'connected-never' },
        { fault: 'never-upgrade', share: 0.5 },
      ),
    );
    expect(engine.rulesOf('never-upgrade').map(({ index }) => index)).toEqual([0, 2]);
    expect(engine.rulesOf('refuse')).toEqual([]);
  });

  it('counts windows from the first connection, the end not included', () => {
    const { engine, at } = engineOf(planOf({ fault: 'never-upgrade', fromMs: 100, untilMs: 200 }));
    const [rule] = engine.rulesOf('never-upgrade');
    const openAt = (ms: number): boolean => {
      at(ms);
      return engine.isOpen(rule!);
    };
    expect(openAt(150)).toBe(false);
    at(1000);
    engine.start();
    at(1050);
    engine.start();
    expect([1099, 1100, 1199.9, 1200].map(openAt)).toEqual([false, true, true, false]);
    expect(engine.sinceStartMs).toBe(200);
  });

  it('chooses a share by the number of the connection, whatever was asked before', () => {
    const plan = planOf({ fault: 'never-upgrade', share: 0.1, skip: 1000 });
    const chosen = (order: readonly number[]): Set<number> => {
      const { engine } = engineOf(plan);
      const [rule] = engine.rulesOf('never-upgrade');
      return new Set(order.filter((n) => engine.concerns(rule!, n)));
    };
    const numbers = Array.from({ length: 11_000 }, (_, n) => n);
    const forwards = chosen(numbers);
    expect(chosen(numbers.toReversed())).toEqual(forwards);
    expect(Math.min(...forwards)).toBeGreaterThanOrEqual(1000);
    expect(forwards.size).toBeGreaterThan(850);
    expect(forwards.size).toBeLessThan(1150);
  });

  it('takes all of 100 %, and none of 0 %', () => {
    const { engine } = engineOf(planOf({ fault: 'never-upgrade' }, { fault: 'connected-never', share: 0 }));
    for (let n = 0; n < 1000; n++) {
      expect(engine.first(engine.rulesOf('never-upgrade'), n)?.index).toBe(0);
      expect(engine.first(engine.rulesOf('connected-never'), n)).toBeUndefined();
    }
  });

  it('chooses deliveries one by one, differently for each connection', () => {
    const { engine } = engineOf(planOf({ fault: 'message-drop', ofDeliveries: 0.25 }));
    const [rule] = engine.rulesOf('message-drop');
    const of = (connection: number): boolean[] =>
      Array.from({ length: 4000 }, (_, n) => engine.chooses(rule!, connection, n));
    const chosen = of(1).filter(Boolean).length;
    expect(chosen).toBeGreaterThan(850);
    expect(chosen).toBeLessThan(1150);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('draws delays in the shares of their steps', () => {
    const steps = [
      { share: 0.9, ms: 5 },
      { share: 0.1, ms: 80 },
    ];
    const { engine } = engineOf(
      planOf({ fault: 'connected-delay', delay: { distribution: 'steps', steps } }),
    );
    const [rule] = engine.rulesOf('connected-delay');
    const delays = Array.from({ length: 10_000 }, (_, n) => engine.delayMs(rule!, n));
    expect(new Set(delays)).toEqual(new Set([5, 80]));
    const late = delays.filter((ms) => ms === 80).length;
    expect(late).toBeGreaterThan(850);
    expect(late).toBeLessThan(1150);
  });
});
