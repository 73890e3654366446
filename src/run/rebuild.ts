import path from 'node:path';
import { Aggregator } from '../metrics/aggregator.js';
import type { RunResult } from '../model/result.js';
import { Schedule } from '../pacing/schedule.js';
import { StompedeError } from '../shared/errors.js';
import { buildResult } from './build-result.js';
import { marksMs } from './coordinator.js';
import { INTERVALS_FILE, type IntervalLine, type MarkName, readIntervals } from './interval-log.js';

/**
 * The result of a run whose coordinator was killed, from the interval data in its folder: everything but what no
 * worker had handed over yet. Throws `result-unreadable`.
 */
export function rebuildResult(folder: string): RunResult {
  const { header, lines } = readIntervals(path.join(folder, INTERVALS_FILE));
  const marksUs = new Map<MarkName, number>();
  for (const line of lines) if (line.type === 'mark') marksUs.set(line.mark, line.atUs);
  const startUs = marksUs.get('start');
  if (startUs === undefined) {
    throw new StompedeError('result-unreadable', `the run in ${folder} ended before anything was measured`);
  }
  const { plan } = header;
  const schedule = new Schedule(plan.connect.stages);
  const aggregator = new Aggregator({
    startUs,
    workers: Array.from({ length: header.workers }, (_, worker) => worker),
    plannedTotalAtMs: (ms) => Math.min(plan.connect.connections, schedule.countAt(ms)),
  });
  for (const line of lines) replay(line, aggregator);
  aggregator.finish();
  const durationMs = Math.max(0, Math.round((aggregator.lastUs - startUs) / 1000));
  return buildResult({
    aggregator,
    plan,
    run: {
      id: header.runId,
      name: plan.name,
      startedAt: header.startedAt,
      endedAt: new Date(Date.parse(header.startedAt) + durationMs).toISOString(),
      durationMs,
      marksMs: marksMs(marksUs),
    },
    ended: 'aborted',
    lost: lines.flatMap((line) =>
      line.type === 'left' && line.reason !== null ? [`worker ${line.worker}: ${line.reason}`] : [],
    ),
    workers: header.workers,
    processes: header.processes,
    environment: header.environment,
    version: header.stompede,
    notes: [
      'Rebuilt from interval data: the run ended without writing its own result, and its last second may be missing.',
    ],
  });
}

function replay(line: IntervalLine, aggregator: Aggregator): void {
  if (line.type === 'snapshot') aggregator.add(line.snapshot);
  else if (line.type === 'left') aggregator.leave(line.worker, line.reason);
}
