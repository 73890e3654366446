import type { LatencySummary, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { scheduleSentence } from '../facts.js';
import { formatCount } from '../format.js';
import {
  anyUnresolved,
  formatLatency,
  instrumentErrorUs,
  instrumentNote,
  isUnresolved,
} from '../instrument.js';
import { otherLatencies, phaseRows, type LatencyRow } from '../latency-rows.js';
import { whichLatency } from '../which-latency.js';

const HEADINGS = ['min', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** The table of phases, and below it the latencies that are of no phase. */
export function latencyTables(result: RunResult): Markup {
  const rows = phaseRows(result);
  const errorUs = instrumentErrorUs(result);
  const unconfirmed = rows.some((row) => row.unconfirmed > 0);
  const counts = ['phase', 'count', 'failed', ...(unconfirmed ? ['unconfirmed'] : [])];
  const phases =
    rows.length === 0
      ? escaped`<p class="muted">No phase was reached.</p>`
      : escaped`${table(
          'Phases',
          [...counts, ...HEADINGS],
          rows.map((row) => phaseRow(row, unconfirmed, errorUs)),
        )}${footNote(
          rows.map(({ us }) => us),
          errorUs,
        )}`;
  const which = whichLatency(result).map((text) => escaped`<p class="below which">${text}</p>`);
  const schedule =
    result.connections.attempted === 0 ? null : escaped`<p class="below">${scheduleSentence(result)}</p>`;
  return escaped`<section><h2>Phases</h2>${which}${phases}${schedule}${moreTable(result, errorUs)}</section>`;
}

function moreTable(result: RunResult, errorUs: number | null): Markup | null {
  const others = otherLatencies(result);
  if (others.length === 0) return null;
  // How late the generator itself was has nothing to do with reading.
  const errorOf = (within: string): number | null => (within === 'delivery' ? errorUs : null);
  return escaped`<h2>Other latencies</h2>${table(
    'Other latencies',
    ['', ...HEADINGS],
    others.map(
      ({ label, within, us }) =>
        escaped`<tr><th scope="row">${label}</th>${latencyCells(us, errorOf(within))}</tr>`,
    ),
  )}${footNote(
    others.filter(({ within }) => within === 'delivery').map(({ us }) => us),
    errorUs,
  )}`;
}

function footNote(rows: readonly (LatencySummary | null)[], errorUs: number | null): Markup {
  return escaped`<p class="below">${instrumentNote(errorUs, anyUnresolved(rows, errorUs, 'min'))}</p>`;
}

/** A table that scrolls by itself where the page is narrow. */
function table(name: string, headings: readonly string[], rows: readonly Markup[]): Markup {
  return escaped`<div class="card"><div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${headings.map((text) => escaped`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div></div>`;
}

/** `unconfirmed`: whether the table has that column. Most servers confirm everything, and most readers have little width. */
function phaseRow(row: LatencyRow, unconfirmed: boolean, errorUs: number | null): Markup {
  if (row.of === 'from due') {
    return escaped`
<tr class="sub"><th scope="row">${row.label}</th><td></td><td></td>${unconfirmed ? escaped`<td></td>` : null}${latencyCells(row.us, errorUs)}</tr>`;
  }
  return escaped`
<tr><th scope="row">${row.label}</th><td>${formatCount(row.count)}</td><td class="${row.failed > 0 ? 'bad' : 'none'}">${formatCount(row.failed)}</td>${unconfirmed ? escaped`<td>${formatCount(row.unconfirmed)}</td>` : null}${latencyCells(row.us, errorUs)}</tr>`;
}

function latencyCells(us: LatencySummary | null, errorUs: number | null): readonly Markup[] {
  if (us === null) return HEADINGS.map(() => escaped`<td>–</td>`);
  const values = [us.min, us.mean, us.p50, us.p90, us.p99, us.p999, us.max];
  return values.map((value) =>
    isUnresolved(value, errorUs)
      ? escaped`<td class="unresolved">${formatLatency(value, errorUs)}</td>`
      : escaped`<td>${formatLatency(value, errorUs)}</td>`,
  );
}
