import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { PushProgress } from './protocol.js';
import { NO_ANSWER, pushProblem } from './push-problem.js';

type OnResult = Parameters<PushMetricExporter['export']>[1];

type ResultCode = Parameters<OnResult>[0]['code'];

/** ExportResultCode of @opentelemetry/core, which is not ours to import. */
export const RESULT = { success: 0 as unknown as ResultCode, failed: 1 as unknown as ResultCode } as const;

/** An exporter of OpenTelemetry's that keeps count of what became of each push, and waits for none longer than its timeout. */
export class CountingExporter implements PushMetricExporter {
  readonly #exporter: PushMetricExporter;
  readonly #timeoutMs: number;
  readonly #throughSec: () => number;
  readonly #onChange: (progress: PushProgress) => void;
  #progress: PushProgress = { begun: 0, sent: 0, failed: 0, problem: null, sentThroughSec: null };

  /** @param throughSec up to which second of the run what is pushed at this moment has it */
  constructor(
    exporter: PushMetricExporter,
    timeoutMs: number,
    throughSec: () => number,
    onChange: (progress: PushProgress) => void,
  ) {
    this.#exporter = exporter;
    this.#timeoutMs = timeoutMs;
    this.#throughSec = throughSec;
    this.#onChange = onChange;
    onChange(this.#progress);
  }

  export(metrics: ResourceMetrics, onResult: OnResult): void {
    const throughSec = this.#throughSec();
    this.#change({ begun: this.#progress.begun + 1 });
    let isOver = false;
    const end = (result: Parameters<OnResult>[0], change: Partial<PushProgress>): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(late);
      this.#change(change);
      onResult(result);
    };
    const fail = (error: Error, problem: string): void => {
      end({ code: RESULT.failed, error }, { failed: this.#progress.failed + 1, problem });
    };
    // OpenTelemetry's own timeout is one of silence: an answer that comes a byte at a time never runs into it.
    const late = setTimeout(() => {
      fail(new Error(NO_ANSWER), NO_ANSWER);
    }, this.#timeoutMs);
    this.#exporter.export(metrics, (result) => {
      if (result.code === RESULT.success) {
        end(result, { sent: this.#progress.sent + 1, sentThroughSec: throughSec });
      } else {
        const error = result.error ?? new Error('Export failed');
        fail(error, pushProblem(error));
      }
    });
  }

  /** Who pushes waits for each result anyway; what was given up is not waited for again. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#exporter.shutdown().catch(() => undefined);
    return Promise.resolve();
  }

  #change(change: Partial<PushProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#onChange(this.#progress);
  }
}
