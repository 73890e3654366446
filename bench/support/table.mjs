// Rows of the table: two figures, their ratio, and what it is to be at most.
import { summary } from './statistics.mjs';

/**
 * @param id by which a row is found in bench/ratios.json
 * @param own samples of what is judged
 * @param other samples of what it is judged by; or null, and the figure is judged by itself
 * @param bound of the ratio, or, without another, of the median; null: none is asked
 */
export function newRow({ id, what, unit, own, other = null, against = '', bound = null, digits = 1 }) {
  const ownSummary = summary(own);
  const otherSummary = other === null ? null : summary(other);
  return {
    id,
    what,
    unit,
    digits,
    own: ownSummary,
    against,
    other: otherSummary,
    ratio: otherSummary === null ? null : ownSummary.median / otherSummary.median,
    bound,
    at: new Date().toISOString().slice(0, 10),
  };
}

/** What is compared from run to run. */
export const judged = (row) => row.ratio ?? row.own.median;

export const isWithin = (row) => row.bound === null || judged(row) <= row.bound;

function figure({ median, min, max }, digits) {
  const spread = min === max ? '' : ` (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
  return `${median.toFixed(digits)}${spread}`;
}

function cells(row) {
  const times = row.ratio === null ? '' : ' ×';
  const bound = row.bound === null ? '' : `${row.bound}${times}${row.ratio === null ? ` ${row.unit}` : ''}`;
  return {
    own: `${figure(row.own, row.digits)} ${row.unit}`,
    other: row.other === null ? '' : `${row.against} ${figure(row.other, row.digits)} ${row.unit}`,
    ratio: row.ratio === null ? '' : `${row.ratio.toFixed(2)} ×`,
    bound: isWithin(row) ? bound : `${bound}: **above**`,
  };
}

export function lineOf(row) {
  const { own, other, ratio, bound } = cells(row);
  return `  ${row.what}\n    ${[own, other, ratio === '' ? '' : `= ${ratio}`, bound === '' ? '' : `at most ${bound}`].filter((text) => text !== '').join('   ')}`;
}

export function markdownOf(rows) {
  const lines = rows.map((row) => {
    const { own, other, ratio, bound } = cells(row);
    return `| ${row.what} | ${own} | ${other} | ${ratio === '' ? '' : `**${ratio}**`} | ${bound} | ${row.at} |`;
  });
  return [
    '| what | stompede | against | ratio | at most | date |',
    '|---|--:|--:|--:|--:|---|',
    ...lines,
  ].join('\n');
}
