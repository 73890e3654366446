/** How metrics may be written. `protobuf` alone has the native buckets. */
export type Format = 'protobuf' | 'openmetrics' | 'text';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  protobuf:
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
};

/** The format that an Accept header (RFC 9110 section 12.5.1) would have most; `text` where it names none that there is. */
export function formatFor(accept: string): Format {
  let best: Format = 'text';
  let bestQuality = 0;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const format = formatOf(type, parameters);
    const quality = qualityOf(parameters);
    // Of equals it is the first that was named.
    if (format === undefined || quality <= bestQuality) continue;
    best = format;
    bestQuality = quality;
  }
  return best;
}

function formatOf(type: string, parameters: readonly string[]): Format | undefined {
  if (type === 'application/vnd.google.protobuf') {
    const isOurs =
      parameters.includes('proto=io.prometheus.client.metricfamily') &&
      parameters.includes('encoding=delimited');
    return isOurs ? 'protobuf' : undefined;
  }
  if (type === 'application/openmetrics-text') {
    const version = parameters.find((parameter) => parameter.startsWith('version='));
    return version === undefined || version === 'version=1.0.0' ? 'openmetrics' : undefined;
  }
  return type === 'text/plain' || type === 'text/*' || type === '*/*' ? 'text' : undefined;
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = Number(given?.slice(2) ?? 1);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
