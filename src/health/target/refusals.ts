import { type FailureKind, kindInfo } from '../../model/failures.js';
import type { Stage } from '../../model/phases.js';
import type { FailureRow, SeriesRow } from '../../model/result.js';
import type { Measured } from '../measured.js';
import { isClear } from './own-delay.js';

/** HTTP statuses of a server or a proxy that has no room: 429 and 503 say so, 502 and 504 come from a proxy before it. */
const NO_ROOM_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Kinds by which a target that has no room, or something in front of it, turns a connect away. */
const TURNS_AWAY: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'tcp-refused',
  'tcp-reset',
  'tcp-timeout',
  'tls-timeout',
  'upgrade-timeout',
  'upgrade-status',
  'connect-timeout',
  'closed',
  'stomp-error',
]);

const OPENING: ReadonlySet<Stage> = new Set<Stage>(['tcp', 'tls', 'upgrade', 'connect']);

const LIMIT_WORDS =
  /\blimit|too many|max(imum|\.)?[ _-]?(number|conn)|\bquota\b|no (more )?(free )?(slots|room)/i;

/** Failures of connects that look like a target without room, and when they were caused. */
export interface Refusals {
  /** The kind that most of them are of, with what was said the first time; null where there are none. */
  readonly main: FailureRow | null;
  /** Their number in each row, in the row of their cause; not the ones of seconds in which the generator was not well. */
  byRow(series: readonly SeriesRow[]): number[];
}

export function refusalsOf({ failures, plan }: Measured): Refusals {
  const rows = failures.filter(isRefusal);
  const shares = new Map<FailureKind, number>();
  for (const { kind } of rows) shares.set(kind, shareOf(kind, rows, failures));
  const { tcp, tls, upgrade, connect } = plan.timeoutsMs;
  const afterMs: Partial<Record<FailureKind, number>> = {
    'tcp-timeout': tcp,
    'tls-timeout': tls,
    'upgrade-timeout': upgrade,
    'connect-timeout': connect,
  };
  return {
    main: rows.reduce<FailureRow | null>(
      (most, row) => (most === null || row.count > most.count ? row : most),
      null,
    ),
    byRow: (series) => {
      const byRow = series.map(() => 0);
      const widthSec = series[0]?.widthSec ?? 1;
      series.forEach((row, i) => {
        for (const [kind, share] of shares) {
          const count = row.failures[kind] ?? 0;
          if (count === 0) continue;
          const causeSec = row.atSec + row.widthSec / 2 - (afterMs[kind] ?? 0) / 1000;
          const cause = Math.min(i, Math.max(0, Math.floor(causeSec / widthSec)));
          if (!isClear(row) || !isClear(series[cause])) continue;
          byRow[cause] = (byRow[cause] ?? 0) + count * share;
        }
      });
      return byRow;
    },
  };
}

/** A target that turns connects away in one sentence: `TCP connected, the upgrade never answered (nothing within 10000 ms)`. */
export function inWhichWay({ main }: Refusals): string {
  if (main === null) return 'in no way that is known';
  return `${kindInfo(main.kind).title}${main.sample === '' ? '' : ` (${main.sample})`}`;
}

function isRefusal({ role, phase, kind, code, sample }: FailureRow): boolean {
  if (role !== 'connection' || !OPENING.has(phase) || !TURNS_AWAY.has(kind)) return false;
  if (kind === 'upgrade-status') return code !== null && NO_ROOM_STATUS.has(code);
  return kind === 'stomp-error' ? LIMIT_WORDS.test(sample) : true;
}

// Rows of the series know the kind alone, and a reset can be one of a held connection.
function shareOf(kind: FailureKind, refusals: readonly FailureRow[], all: readonly FailureRow[]): number {
  const count = (rows: readonly FailureRow[]): number =>
    rows.reduce((sum, row) => sum + (row.role === 'connection' && row.kind === kind ? row.count : 0), 0);
  return count(refusals) / Math.max(1, count(all));
}
