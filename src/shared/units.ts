/**
 * Durations, rates and sizes as people write them, and figures as people read them. Parsers take the whole text
 * or return undefined; whoever asked knows what to suggest. `…Text` writes exactly what the parser would read
 * back; `format…` rounds for the eye.
 */

const MS_OF_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SECONDS_OF_UNIT = { s: 1, sec: 1, m: 60, min: 60, h: 3600 } as const;
const BYTES_OF_UNIT = { b: 1, kb: 1024, kib: 1024, mb: 1024 * 1024, mib: 1024 * 1024 } as const;

const NUMBER = String.raw`\d{1,15}(?:\.\d{1,9})?`;
const DURATION_PART = new RegExp(`(${NUMBER})(ms|s|m|h|d)`, 'y');
const RATE = new RegExp(`^(${NUMBER})\\s?/\\s?(sec|s|min|m|h)$`);
const SIZE = new RegExp(`^(${NUMBER})\\s?(b|kb|kib|mb|mib)$`, 'i');

/** `500ms`, `30s`, `1.5m`, `1m30s`, `0` → milliseconds; whole ones only, since no timer is finer. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  let totalMs = 0;
  let previousUnitMs = Infinity;
  DURATION_PART.lastIndex = 0;
  if (text === '' || text.length > 64) return undefined;
  while (DURATION_PART.lastIndex < text.length) {
    const match = DURATION_PART.exec(text);
    if (match === null) return undefined;
    const unitMs = MS_OF_UNIT[match[2] as keyof typeof MS_OF_UNIT];
    // `30s1m` is more likely a slip than a wish.
    if (unitMs >= previousUnitMs) return undefined;
    previousUnitMs = unitMs;
    totalMs += Number(match[1]) * unitMs;
  }
  return whole(totalMs);
}

/** `500/s`, `30/min`, `0.5/s`, `3600/h` → events per second. */
export function parseRatePerSec(text: string): number | undefined {
  const match = RATE.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) / SECONDS_OF_UNIT[match[2] as keyof typeof SECONDS_OF_UNIT];
}

/** `200B`, `4KB` (1,024 bytes each), `1.5MB` → bytes; whole ones only. */
export function parseSizeBytes(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  return whole(
    Number(match[1]) * BYTES_OF_UNIT[(match[2] ?? '').toLowerCase() as keyof typeof BYTES_OF_UNIT],
  );
}

/** Decimal fractions of a unit are rarely exact in binary: 1.001s is 1000.9999999999999 ms. */
function whole(value: number): number | undefined {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-4 && Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** 90000 → `1m30s`; exact for whole milliseconds. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, unitMs] of [
    ['d', MS_OF_UNIT.d],
    ['h', MS_OF_UNIT.h],
    ['m', MS_OF_UNIT.m],
    ['s', MS_OF_UNIT.s],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}

/** 0.5 → `30/min`, 500 → `500/s`: the largest unit of time that is needed for a figure of at least one. */
export function rateText(perSec: number): string {
  if (perSec >= 1 || perSec === 0) return `${trimmed(perSec, 3)}/s`;
  if (perSec * 60 >= 1) return `${trimmed(perSec * 60, 3)}/min`;
  return `${trimmed(perSec * 3600, 6)}/h`;
}

/** 4096 → `4KB`; exact for whole bytes. */
export function sizeText(bytes: number): string {
  if (bytes >= BYTES_OF_UNIT.mb && bytes % BYTES_OF_UNIT.mb === 0) return `${bytes / BYTES_OF_UNIT.mb}MB`;
  if (bytes >= BYTES_OF_UNIT.kb && bytes % BYTES_OF_UNIT.kb === 0) return `${bytes / BYTES_OF_UNIT.kb}KB`;
  return `${bytes}B`;
}

/** Microseconds to three significant digits: `850 µs`, `1.23 ms`, `45.6 s`, and from two minutes on `2m5s`. */
export function formatUs(us: number): string {
  if (us < 999.5) return `${significant(us)} µs`;
  if (us < 999_500) return `${significant(us / 1000)} ms`;
  if (us < 119_500_000) return `${significant(us / 1_000_000)} s`;
  return formatDurationMs(us / 1000);
}

/** Milliseconds for the eye: `850ms`, `12.3s`, `1m30s`, `2h5m`, `3d4h`. */
export function formatDurationMs(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${trimmed(ms / 1000, 1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return durationText(seconds * 1000);
  const minutes = Math.round(ms / 60_000);
  if (minutes < 24 * 60) return durationText(minutes * 60_000);
  return durationText(Math.round(ms / MS_OF_UNIT.h) * MS_OF_UNIT.h);
}

/** `1,234,567`; fractions to three digits at most. */
export function formatCount(n: number): string {
  const [integer = '', fraction] = trimmed(n, 3).split('.');
  const grouped = integer.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Bytes to three significant digits, in units of 1,024: `512 B`, `4.5 KB`, `1.21 GB`. */
export function formatBytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${significant(value)} ${units[unit] ?? ''}`;
}

function significant(value: number): string {
  return trimmed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
