import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../../src/model/result.js';
import { runToEnd, type Scenario } from '../../support/cli.js';
import { newFolder } from '../../support/folders.js';

/** One fault as faults.yaml has it. */
export type Fault = Readonly<Record<string, unknown>> & { readonly fault: string };

/** What the broker says of itself (docs/faults.md): read as it is on disk, by none of the code that wrote it. */
export interface Truth {
  readonly faults: readonly {
    readonly fault: string;
    readonly connections: number;
    readonly times: number;
  }[];
  readonly connections: { readonly accepted: number; readonly silenced: number };
  readonly receipts: Readonly<Record<string, { readonly sent: number; readonly withheld: number }>>;
  readonly messages: {
    readonly in: number;
    readonly refused: number;
    readonly deliveries: { readonly total: DeliveryCounts };
  };
  readonly delaysUs: Readonly<Record<string, AppliedDelays>>;
}

export interface DeliveryCounts {
  readonly owed: number;
  readonly sent: number;
  readonly dropped: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly misrouted: number;
  readonly corrupted: number;
  readonly oversized: number;
  readonly withheld: number;
  readonly undelivered: number;
}

/** The delays that the broker really applied, microseconds. */
export interface AppliedDelays {
  readonly count: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

export interface FaultRun {
  readonly exitCode: number | null;
  readonly result: RunResult;
  readonly truth: Truth;
}

/** One run against the embedded broker with these faults, and what each of the two says of it. */
export async function runWithFaults(
  scenario: Scenario,
  faults: Readonly<Record<string, unknown>>,
  timeoutMs = 60_000,
): Promise<FaultRun> {
  const ledger = path.join(newFolder(), 'truth.json');
  const { exitCode, result, run } = await runToEnd(
    { ...scenario, target: { embedded: { faults, ledger } } },
    [],
    { timeoutMs },
  );
  if (!existsSync(ledger)) throw new Error(`the broker wrote no ledger:\n${run.stdout}\n${run.stderr}`);
  return { exitCode, result, truth: JSON.parse(readFileSync(ledger, 'utf8')) as Truth };
}
