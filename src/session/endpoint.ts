import { isIP } from 'node:net';

/** One target URL, taken apart once for a whole worker. */
export interface Endpoint {
  readonly url: string;
  readonly secure: boolean;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** RFC 9110 §7.2: the port only where it is not the scheme's own. */
  readonly hostHeader: string;
  /** False: the host is an address itself. */
  readonly named: boolean;
  /** What to connect to where that is known beforehand, so that the cycle has no `dns` phase; null: what the name resolves to. */
  readonly addresses: readonly [string] | null;
  /** The URL's user and password as Basic credentials, or null. */
  readonly authorization: string | null;
}

/**
 * Takes a ws: or wss: URL that scenario/ has checked.
 *
 * @param address what its name has been resolved to
 */
export function parseEndpoint(url: string, address: string | null = null): Endpoint {
  const parsed = new URL(url);
  const secure = parsed.protocol === 'wss:';
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const { username, password } = parsed;
  const named = isIP(host) === 0;
  const credentials = `${decodeUserinfo(username)}:${decodeUserinfo(password)}`;
  return {
    url,
    secure,
    host,
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    path: `${parsed.pathname}${parsed.search}`,
    hostHeader: parsed.host,
    named,
    addresses: address !== null ? [address] : named ? null : [host],
    authorization:
      username === '' && password === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** A percent sign that encodes nothing stands for itself, as in a browser. */
function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
