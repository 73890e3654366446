// Which lines of a chart are shown. Inlined in the page.
import type { Chart, ChartSeries } from './data.js';
import { percentileInfo, type Percentile } from './percentiles.js';

/** What the reader chose. */
export interface Selection {
  readonly percentile: Percentile;
  /** The label of the one thing to be shown; null: all. */
  readonly only: string | null;
}

export interface ShownSeries extends ChartSeries {
  /** The one among others that the reader picked. */
  readonly bold: boolean;
}

/** As the chart is called where it stands among others: with what it shows of it. */
export function shownTitle({ title, series }: Chart, { percentile, only }: Selection): string {
  if (series.every((one) => one.percentile === undefined)) return title;
  return `${title}, ${only ?? percentileInfo(percentile)?.label ?? ''}`;
}

/**
 * Of a chart with percentiles, each line at the picked one, or of one line all of them; of any other, all but what is
 * too rare, or the one that is asked for.
 */
export function shownSeries(
  { series }: Pick<Chart, 'series'>,
  { percentile, only }: Selection,
): ShownSeries[] {
  if (series.every((one) => one.percentile === undefined)) {
    const shown = (one: ChartSeries): boolean =>
      only === null ? one.band !== 'rare' : one.label === only && one.band !== 'rest';
    return series.filter(shown).map((one) => ({ ...one, bold: false }));
  }
  if (only === null) {
    return series.filter((one) => one.percentile === percentile).map((one) => ({ ...one, bold: false }));
  }
  return series
    .filter((one) => one.label === only)
    .map((one) => {
      const info = percentileInfo(one.percentile ?? percentile);
      return {
        ...one,
        label: info?.label ?? one.label,
        color: info?.color ?? one.color,
        dashed: false,
        bold: one.percentile === percentile,
      };
    });
}
