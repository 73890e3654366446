import { PHASES } from '../../model/phases.js';
import type { RunResult } from '../../model/result.js';
import { isDrawable } from '../chart-data.js';
import { escaped, scriptJson, Markup } from '../escape.js';
import { formatCount, formatMs, formatUs } from '../format.js';
import { instrumentErrorUs } from '../instrument.js';
import type { Chart, PageData } from '../page/data.js';
import { rowsOfPoints } from '../thin-chart.js';
import { readsDeliveriesFromDue } from '../which-latency.js';

interface Caption {
  readonly title: string;
  /** What the chart shows, for those who do not see it as well. */
  readonly says: string;
  /** What to say where there is nothing to draw. */
  readonly nothing: string;
  readonly wide: boolean;
}

/** What happens from second to second: connections, deliveries, and what was started for them. */
export function overTime(result: RunResult, data: PageData): Markup {
  const drawable = data.charts.some(isDrawable);
  const body = drawable
    ? escaped`${marked(data)}${thinned(result)}
<p class="muted hint">Point at a chart, or tab to it and use the arrow keys: the figures of every chart at that moment are shown together.</p>
<noscript><p class="muted">The charts need JavaScript; every figure of the run is in the tables and in result.json.</p></noscript>
<div class="charts">${['connections', 'deliveries', 'throughput'].map((id) => chartFigure(id, result, data))}</div>`
    : escaped`<p class="muted">There is nothing to draw.</p>`;
  return escaped`<section aria-labelledby="charts"><h2 id="charts">Over time</h2>${body}</section>`;
}

/** What the page's script draws, and the place where it tells all figures of one moment. */
export function chartScript(data: PageData): Markup | null {
  const charts = data.charts.filter(isDrawable);
  if (charts.length === 0) return null;
  return escaped`<div class="moment" id="moment" aria-hidden="true" hidden></div>
<script type="application/json" id="chart-data">${new Markup(scriptJson({ ...data, charts }))}</script>`;
}

function marked({ marks, spans }: PageData): Markup | null {
  const says = [
    ...(marks.length === 0 ? [] : ['A dashed line stands where the finding of that number began.']),
    ...(spans.length === 0
      ? []
      : ['A bar at the top, with a letter, is the worst window of the threshold of that letter.']),
  ];
  return says.length === 0 ? null : escaped`<p class="muted">${says.join(' ')}</p>`;
}

/** What a line leaves out of a long run. */
function thinned({ series }: RunResult): Markup | null {
  const sec = rowsOfPoints(series.length) * (series[0]?.widthSec ?? 1);
  return rowsOfPoints(series.length) === 1
    ? null
    : escaped`<p class="muted">The run is long: of each ${formatCount(sec)} seconds a line has the lowest and the highest figure, each where it was, and a bar has all that failed. result.json has every row.</p>`;
}

/** The figure of one chart, which the page's script fills; where there is nothing to draw, what that means. */
export function chartFigure(id: string, result: RunResult, data: PageData): Markup {
  const chart = data.charts.find((candidate) => candidate.id === id);
  const { title, says, nothing, wide } = captionOf(id, result);
  const classes = wide ? 'chart wide' : 'chart';
  if (chart === undefined || !isDrawable(chart)) {
    return escaped`
<figure class="${classes}"><figcaption><h3>${title}</h3></figcaption><p class="nothing">${nothing}</p></figure>`;
  }
  return escaped`
<figure class="${classes}" data-chart="${id}"><figcaption><h3>${title}</h3>${selector(chart, title)}<p class="says" id="says-${id}">${says}</p></figcaption>
<div class="legend" role="group" aria-label="Lines of the chart: ${title}"></div>
<div class="plot" role="img" aria-label="Chart: ${title}" aria-describedby="says-${id}"></div>
<details class="figures"><summary>The figures of this chart</summary><div class="scroll" tabindex="0" role="group" aria-label="Figures: ${title}"></div></details>
</figure>`;
}

/** Which line is to be shown alone, where each has several percentiles. */
function selector(chart: Chart, title: string): Markup | null {
  const names = [
    ...new Set(chart.series.filter((one) => one.percentile !== undefined).map(({ label }) => label)),
  ];
  if (names.length < 2) return null;
  const options = names.map((name) => escaped`<option value="${name}">${name}, every percentile</option>`);
  return escaped`<select class="lines" aria-label="What to show: ${title}" autocomplete="off"><option value="">every phase</option>${options}</select>`;
}

function captionOf(id: string, result: RunResult): Caption {
  const { connections, deliveries, run } = result;
  const { holdStart, holdEnd } = run.marksMs;
  const held =
    holdStart === undefined || holdEnd === undefined || holdEnd === holdStart
      ? ''
      : ` They were held from ${formatMs(holdStart)} to ${formatMs(holdEnd)}.`;
  switch (id) {
    case 'connections':
      return {
        title: 'Connections',
        says: `${formatCount(connections.planned)} planned, ${formatCount(connections.peakOpen)} open at the peak, ${formatCount(connections.failed)} failed.${held}`,
        nothing: 'No connection was attempted.',
        wide: true,
      };
    case 'latency':
      return {
        title: 'Latency, second by second',
        says: `Of each second alone; logarithmic.${slowest(result)}${mind(result)}`,
        nothing: 'Nothing was timed.',
        wide: true,
      };
    case 'curve':
      return {
        title: 'Latency by percentile',
        says: `Of the whole run. Each step to the right leaves a tenth as many slower samples; the last point is the maximum.${mind(result)}`,
        nothing: 'Nothing was timed.',
        wide: true,
      };
    case 'failures':
      return {
        title: 'Failures by kind',
        says: `${formatCount(connections.failed)} connections failed, stacked by the second in which they did.`,
        nothing: 'Nothing failed.',
        wide: true,
      };
    case 'deliveries':
      return {
        title: 'Deliveries a second',
        says: `${formatCount(deliveries.received)} received of ${formatCount(deliveries.expected)} expected.`,
        nothing: 'No delivery was expected.',
        wide: false,
      };
    default:
      return {
        title: 'Started and published a second',
        says: `${formatCount(connections.attempted)} connections started, ${formatCount(deliveries.published)} messages published.`,
        nothing: 'Nothing was started or published.',
        wide: false,
      };
  }
}

function mind(result: RunResult): string {
  const us = instrumentErrorUs(result);
  const due = readsDeliveriesFromDue(result)
    ? ' Deliveries are drawn from the SEND: read them from due, below.'
    : '';
  return us === null ? due : `${due} Instrument's error ± ${formatUs(us)}.`;
}

/** The phase with the highest p99 of the run, in words. */
function slowest({ phases }: RunResult): string {
  const timed = PHASES.flatMap((phase) => {
    const us = phases[phase]?.us ?? null;
    return us === null ? [] : [{ phase, p99: us.p99 }];
  });
  const [first] = timed.sort((a, b) => b.p99 - a.p99);
  return first === undefined
    ? ''
    : ` The slowest phase of the run is ${first.phase}: p99 ${formatUs(first.p99)}.`;
}
