// Loaded before the command line and its workers (node --import): what records is replaced by what only counts, so that
// histograms, events, the ledger of deliveries and with them the series stay empty. The stamp is still read.
import { IntervalHistogram } from '../../dist/src/metrics/interval-histogram.js';
import { Recorder } from '../../dist/src/metrics/recorder.js';
import { SubscriptionLedger } from '../../dist/src/session/subscription-ledger.js';

const nothing = () => undefined;

IntervalHistogram.prototype.record = nothing;
Recorder.prototype.latency = nothing;
Recorder.prototype.event = nothing;
for (const name of ['asked', 'proven', 'unsubscribed', 'gone', 'left']) {
  SubscriptionLedger.prototype[name] = nothing;
}

// A worker has one recorder, and numbers its destinations before anything comes.
let recorder = null;
const { destination } = Recorder.prototype;
Recorder.prototype.destination = function (...args) {
  recorder = this;
  return destination.apply(this, args);
};
SubscriptionLedger.prototype.account = () => recorder.counts.received++;
