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
import type { PageData } from '../page/data.js';
import { FIRST_PERCENTILE, PERCENTILES } from '../page/percentiles.js';
import { whichLatency } from '../which-latency.js';
import { chartFigure } from './charts.js';
import { columnHead, tableCard } from './table.js';

/** The columns of latencies; those that the reader may pick, by the name of their percentile. */
const COLUMNS: readonly (readonly [keyof LatencySummary, string])[] = [
  ['min', 'min'],
  ['mean', 'mean'],
  ...PERCENTILES.map(({ name, label }) => [name, label] as const),
];

/** Over time and by percentile, then the table of phases, and below it the latencies that are of no phase. */
export function latencies(result: RunResult, data: PageData): Markup {
  const errorUs = instrumentErrorUs(result);
  const which = whichLatency(result).map((text) => escaped`<p class="below which">${text}</p>`);
  const schedule =
    result.connections.attempted === 0 ? null : escaped`<p class="below">${scheduleSentence(result)}</p>`;
  const drawn = ['latency', 'curve'].map((id) => chartFigure(id, result, data));
  return escaped`<section aria-labelledby="latencies"><h2 id="latencies">Latency</h2>
${picker(result)}${which}<div class="charts">${drawn}</div>
<h3 class="above">Phases of a connection</h3>${phaseTable(result, errorUs)}${schedule}${moreTable(result, errorUs)}</section>`;
}

/** The page's script shows it: without one there is nothing to pick for. */
function picker(result: RunResult): Markup | null {
  if (phaseRows(result).length === 0) return null;
  const choices = PERCENTILES.map(
    ({ name, label }) =>
      escaped`<label><input type="radio" name="percentile" value="${name}" autocomplete="off"${name === FIRST_PERCENTILE ? escaped` checked` : null}><span>${label}</span></label>`,
  );
  return escaped`<fieldset class="picker" id="percentile" hidden><legend>Percentile of charts and tables</legend>${choices}</fieldset>
`;
}

function phaseTable(result: RunResult, errorUs: number | null): Markup {
  const rows = phaseRows(result);
  if (rows.length === 0) return escaped`<p class="muted">No phase was reached.</p>`;
  const unconfirmed = rows.some((row) => row.unconfirmed > 0);
  const counts = ['phase', 'count', 'failed', ...(unconfirmed ? ['unconfirmed'] : [])];
  return escaped`${latencyTable(
    'Phases of a connection',
    counts,
    rows.map((row) => phaseRow(row, unconfirmed, errorUs)),
  )}${footNote(
    rows.map(({ us }) => us),
    errorUs,
  )}`;
}

function moreTable(result: RunResult, errorUs: number | null): Markup | null {
  const others = otherLatencies(result);
  if (others.length === 0) return null;
  // How late the generator itself was has nothing to do with reading.
  const errorOf = (within: string): number | null => (within === 'delivery' ? errorUs : null);
  return escaped`<h3 class="above">Other latencies</h3>${latencyTable(
    'Other latencies',
    ['latency'],
    others.map(
      ({ label, within, us }) =>
        escaped`<tr><th scope="row">${label}</th>${latencyCells(us, errorOf(within))}</tr>`,
    ),
  )}${footNote(
    others.filter(({ within }) => within === 'delivery').map(({ us }) => us),
    errorUs,
  )}`;
}

function latencyTable(caption: string, counts: readonly string[], rows: readonly Markup[]): Markup {
  return tableCard({
    caption,
    attributes: escaped` data-percentile="${FIRST_PERCENTILE}"`,
    head: [
      ...counts.map((text) => columnHead(text)),
      ...COLUMNS.map(([name, label]) => columnHead(label, name)),
    ],
    rows,
  });
}

function footNote(rows: readonly (LatencySummary | null)[], errorUs: number | null): Markup {
  return escaped`<p class="below">${instrumentNote(errorUs, anyUnresolved(rows, errorUs, 'min'))}</p>`;
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
  return COLUMNS.map(([name]) => {
    if (us === null) return escaped`<td class="${name}">–</td>`;
    const classes = isUnresolved(us[name], errorUs) ? `${name} unresolved` : name;
    return escaped`<td class="${classes}">${formatLatency(us[name], errorUs)}</td>`;
  });
}
