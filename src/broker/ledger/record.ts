import type { FaultRule } from '../../model/faults.js';
import type { ConnectionAccount } from './connection-account.js';
import type { DelaySummary } from './delay-account.js';
import type { FaultCount, Ledger, ReceiptCounts, StallSpan } from './ledger.js';
import type { MessageRecord } from './message-account.js';

/** The columns of a row, in their order. */
export const ROW_COLUMNS = [
  'number',
  'acceptedMs',
  'upgrade',
  'status',
  'connect',
  'subscriptions',
  'receiptsSent',
  'receiptsWithheld',
  'messages',
  'silencedMs',
  'endedBy',
  'end',
  'closeCode',
  'endedMs',
  'faults',
] as const;

export type LedgerRow = readonly (number | string | null | readonly number[])[];

/** The ledger as plain JSON: what truth.json holds. docs/faults.md says what each figure means. */
export interface LedgerRecord {
  readonly schema: 'stompede.ledger/1';
  readonly seed: number;
  /** From the first accept until this was written. */
  readonly durationMs: number;
  /** In the order of the plan. */
  readonly faults: readonly (FaultCount & { readonly rule: FaultRule })[];
  readonly connections: {
    readonly accepted: number;
    readonly peakOpen: number;
    /** TCP connections open when this was written. */
    readonly open: number;
    readonly silenced: number;
    readonly subscriptions: number;
    /** DISCONNECT frames. */
    readonly disconnects: number;
    readonly upgrade: Readonly<Record<string, number>>;
    /** HTTP statuses other than 101, where an upgrade was refused. */
    readonly status: Readonly<Record<string, number>>;
    readonly connect: Readonly<Record<string, number>>;
    /** By whom and how, with the close code: `client disconnect 1000`. */
    readonly end: Readonly<Record<string, number>>;
  };
  readonly receipts: Readonly<Record<string, ReceiptCounts>>;
  readonly messages: MessageRecord;
  /** When nothing of the broker moved, milliseconds since the first accept. */
  readonly stalls: readonly StallSpan[];
  /** Not given back after the end of their connections, on purpose. */
  readonly kept: { readonly sockets: number; readonly bytes: number };
  /** Really applied, by kind. */
  readonly delaysUs: Readonly<Record<string, DelaySummary>>;
  readonly rows: {
    readonly columns: readonly string[];
    /** Connections that have no row, because there were too many: they are in the totals only. */
    readonly omitted: number;
    readonly rows: readonly LedgerRow[];
  };
}

/** What the ledger says at this moment. */
export function recordOf(ledger: Ledger): LedgerRecord {
  const { plan, accepted, open, peakOpen, silenced, subscriptions, disconnects, rows } = ledger;
  return {
    schema: 'stompede.ledger/1',
    seed: plan.seed,
    durationMs: rounded(ledger.sinceStartMs),
    faults: plan.rules.flatMap((rule, index) => {
      const count = ledger.faults[index];
      return count === undefined ? [] : [{ ...count, rule }];
    }),
    connections: {
      accepted,
      peakOpen,
      open,
      silenced,
      subscriptions,
      disconnects,
      upgrade: Object.fromEntries(ledger.upgrades),
      status: Object.fromEntries(ledger.statuses),
      connect: Object.fromEntries(ledger.connects),
      end: Object.fromEntries(ledger.ends),
    },
    receipts: structuredClone(ledger.receipts),
    messages: ledger.messages.record(),
    stalls: ledger.stalls.map(({ fromMs, untilMs }) => ({
      fromMs: rounded(fromMs),
      untilMs: rounded(untilMs),
    })),
    kept: { ...ledger.kept },
    delaysUs: Object.fromEntries(
      [...ledger.delays].flatMap(([kind, delays]) => {
        const summary = delays.summary();
        return summary === undefined ? [] : [[kind, summary]];
      }),
    ),
    rows: { columns: ROW_COLUMNS, omitted: accepted - rows.length, rows: rows.map(rowOf) },
  };
}

function rowOf(account: ConnectionAccount): LedgerRow {
  return ROW_COLUMNS.map((column) => {
    const value = account[column];
    return column.endsWith('Ms') && typeof value === 'number' ? rounded(value) : value;
  });
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
