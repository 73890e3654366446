/** Where a run is. */
export type RunStage = 'preparing' | 'arriving' | 'holding' | 'draining' | 'leaving' | 'stopping';

/** What a person watching wants to know, once a second; rates and percentiles are of the last whole second. */
export interface Progress {
  readonly stage: RunStage;
  readonly elapsedMs: number;
  /** An estimate: what the schedules still ask for. */
  readonly leftMs: number;
  readonly planned: number;
  readonly started: number;
  readonly opened: number;
  readonly open: number;
  readonly settled: number;
  readonly complete: number;
  readonly failed: number;
  readonly receivedPerSec: number;
  readonly deliveryP99Us: number | null;
}
