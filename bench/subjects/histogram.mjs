// Recording one latency: our interval histogram, with its share of taking an interval, against hdr-histogram-js.
import { build } from 'hdr-histogram-js';
import { IntervalHistogram } from '../../dist/src/metrics/interval-histogram.js';
import { MAX_US } from '../../dist/src/metrics/hdr-layout.js';
import { rounds } from '../support/rounds.mjs';
import { newRow } from '../support/table.mjs';

const VALUES = 200_000;
// Log-normal, around 1 ms: what latencies look like.
const values = Float64Array.from({ length: VALUES }, (_, i) => {
  const normal = Math.sqrt(-2 * Math.log(1 - ((i * 7919) % VALUES) / VALUES)) * Math.cos(i);
  return Math.max(1, Math.floor(1000 * Math.exp(normal)));
});

const own = new IntervalHistogram();
const theirs = build({
  bitBucketSize: 32,
  lowestDiscernibleValue: 1,
  highestTrackableValue: MAX_US,
  numberOfSignificantValueDigits: 3,
  autoResize: false,
});

export async function histogram() {
  const samples = await rounds(15, {
    own: () => {
      for (let i = 0; i < VALUES; i++) {
        own.record(values[i]);
        if (i % 20_000 === 0) own.take();
      }
      return VALUES;
    },
    other: () => {
      for (let i = 0; i < VALUES; i++) theirs.recordValue(values[i]);
      theirs.reset();
      return VALUES;
    },
  });
  const what = 'recording one latency';
  return [newRow({ id: 'histogram', what, unit: 'ns', ...samples, against: '`hdr-histogram-js`' })];
}
