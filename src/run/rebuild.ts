import path from 'node:path';
import type { Outcome, RunResult } from '../model/result.js';
import { StompedeError } from '../shared/errors.js';
import { buildResult } from './build-result.js';
import { INTERVALS_FILE, type IntervalHeader, type IntervalLine, type MarkName } from './interval-log.js';
import { readIntervals } from './interval-reader.js';
import { marksMs } from './marks.js';
import { Measuring } from './measuring.js';

/**
 * The result of a run without a result.json, from the interval data in its folder. Of one whose coordinator was
 * killed: everything but what no worker had handed over yet. Throws `result-unreadable`.
 */
export function rebuildResult(folder: string): RunResult {
  const { header, lines } = readIntervals(path.join(folder, INTERVALS_FILE));
  const { measuring, startUs, marksUs, lost, ended } = replay(header, lines);
  if (measuring === null) {
    throw new StompedeError('result-unreadable', `the run in ${folder} ended before anything was measured`);
  }
  measuring.finish();
  const durationMs = Math.max(0, Math.round((measuring.aggregator.lastUs - startUs) / 1000));
  const { plan } = header;
  return buildResult({
    measuring,
    plan,
    run: {
      id: header.runId,
      name: plan.name,
      startedAt: header.startedAt,
      endedAt: new Date(Date.parse(header.startedAt) + durationMs).toISOString(),
      durationMs,
      marksMs: marksMs(marksUs),
    },
    ended,
    lost,
    workers: header.workers,
    processes: header.processes,
    environment: header.environment,
    version: header.stompede,
    notes: [
      ended === 'aborted'
        ? 'Rebuilt from interval data: the run ended without writing its own result, and its last second may be missing.'
        : 'Rebuilt from interval data.',
    ],
  });
}

interface Replayed {
  /** null before the mark of the start. */
  measuring: Measuring | null;
  startUs: number;
  readonly marksUs: Map<MarkName, number>;
  /** Why each lost worker was lost. */
  readonly lost: string[];
  /** `aborted` where the data has no end of its own. */
  ended: Exclude<Outcome, 'invalid'>;
}

function replay(header: IntervalHeader, lines: Iterable<IntervalLine>): Replayed {
  const replayed: Replayed = { measuring: null, startUs: 0, marksUs: new Map(), lost: [], ended: 'aborted' };
  const leftEarly: (readonly [worker: number, reason: string | null])[] = [];
  for (const line of lines) {
    if (line.type === 'mark') {
      replayed.marksUs.set(line.mark, line.atUs);
      replayed.measuring?.mark(line.mark, line.atUs);
      if (line.mark !== 'start') continue;
      const startUs = line.atUs;
      replayed.startUs = startUs;
      replayed.measuring = new Measuring({ plan: header.plan, workers: header.workers, startUs });
      for (const [mark, atUs] of replayed.marksUs) replayed.measuring.mark(mark, atUs);
      for (const [worker, reason] of leftEarly) replayed.measuring.leave(worker, reason);
    } else if (line.type === 'snapshot') {
      replayed.measuring?.add(line.snapshot);
    } else if (line.type === 'machine') {
      replayed.measuring?.addMachine(line.sample);
    } else if (line.type === 'end') {
      replayed.ended = line.ended;
    } else if (line.type === 'left') {
      if (line.reason !== null) replayed.lost.push(`worker ${line.worker}: ${line.reason}`);
      if (replayed.measuring === null) leftEarly.push([line.worker, line.reason]);
      else replayed.measuring.leave(line.worker, line.reason);
    }
  }
  return replayed;
}
