import { describe, expect, it } from 'vitest';
import type { MachineSample } from '../model/health.js';
import { MachineUsage } from './machine-usage.js';

const START_US = 5_000_000;

function sample(atSec: number, changes: Partial<MachineSample> = {}): MachineSample {
  return {
    atUs: START_US + atSec * 1e6,
    cpuBusyMs: null,
    cpuTotalMs: null,
    tcpPages: null,
    tcpPressurePages: null,
    tcpLimitPages: null,
    segmentsSent: null,
    segmentsRetransmitted: null,
    groupMemoryBytes: null,
    groupMemoryLimitBytes: null,
    throttledMs: null,
    ...changes,
  };
}

describe('MachineUsage', () => {
  it('says how busy the CPUs were since the sample before', () => {
    const usage = new MachineUsage(START_US);
    expect(usage.add(sample(0, { cpuBusyMs: 900, cpuTotalMs: 4000 }))).toBeNull();
    expect(usage.add(sample(1, { cpuBusyMs: 2400, cpuTotalMs: 6000 }))).toBe(0.75);
    expect(usage.add(sample(2, { cpuBusyMs: 2390, cpuTotalMs: 8000 }))).toBe(0);
  });

  it('keeps the nearest to each limit, and when it was', () => {
    const usage = new MachineUsage(START_US);
    const limits = { tcpPressurePages: 100, groupMemoryLimitBytes: 1000 };
    usage.add(sample(1, { ...limits, tcpPages: 40, groupMemoryBytes: 700 }));
    usage.add(sample(2, { ...limits, tcpPages: 90, groupMemoryBytes: 300 }));
    usage.add(sample(3, { ...limits, tcpPages: 90, groupMemoryBytes: 600, groupMemoryLimitBytes: 800 }));
    expect(usage.health).toMatchObject({
      tcpPages: { used: 90, limit: 100, atMs: 2000 },
      groupMemory: { used: 600, limit: 800, atMs: 3000 },
    });
  });

  it('counts from its first sample to its last', () => {
    const usage = new MachineUsage(START_US);
    usage.add(sample(0, { segmentsSent: 1_000_000, segmentsRetransmitted: 500, throttledMs: 90 }));
    usage.add(sample(1, { segmentsSent: 1_000_400, segmentsRetransmitted: 501, throttledMs: 95 }));
    usage.add(sample(2, { segmentsSent: 1_001_000, segmentsRetransmitted: 507, throttledMs: 130 }));
    expect(usage.health).toMatchObject({ segments: { sent: 1000, retransmitted: 7 }, throttledMs: 40 });
  });

  it('knows nothing where the system tells nothing', () => {
    const usage = new MachineUsage(START_US);
    expect([usage.add(sample(0)), usage.add(sample(1))]).toEqual([null, null]);
    expect(usage.health).toEqual({ tcpPages: null, groupMemory: null, throttledMs: null, segments: null });
  });
});
