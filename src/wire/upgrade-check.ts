import type { UpgradeResponse } from './upgrade-response.js';
import { acceptFor } from './upgrade-request.js';

/**
 * Which condition of RFC 6455 section 4.1 (the numbered list after "Once the client's opening handshake…")
 * failed.
 */
export type UpgradeRefusal =
  'status' | 'upgrade-header' | 'connection-header' | 'accept' | 'subprotocol' | 'extension';

export type UpgradeVerdict =
  | { readonly ok: true; readonly subprotocol: string | null }
  | { readonly ok: false; readonly refusal: UpgradeRefusal; readonly message: string };

/**
 * Whether an answer opens the WebSocket. A server that takes none of the offered subprotocols is let through
 * with `null`, as RFC 6455 allows; what to make of it is not for the wire to say. No extension is ever
 * offered. Messages quote the target, bounded: escape them where they are shown.
 */
export function checkUpgrade(
  response: UpgradeResponse,
  key: string,
  offered: readonly string[],
): UpgradeVerdict {
  const { status, reason, headers } = response;
  if (status !== 101) return refuse('status', `HTTP ${status} ${bounded(reason)}`.trimEnd());
  const upgrade = headers.get('upgrade');
  if (upgrade?.toLowerCase() !== 'websocket') {
    return refuse('upgrade-header', `Upgrade is ${shown(upgrade)}, not "websocket"`);
  }
  const connection = headers.get('connection');
  if (!hasToken(connection, 'upgrade')) {
    return refuse('connection-header', `Connection is ${shown(connection)}, without "Upgrade"`);
  }
  const accept = headers.get('sec-websocket-accept');
  if (accept !== acceptFor(key)) {
    return refuse('accept', `Sec-WebSocket-Accept is ${shown(accept)}, which does not answer the key`);
  }
  const extensions = headers.get('sec-websocket-extensions');
  if (extensions !== undefined && extensions !== '') {
    return refuse('extension', `Sec-WebSocket-Extensions is ${shown(extensions)}, but none was offered`);
  }
  const subprotocol = headers.get('sec-websocket-protocol') ?? null;
  if (subprotocol !== null && !offered.includes(subprotocol)) {
    return refuse('subprotocol', `Sec-WebSocket-Protocol is ${shown(subprotocol)}, which was not offered`);
  }
  return { ok: true, subprotocol };
}

function refuse(refusal: UpgradeRefusal, message: string): UpgradeVerdict {
  return { ok: false, refusal, message };
}

function hasToken(list: string | undefined, token: string): boolean {
  return list?.split(',').some((item) => item.trim().toLowerCase() === token) ?? false;
}

const MAX_SHOWN_LENGTH = 80;

function bounded(text: string): string {
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}

function shown(value: string | undefined): string {
  return value === undefined ? 'missing' : `"${bounded(value)}"`;
}
