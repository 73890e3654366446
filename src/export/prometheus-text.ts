import { type Labels, METRICS, type Metric, type NumberMetric } from './catalogue.js';
import { CLASSIC_BOUNDS_US } from './latency-histogram.js';
import type { LiveRun } from './live-run.js';
import { familyName, unitName } from './prometheus-name.js';

/**
 * The text of a scrape: Prometheus' own format 0.0.4, or OpenMetrics 1.0.0, which is a little stricter. Histograms have their
 * classic buckets. Nothing but what ends a text, where there is no run yet.
 */
export function renderText(run: LiveRun | null, isOpenMetrics: boolean): string {
  const lines = run === null ? [] : METRICS.flatMap((metric) => linesOf(metric, run, isOpenMetrics));
  if (isOpenMetrics) lines.push('# EOF');
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(metric: Metric, run: LiveRun, isOpenMetrics: boolean): string[] {
  const samples = metric.kind === 'histogram' ? histogramLines(metric, run) : numberLines(metric, run);
  if (samples.length === 0) return [];
  const family = familyName(metric);
  // OpenMetrics has counters' families without the _total of their samples.
  const name = metric.kind === 'counter' && !isOpenMetrics ? `${family}_total` : family;
  const unit = unitName(metric);
  const head = [`# HELP ${name} ${escapeHelp(metric.help, isOpenMetrics)}`, `# TYPE ${name} ${metric.kind}`];
  if (isOpenMetrics && unit !== undefined) head.push(`# UNIT ${name} ${unit}`);
  return [...head, ...samples];
}

function numberLines(metric: NumberMetric, run: LiveRun): string[] {
  const name = familyName(metric) + (metric.kind === 'counter' ? '_total' : '');
  return metric.read(run).map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
}

function histogramLines(metric: Extract<Metric, { kind: 'histogram' }>, run: LiveRun): string[] {
  const name = familyName(metric);
  return metric.latencies.flatMap(({ latency, labels }) => {
    const histogram = run.latency(latency);
    if (histogram === undefined) return [];
    const below = histogram.classic();
    return [
      ...below.map(
        (count, i) => `${name}_bucket${labelText({ ...labels, le: BOUND_TEXTS[i] ?? '' })} ${count}`,
      ),
      `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${histogram.count}`,
      `${name}_sum${labelText(labels)} ${histogram.sumSec}`,
      `${name}_count${labelText(labels)} ${histogram.count}`,
    ];
  });
}

const BOUND_TEXTS = CLASSIC_BOUNDS_US.map((us) => String(us / 1e6));

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(help: string, isOpenMetrics: boolean): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return isOpenMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}
