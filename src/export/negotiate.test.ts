import { describe, expect, it } from 'vitest';
import { formatFor } from './negotiate.js';

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

describe('formatFor', () => {
  it.each([
    ['nothing', '', 'text'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    ['curl', '*/*', 'text'],
    [
      'Prometheus with native histograms',
      `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      'protobuf',
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    ['only an OpenMetrics that is not ours', 'application/openmetrics-text;version=0.0.1', 'text'],
    ['protobuf of another form', PROTOBUF.replace('delimited', 'text'), 'text'],
    ['spaces and capitals', `TEXT/plain; q=0.1 , ${PROTOBUF.replaceAll(';', ' ; ')}; Q=0.2`, 'protobuf'],
    ['a format that is not wanted', `${PROTOBUF};q=0, text/plain;q=0.1`, 'text'],
    ['no number for a quality', `${PROTOBUF};q=high`, 'text'],
  ])('of %s', (_, accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});
