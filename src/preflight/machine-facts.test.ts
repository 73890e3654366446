import { describe, expect, it } from 'vitest';
import { fit } from './fit.js';
import { capacityOf, machineFacts } from './machine-facts.js';
import { LARGE, connections, planOf, waysOf } from './testing/worlds.js';

describe('what a machine holds', () => {
  it('ends at the local ports of one source address', () => {
    expect(capacityOf(LARGE, 1)).toEqual({ connections: 28_232, endedBy: 'local-ports', processes: 1 });
  });

  it('ends elsewhere with as many source addresses as one likes', () => {
    expect(capacityOf(LARGE, Infinity).endedBy).toBe('memory');
    expect(capacityOf({ ...LARGE, openFilesOfSystem: { open: 0, max: 50_000 } }, Infinity)).toMatchObject({
      connections: 40_000,
      endedBy: 'system-open-files',
    });
    expect(capacityOf({ ...LARGE, conntrack: { count: 10, max: 1010 } }, Infinity)).toMatchObject({
      connections: 1000,
      endedBy: 'conntrack',
    });
  });

  it('takes more processes where open files are few', () => {
    expect(capacityOf({ ...LARGE, openFilesPerProcess: 20_000 }, 1).processes).toBe(2);
  });

  it('is what a plan of as many connections fits into', () => {
    for (const memoryAvailableBytes of [300e6, 1e9, 64e9]) {
      const machine = { ...LARGE, cores: 2, openFilesPerProcess: 20_000, memoryAvailableBytes };
      const { connections: most } = capacityOf(machine, 1);
      const plan = planOf({ ...connections(most), publish: [] });
      const { checks } = fit(plan, machine, waysOf(plan));
      expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    }
  });

  it('is none where there is no memory', () => {
    expect(capacityOf({ ...LARGE, memoryAvailableBytes: 1000 }, 1).connections).toBe(0);
  });
});

describe('the facts of a machine', () => {
  it('are ok, unless they are bad for every plan', () => {
    expect(machineFacts(LARGE).every(({ status }) => status === 'ok')).toBe(true);
    const bad = machineFacts({ ...LARGE, nodeVersion: 'v18.0.0', clockSource: 'hpet' });
    expect(bad.filter(({ status }) => status !== 'ok').map(({ id }) => id)).toEqual(['node', 'clock-source']);
  });
});
