import { SingleBar } from 'cli-progress';
import type { Progress, RunStage } from '../run/progress.js';
import type { OutStream } from '../shared/env.js';
import { formatCount, formatDurationMs, formatUs } from '../shared/units.js';

/** Shows a run as it goes. */
export interface ProgressView {
  /** Of several runs, the one that begins: `run 3 of 10 (baseline)`. */
  begin(label: string): void;
  show(progress: Progress): void;
  /** A sentence that stays on the screen. */
  notice(text: string): void;
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
  const nothing = (): void => undefined;
  if (quiet) return { begin: nothing, show: nothing, notice: nothing, close: nothing };
  return stream.isTTY === true ? barView(stream) : lineView(stream);
}

function barView(stream: OutStream): ProgressView {
  let label: string | null = null;
  const bar = new SingleBar({
    stream: stream as unknown as NodeJS.WritableStream,
    format: (_options, { progress }, { payload }: { payload: Progress }) =>
      barLine(progress, payload, stream.columns ?? 80, label),
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    fps: 4,
    // Signals are the run's own affair.
    gracefulExit: false,
  });
  let started = false;
  return {
    begin(text) {
      label = text;
    },
    show(progress) {
      const total = Math.max(1, Math.round(progress.elapsedMs + progress.leftMs));
      const done = Math.round(progress.elapsedMs);
      if (!started) bar.start(total, done, { payload: progress });
      started = true;
      bar.setTotal(total);
      bar.update(done, { payload: progress });
    },
    notice(text) {
      if (started) bar.stop();
      started = false;
      stream.write(`${text}\n`);
    },
    close() {
      if (started) bar.stop();
      started = false;
    },
  };
}

const WIDEST_BAR = 30;

/** One line that fits: the words give way first, then the bar. */
export function barLine(
  fraction: number,
  progress: Progress,
  columns: number,
  label: string | null = null,
): string {
  const stage = `${label === null ? '' : `${label}: `}${STAGE_NAME[progress.stage].padEnd(9)}`;
  const long = details(progress, LONG);
  const text = `${stage} ${stage.length + long.length + 8 <= columns ? long : details(progress, SHORT)}`;
  const width = Math.min(WIDEST_BAR, columns - text.length - 2);
  if (width < 4) return text.slice(0, columns - 1);
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text}`;
}

function lineView(stream: OutStream): ProgressView {
  let lastMs = -Infinity;
  let lastStage: RunStage | null = null;
  return {
    begin(label) {
      lastStage = null;
      stream.write(`${label}\n`);
    },
    show(progress) {
      const { stage, elapsedMs } = progress;
      if (stage === lastStage && elapsedMs - lastMs < LINE_EVERY_MS) return;
      lastMs = elapsedMs;
      lastStage = stage;
      const at = `${(elapsedMs / 1000).toFixed(0)} s`.padStart(6);
      stream.write(`${at}  ${STAGE_NAME[stage].padEnd(9)}  ${details(progress, LONG)}\n`);
    },
    notice(text) {
      stream.write(`${text}\n`);
    },
    close() {
      // Lines need no cleaning up.
    },
  };
}

interface Wording {
  readonly complete: string;
  readonly failed: string;
  readonly perSec: string;
  readonly gap: string;
}

const LONG: Wording = { complete: 'complete', failed: 'failed', perSec: ' msg/s', gap: '  ' };
const SHORT: Wording = { complete: 'done', failed: 'fail', perSec: '/s', gap: ' ' };

function details(progress: Progress, { complete, failed, perSec, gap }: Wording): string {
  const parts = [
    `opened ${formatCount(progress.opened)}/${formatCount(progress.planned)}`,
    `open ${formatCount(progress.open)}`,
    `${complete} ${formatCount(progress.complete)}`,
    `${failed} ${formatCount(progress.failed)}`,
    `${formatCount(Math.round(progress.receivedPerSec))}${perSec}`,
    ...(progress.deliveryP99Us === null ? [] : [`p99 ${formatUs(progress.deliveryP99Us)}`]),
    `left ${formatDurationMs(Math.ceil(progress.leftMs / 1000) * 1000)}`,
  ];
  return parts.join(gap);
}
