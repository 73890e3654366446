import type { RepeatRow, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { formatMoment } from '../facts.js';
import { formatCount } from '../format.js';
import { columnHead, tableCard } from './table.js';

/** Each run of several, in their order. */
export function repeats({ repeats: rows }: RunResult): Markup | null {
  if (rows === null || rows.length === 0) return null;
  return tableCard({
    caption: 'All runs',
    classes: 'repeats',
    head: [
      columnHead('run', 'words'),
      columnHead('of', 'words'),
      columnHead('started', 'words'),
      columnHead('generator', 'words'),
      columnHead('exit code'),
      columnHead('what came of it', 'words'),
    ],
    rows: rows.map(repeatRow),
  });
}

/** Of several runs, how many there were and which of them this result is; null: it is the only one. */
export function shownRun({ repeats: rows, run }: RunResult): string | null {
  if (rows === null || rows.length === 0) return null;
  const shown = rows.find(({ startedAt }) => startedAt === run.startedAt);
  const count = formatCount(rows.length);
  return shown === undefined ? count : `${count}; ${shown.folder} is shown`;
}

function repeatRow({ folder, of, startedAt, generator, exitCode, leftOut, headline }: RepeatRow): Markup {
  const left = leftOut ? escaped`<span class="note">left out: </span>` : null;
  return escaped`
<tr><th scope="row" class="words">${folder}</th><td class="words">${of === 'baseline' ? 'the baseline' : 'this build'}</td><td class="words">${formatMoment(startedAt)}</td><td class="words ${generator === 'sound' ? 'plain' : 'note'}">${generator}</td><td>${exitCode}</td><td class="words says">${left}${headline}</td></tr>`;
}
