import { type WriteStream, createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Snapshot } from '../metrics/snapshot.js';
import { snapshotFromText, snapshotToText } from '../metrics/snapshot-text.js';
import type { RunPlan } from '../model/plan.js';
import type { EnvironmentInfo } from '../model/result.js';
import { StompedeError, messageOf, systemCode } from '../shared/errors.js';

export const INTERVALS_FILE = 'intervals.ndjson';

/** The first line: what a result needs to know that no snapshot says. The plan is masked. */
export interface IntervalHeader {
  readonly schema: 'stompede.intervals/1';
  readonly stompede: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly workers: number;
  readonly processes: number;
  readonly plan: RunPlan;
  readonly environment: EnvironmentInfo;
}

export type MarkName = 'start' | 'holdStart' | 'holdEnd' | 'stopAsked';

export type IntervalLine =
  | { readonly type: 'header'; readonly header: IntervalHeader }
  | { readonly type: 'mark'; readonly mark: MarkName; readonly atUs: number }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'left'; readonly worker: number; readonly reason: string | null };

/** What may wait for a slow disk before the log gives up: bounded, and said in the result. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Writes the interval file as the run goes. It never throws and never blocks: what went wrong is asked for at the end. */
export class IntervalLog {
  readonly #stream: WriteStream;
  #problem: string | null = null;

  constructor(file: string) {
    this.#stream = createWriteStream(file, { flags: 'wx' });
    this.#stream.on('error', (error) => {
      this.#problem ??= systemCode(error) ?? messageOf(error);
    });
  }

  /** Why lines are missing from the file, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  write(line: IntervalLine): void {
    if (this.#problem !== null) return;
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
    ? `{"type":"snapshot","snapshot":${snapshotToText(line.snapshot)}}`
    : JSON.stringify(line);
}

/** Reads an interval file, up to the first line that was not written to its end. Throws `result-unreadable`. */
export function readIntervals(file: string): { header: IntervalHeader; lines: IntervalLine[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StompedeError('result-unreadable', `cannot read ${file}: ${messageOf(error)}`, {
      hint: `Name the folder of a run, with ${INTERVALS_FILE} or result.json in it.`,
    });
  }
  const lines: IntervalLine[] = [];
  for (const lineText of text.split('\n')) {
    const line = lineFromText(lineText);
    if (line === null) break;
    lines.push(line);
  }
  const first = lines.shift();
  const schema = first?.type === 'header' ? (first.header.schema as string) : null;
  if (first?.type !== 'header' || schema !== 'stompede.intervals/1') {
    throw new StompedeError(
      'result-unreadable',
      `${file} is not an interval file of this version of stompede`,
    );
  }
  return { header: first.header, lines };
}

function lineFromText(text: string): IntervalLine | null {
  if (text === '') return null;
  try {
    const line = JSON.parse(text) as IntervalLine;
    if (line.type !== 'snapshot') return line;
    return { type: 'snapshot', snapshot: snapshotFromText(JSON.stringify(line.snapshot)) };
  } catch {
    return null;
  }
}
