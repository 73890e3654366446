import type { GeneratorRow } from '../model/result.js';

/** What a row says of a generator that has done nothing and had nothing in its way. */
export const GENERATOR_AT_REST: GeneratorRow = {
  cpuMs: 0,
  rssBytes: 0,
  lagMaxUs: 0,
  readDelayMaxUs: 0,
  cpuWaitMs: 0,
  gcMaxUs: 0,
  utilization: 0,
  unsoundWorkers: 0,
  unsoundSec: {},
  loopDelayMaxUs: 0,
  pausedMs: 0,
  ownLagMaxUs: 0,
  heapShare: 0,
  openFiles: 0,
  machineBusy: 0,
};
