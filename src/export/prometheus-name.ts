import type { Metric } from './catalogue.js';

const SUFFIX_OF_UNIT: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes', '1': '_ratio' };

/**
 * The name in Prometheus of a metric's family, without what is added for a counter's samples (`_total`). By the rules of
 * OpenTelemetry's "Prometheus and OpenMetrics Compatibility", so that what is scraped and what comes by way of OTLP has one
 * name.
 */
export function familyName({ name, unit }: Pick<Metric, 'name' | 'unit'>): string {
  return name.replaceAll('.', '_') + (SUFFIX_OF_UNIT[unit] ?? '');
}

/** `seconds`, `bytes`, `ratio`; undefined: none, it counts things. */
export function unitName({ unit }: Pick<Metric, 'unit'>): string | undefined {
  return SUFFIX_OF_UNIT[unit]?.slice(1);
}
