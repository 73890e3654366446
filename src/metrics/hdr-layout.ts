/**
 * The bucket layout of an HDR histogram for integers from 1 to one hour of microseconds at 3 significant decimal
 * digits, as HdrHistogram lays it out (hdrhistogram.org; `countsArrayIndex` in its sources): 2048 linear
 * sub-buckets, then half as many for each further power of two. Equal indexes here and in hdr-histogram-js are a
 * tested property: it lets workers count in a bare array and the coordinator add the counts to real histograms.
 */
export const SIGNIFICANT_DIGITS = 3;
export const MAX_US = 3_600_000_000;

const SUB_BUCKET_HALF_BITS = 10;
const SUB_BUCKET_HALF = 1 << SUB_BUCKET_HALF_BITS;
const SUB_BUCKETS = SUB_BUCKET_HALF * 2;

/** How many counts cover 0 to MAX_US. */
export const COUNTS_LENGTH = indexOfUs(MAX_US) + 1;

/** Where a value is counted; microseconds, an integer from 0 to MAX_US. */
export function indexOfUs(us: number): number {
  if (us < SUB_BUCKETS) return us;
  const bucket = 21 - Math.clz32(us);
  return ((bucket + 1) << SUB_BUCKET_HALF_BITS) + (us >>> bucket) - SUB_BUCKET_HALF;
}

/** The lowest value, in microseconds, that is counted at an index. */
export function lowestUsAt(index: number): number {
  if (index < SUB_BUCKETS) return index;
  const bucket = (index >> SUB_BUCKET_HALF_BITS) - 1;
  return ((index & (SUB_BUCKET_HALF - 1)) + SUB_BUCKET_HALF) * 2 ** bucket;
}
