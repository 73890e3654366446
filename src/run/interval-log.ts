import { type WriteStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Snapshot } from '../metrics/snapshot.js';
import { snapshotToJson } from '../metrics/snapshot-json.js';
import type { MachineSample } from '../model/health.js';
import type { RunPlan } from '../model/plan.js';
import type { EnvironmentInfo } from '../model/result.js';
import { messageOf, systemCode } from '../shared/errors.js';
import type { Ending } from './early-end.js';

export const INTERVALS_FILE = 'intervals.ndjson';

/** The first line: what a result needs to know that no snapshot says. The plan is masked. */
export interface IntervalHeader {
  readonly schema: 'stompede.intervals/3';
  readonly stompede: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly workers: number;
  readonly processes: number;
  readonly plan: RunPlan;
  readonly environment: EnvironmentInfo;
}

/** `stopAsked`: by somebody; `cutShort`: by a threshold that was missed. */
export type MarkName = 'start' | 'holdStart' | 'holdEnd' | 'stopAsked' | 'cutShort';

export type IntervalLine =
  | { readonly type: 'header'; readonly header: IntervalHeader }
  | { readonly type: 'mark'; readonly mark: MarkName; readonly atUs: number }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** Once a second, what the coordinator saw of its machine. */
  | { readonly type: 'machine'; readonly sample: MachineSample }
  | { readonly type: 'left'; readonly worker: number; readonly reason: string | null }
  /** The last line of a run that came to its own end. */
  | { readonly type: 'end'; readonly ended: Ending };

/** What may wait for a slow disk before the log gives up: bounded, and said in the result. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Writes the interval file as the run goes. It never throws and never blocks: what went wrong is asked for at the end. */
export class IntervalLog {
  readonly #stream: WriteStream;
  #problem: string | null = null;

  /** @param file in the folder that was made for this run alone */
  constructor(file: string) {
    this.#stream = createWriteStream(file);
    this.#stream.on('error', (error) => {
      this.#problem ??= systemCode(error) ?? messageOf(error);
    });
  }

  /** Why lines are missing from the file, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  write(line: IntervalLine): void {
    if (this.#problem !== null || this.#stream.writableEnded) return;
    if (this.#stream.writableLength > MAX_WAITING_BYTES) {
      this.#problem = 'the disk did not keep up';
      return;
    }
    this.#stream.write(`${lineToText(line)}\n`);
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch((error: unknown) => {
      this.#problem ??= systemCode(error) ?? messageOf(error);
    });
  }
}

function lineToText(line: IntervalLine): string {
  return line.type === 'snapshot'
    ? JSON.stringify({ type: 'snapshot', snapshot: snapshotToJson(line.snapshot) })
    : JSON.stringify(line);
}
