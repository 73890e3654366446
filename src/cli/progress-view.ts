import { Presets, SingleBar } from 'cli-progress';
import type { Progress, RunStage } from '../run/progress.js';
import type { OutStream } from '../shared/env.js';
import { formatCount, formatDurationMs, formatUs } from '../shared/units.js';

/** Shows a run as it goes. */
export interface ProgressView {
  show(progress: Progress): void;
  close(): void;
}

const STAGE_NAME: Record<RunStage, string> = {
  preparing: 'preparing',
  arriving: 'opening',
  holding: 'holding',
  draining: 'draining',
  leaving: 'leaving',
  stopping: 'stopping',
};

/** Without a terminal, one line this often is enough. */
const LINE_EVERY_MS = 5000;

export function progressView(stream: OutStream, quiet: boolean): ProgressView {
  if (quiet) return { show: () => undefined, close: () => undefined };
  return stream.isTTY === true ? barView(stream) : lineView(stream);
}

function barView(stream: OutStream): ProgressView {
  const bar = new SingleBar(
    {
      stream: stream as unknown as NodeJS.WritableStream,
      format: '{bar} {stage} {details}',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      autopadding: false,
      fps: 4,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    show(progress) {
      const total = Math.max(1, Math.round(progress.elapsedMs + progress.leftMs));
      const done = Math.round(progress.elapsedMs);
      const payload = { stage: STAGE_NAME[progress.stage].padEnd(9), details: details(progress) };
      if (!started) bar.start(total, done, payload);
      started = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
    close() {
      if (started) bar.stop();
    },
  };
}

function lineView(stream: OutStream): ProgressView {
  let lastMs = -Infinity;
  let lastStage: RunStage | null = null;
  return {
    show(progress) {
      const { stage, elapsedMs } = progress;
      if (stage === lastStage && elapsedMs - lastMs < LINE_EVERY_MS) return;
      lastMs = elapsedMs;
      lastStage = stage;
      const at = `${(elapsedMs / 1000).toFixed(0)} s`.padStart(6);
      stream.write(`${at}  ${STAGE_NAME[stage].padEnd(9)}  ${details(progress)}\n`);
    },
    close() {
      // Lines need no cleaning up.
    },
  };
}

function details(progress: Progress): string {
  const p99 = progress.deliveryP99Us === null ? '' : `  p99 ${formatUs(progress.deliveryP99Us)}`;
  return [
    `opened ${formatCount(progress.opened)}/${formatCount(progress.planned)}`,
    `open ${formatCount(progress.open)}`,
    `complete ${formatCount(progress.complete)}`,
    `failed ${formatCount(progress.failed)}`,
    `${formatCount(Math.round(progress.receivedPerSec))} msg/s${p99}`,
    `left ${formatDurationMs(Math.ceil(progress.leftMs / 1000) * 1000)}`,
  ].join('  ');
}
