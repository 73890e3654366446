import type { LatencySummary, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { scheduleSentence } from '../facts.js';
import { formatCount, formatUs } from '../format.js';
import { otherLatencies, phaseRows, type LatencyRow } from '../latency-rows.js';

const HEADINGS = ['min', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** The table of phases, and below it the latencies that are of no phase. */
export function latencyTables(result: RunResult): Markup {
  const rows = phaseRows(result);
  const others = otherLatencies(result);
  const unconfirmed = rows.some((row) => row.unconfirmed > 0);
  const counts = ['phase', 'count', 'failed', ...(unconfirmed ? ['unconfirmed'] : [])];
  const phases =
    rows.length === 0
      ? escaped`<p class="muted">No phase was reached.</p>`
      : table(
          'Phases',
          [...counts, ...HEADINGS],
          rows.map((row) => phaseRow(row, unconfirmed)),
        );
  const schedule =
    result.connections.attempted === 0 ? null : escaped`<p class="below">${scheduleSentence(result)}</p>`;
  const more =
    others.length === 0
      ? null
      : escaped`<h2>Other latencies</h2>${table(
          'Other latencies',
          ['', ...HEADINGS],
          others.map(({ label, us }) => escaped`<tr><th scope="row">${label}</th>${latencyCells(us)}</tr>`),
        )}`;
  return escaped`<section><h2>Phases</h2>${phases}${schedule}${more}</section>`;
}

/** A table that scrolls by itself where the page is narrow. */
function table(name: string, headings: readonly string[], rows: readonly Markup[]): Markup {
  return escaped`<div class="card"><div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${headings.map((text) => escaped`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div></div>`;
}

/** `unconfirmed`: whether the table has that column. Most servers confirm everything, and most readers have little width. */
function phaseRow(row: LatencyRow, unconfirmed: boolean): Markup {
  if (row.of === 'from due') {
    return escaped`
<tr class="sub"><th scope="row">${row.label}</th><td></td><td></td>${unconfirmed ? escaped`<td></td>` : null}${latencyCells(row.us)}</tr>`;
  }
  return escaped`
<tr><th scope="row">${row.label}</th><td>${formatCount(row.count)}</td><td class="${row.failed > 0 ? 'bad' : 'none'}">${formatCount(row.failed)}</td>${unconfirmed ? escaped`<td>${formatCount(row.unconfirmed)}</td>` : null}${latencyCells(row.us)}</tr>`;
}

function latencyCells(us: LatencySummary | null): readonly Markup[] {
  if (us === null) return HEADINGS.map(() => escaped`<td>–</td>`);
  const values = [us.min, us.mean, us.p50, us.p90, us.p99, us.p999, us.max];
  return values.map((value) => escaped`<td>${formatUs(value)}</td>`);
}
