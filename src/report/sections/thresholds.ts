import type { RunResult } from '../../model/result.js';
import type { ThresholdOutcome, ThresholdPlace } from '../../model/thresholds.js';
import { thresholdLetters } from '../chart-marks.js';
import { escaped, type Markup } from '../escape.js';
import { formatCount } from '../format.js';
import { marginBar, type MarginBar } from '../margin-bar.js';
import { formatMetric } from '../metric-text.js';
import { thresholdRows, thresholdSummary, type ThresholdRow } from '../threshold-rows.js';
import { columnHead, tableCard } from './table.js';

const WORDS: Readonly<Record<ThresholdOutcome, string>> = {
  pass: 'met',
  miss: 'missed',
  'too-few': 'too few samples',
  unresolved: 'not resolvable',
};

/** Of a margin bar, in units of its drawing. */
const WIDTH = 180;

/** What was asked for and what came of it: what the scenario says in full, what is asked for by itself folded. */
export function thresholds(result: RunResult): Markup | null {
  const rows = thresholdRows(result);
  if (rows.length === 0) return null;
  const letters = thresholdLetters(result);
  const told = ({ verdict }: ThresholdRow): boolean => !verdict.implied || verdict.outcome !== 'pass';
  const main = rows.filter(told);
  const folded = rows.filter((one) => !told(one));
  const marked =
    letters.size === 0
      ? null
      : escaped`<p class="below">A letter stands on the charts where that window was, or where the run was ended.</p>`;
  return escaped`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds <span class="count">${thresholdSummary(result)}</span></h2>
${main.length === 0 ? null : table('Thresholds', main, letters)}${marked}${
    folded.length === 0
      ? null
      : escaped`<details class="implied" data-unfold><summary>${foldedText(folded.length, main.length)}</summary>
${table('Thresholds that hold by themselves', folded, letters)}</details>`
  }</section>`;
}

/** A bar has no column where there is none to be drawn. */
function table(
  caption: string,
  rows: readonly ThresholdRow[],
  letters: ReturnType<typeof thresholdLetters>,
): Markup {
  const bars = rows.map(({ verdict }) => marginBar(verdict));
  const anyBar = bars.some((bar) => bar !== null);
  return tableCard({
    caption,
    classes: 'thresholds',
    head: [
      columnHead('asked for', 'words'),
      columnHead('outcome', 'words'),
      ...['observed', 'bound', 'margin'].map((text) => columnHead(text)),
      ...(anyBar ? [columnHead('observed, against the bound', 'drawn')] : []),
    ],
    rows: rows.map((row, i) => {
      const bar = bars[i] ?? null;
      const cell = anyBar
        ? escaped`<td class="drawn">${bar === null ? null : drawn(bar, row.tone)}</td>`
        : null;
      return thresholdRow(row, letters.get(row.verdict) ?? null, cell);
    }),
  });
}

function foldedText(folded: number, main: number): string {
  const more = main === 0 ? '' : ' more';
  return folded === 1
    ? `1${more} that nobody wrote: it holds by itself, and was met`
    : `${formatCount(folded)}${more} that nobody wrote: they hold by themselves, and were met`;
}

function thresholdRow(row: ThresholdRow, letter: string | null, bar: Markup | null): Markup {
  const { verdict, mark, tone, that, observed, margin, remark } = row;
  const { threshold, outcome } = verdict;
  const badge = letter === null ? null : escaped`<span class="letter">${letter}</span> `;
  const details = [placeText(threshold.place), remark].filter((text) => text !== '').join(' · ');
  return escaped`
<tr class="${tone}"><th scope="row" class="words">${badge}<code>${that}</code>${details === '' ? null : escaped`<span class="more">${details}</span>`}</th><td class="words outcome"><span aria-hidden="true">${mark} </span>${WORDS[outcome]}</td><td class="observed">${observed}</td><td>${threshold.comparator} ${formatMetric(threshold.bound, threshold.unit)}</td><td>${margin === '' ? '–' : margin}</td>${bar}</tr>`;
}

function placeText(place: ThresholdPlace | null): string {
  if (place === null) return '';
  return place.file === null ? 'command line' : `${place.file}:${place.line}`;
}

/** The words beside it say the same. */
function drawn({ observed, bound, allowed, beyond, error }: MarginBar, tone: string): Markup {
  const x = (share: number): string => (share * WIDTH).toFixed(1);
  const [left, right] = allowed === 'below' ? ['allowed', 'denied'] : ['denied', 'allowed'];
  const span =
    error === null ? null : escaped`<path class="error" d="M${x(error[0])} 6v8m0-4H${x(error[1])}m0-4v8"/>`;
  return escaped`<svg class="margin" viewBox="0 0 ${WIDTH} 20" width="${WIDTH}" height="20" aria-hidden="true" focusable="false"><rect class="${left}" x="0" y="3" width="${x(bound)}" height="14"/><rect class="${right}" x="${x(bound)}" y="3" width="${x(1 - bound)}" height="14"/><rect class="value ${tone}" x="0" y="6" width="${x(Math.max(observed, 0.006))}" height="8"/>${beyond ? escaped`<path class="beyond" d="M${WIDTH - 9} 7l4 3-4 3m4-6 4 3-4 3"/>` : null}${span}<path class="bound" d="M${x(bound)} 1v18"/></svg>`;
}
