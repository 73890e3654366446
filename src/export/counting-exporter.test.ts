import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CountingExporter, RESULT } from './counting-exporter.js';
import type { PushProgress } from './protocol.js';

const NOTHING: ResourceMetrics = { resource: resourceFromAttributes({}), scopeMetrics: [] };

type OnResult = Parameters<PushMetricExporter['export']>[1];

/** One around an exporter that answers when a test says so. */
function counting(): {
  readonly exporter: CountingExporter;
  readonly asked: OnResult[];
  readonly progress: () => PushProgress;
  readonly at: { throughSec: number };
} {
  const asked: OnResult[] = [];
  const at = { throughSec: 0 };
  let progress: PushProgress | null = null;
  const inner: PushMetricExporter = {
    export: (_metrics, onResult) => asked.push(onResult),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const exporter = new CountingExporter(
    inner,
    2000,
    () => at.throughSec,
    (now) => (progress = now),
  );
  return {
    exporter,
    asked,
    at,
    progress: () => {
      if (progress === null) throw new Error('nothing was told');
      return progress;
    },
  };
}

describe('CountingExporter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps count of what became of each push, and of how far the collector has the run', () => {
    const { exporter, asked, progress, at } = counting();
    for (const throughSec of [5, 10, 15]) {
      at.throughSec = throughSec;
      exporter.export(NOTHING, () => undefined);
    }
    at.throughSec = 16;
    asked[0]?.({ code: RESULT.success });
    asked[1]?.({ code: RESULT.failed, error: Object.assign(new Error('no'), { code: 500 }) });
    expect(progress()).toEqual({ begun: 3, sent: 1, failed: 1, problem: 'HTTP 500', sentThroughSec: 5 });
    asked[2]?.({ code: RESULT.success });
    expect(progress()).toMatchObject({ sent: 2, sentThroughSec: 15 });
  });

  it('gives up one that is not over in time, once', () => {
    const { exporter, asked, progress } = counting();
    const onResult = vi.fn();
    exporter.export(NOTHING, onResult);
    vi.advanceTimersByTime(2000);
    expect(progress()).toMatchObject({ begun: 1, failed: 1, problem: 'it did not answer in time' });
    asked[0]?.({ code: RESULT.success });
    expect(progress()).toMatchObject({ sent: 0, failed: 1, sentThroughSec: null });
    expect(onResult).toHaveBeenCalledTimes(1);
    expect(onResult).toHaveBeenCalledWith(expect.objectContaining({ code: RESULT.failed }));
  });
});
