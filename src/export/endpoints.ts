import { StompedeError } from '../shared/errors.js';
import { maskUrl } from '../shared/mask.js';
import type { ListenAddress } from './protocol.js';

const ADDRESS = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]\s]*):)?(?<port>\d{1,5})$/;

/** `:9464`, `9464`, `127.0.0.1:9464`, `[::1]:9464`, where to listen for scrapes. Throws a StompedeError (`usage`) for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const { host = '', port: digits = '' } = ADDRESS.exec(text)?.groups ?? {};
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    const hint =
      'Write :9464, or 127.0.0.1:9464 to be reached from this machine only; port 0 is any free one.';
    throw new StompedeError('usage', `--prometheus ${text} is no address to listen on`, { hint });
  }
  return { host: host === '' ? null : host.replace(/^\[|\]$/g, ''), port };
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'that port is in use',
  EACCES: 'this user may not listen on that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
};

/** The error for an address on which the system does not let us listen, with its code. */
export function refusal({ host, port }: ListenAddress, code: string): StompedeError {
  const reason = REFUSALS[code];
  const why = reason === undefined ? code : `${reason} (${code})`;
  return new StompedeError('usage', `--prometheus ${host ?? ''}:${port}: ${why}`, {
    hint: 'Take another one; port 0 is any free one. No connection was opened.',
  });
}

/** For people: where to scrape. */
export function listeningText({ host }: ListenAddress, port: number): string {
  const shown = host === null ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const whom = host === null ? ', on every address of this machine' : '';
  return `Live metrics: http://${shown}:${port}/metrics, until the run has ended${whom}`;
}

const METRICS_PATH = '/v1/metrics';

/**
 * Where a collector takes metrics, from its base URL as in OTEL_EXPORTER_OTLP_ENDPOINT, or from the whole of it. Throws a
 * StompedeError (`usage`) for what is no http:// or https:// URL.
 */
export function parseOtlpUrl(text: string): string {
  const hint = 'Write the base URL of the collector, as http://localhost:4318.';
  if (!URL.canParse(text)) {
    throw new StompedeError('usage', `--otlp ${maskUrl(text)} is no URL`, { hint });
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new StompedeError('usage', `--otlp ${maskUrl(text)} is no http:// or https:// URL`, { hint });
  }
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(METRICS_PATH) ? base : base + METRICS_PATH;
  return url.href;
}

const DEFAULT_PUSH_EVERY_MS = 5000;

/** How often to push, from OTEL_METRIC_EXPORT_INTERVAL (milliseconds) where that is from half a second to a minute. */
export function pushEveryMs(variables: Readonly<Record<string, string | undefined>>): number {
  const ms = Number(variables['OTEL_METRIC_EXPORT_INTERVAL']);
  return ms >= 500 && ms <= 60_000 ? ms : DEFAULT_PUSH_EVERY_MS;
}
