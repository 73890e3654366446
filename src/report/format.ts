// Shared by every renderer and by the report page's own script, which has this file inlined: it imports nothing.

/** Between a figure and its unit: no line ends there. Written as an escape, for it cannot be seen. */
const NBSP = '\u00a0';

/** A count with thousands separated: 12,345. */
export function formatCount(count: number): string {
  const [whole = '', fraction] = String(count).split('.');
  if (/[^-\d]/.test(whole)) return String(count);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Microseconds as a person reads them, in three significant digits: 320 µs, 1.20 ms, 45.3 s. */
export function formatUs(us: number): string {
  if (us > 0 && us < 0.5) return `<1${NBSP}µs`;
  if (Math.round(us) < 1000) return `${Math.round(us)}${NBSP}µs`;
  const ms = threeDigits(us / 1000);
  if (Number(ms) < 1000) return `${ms}${NBSP}ms`;
  const seconds = us / 1_000_000;
  return `${seconds < 999.5 ? threeDigits(seconds) : formatCount(Math.round(seconds))}${NBSP}s`;
}

/** The same for the tick of an axis, without zeros that say nothing: 1 ms, 2.5 ms. */
export function formatUsTick(us: number): string {
  return formatUs(us).replace(/\.0+(?=\s)|(\.\d*?)0+(?=\s)/, '$1');
}

/** A duration in milliseconds: 250 ms, 24.1 s, 2 min 5 s, 1 h 4 min. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  if (ms < 59_950) return `${String(Number((ms / 1000).toFixed(1)))}${NBSP}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return withRest(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** Bytes in binary units: 812 B, 1.5 KiB, 174 MiB. */
export function formatBytes(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let name = 'B';
  for (const unit of units) {
    if (value < 999.5) break;
    value /= 1024;
    name = unit;
  }
  return `${name === 'B' || value >= 99.95 ? formatCount(Math.round(value)) : value.toFixed(1)}${NBSP}${name}`;
}

/** A percentile from 0 to 100: p50, p99.9. */
export function formatPercentile(percentile: number): string {
  return percentile >= 100 ? 'max' : `p${String(Number(percentile.toFixed(5)))}`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  const first = `${whole}${NBSP}${unit}`;
  return rest === 0 ? first : `${first}${NBSP}${rest}${NBSP}${restUnit}`;
}
