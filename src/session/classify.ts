import type { FailureKind } from '../model/failures.js';
import type { Stage } from '../model/phases.js';
import type { Fact } from './fact.js';

export interface Classified {
  readonly kind: FailureKind;
  readonly sample: string;
  /** HTTP status or close code. */
  readonly code: number | null;
}

/** The one place where a failure gets its kind. */
export function classify(stage: Stage, fact: Fact): Classified {
  switch (fact.type) {
    case 'system':
      return {
        kind: systemKind(stage, fact.code),
        sample: `${fact.code}: ${plainMessage(fact.message)}`,
        code: null,
      };
    case 'status':
      return {
        kind: 'upgrade-status',
        sample: `HTTP ${fact.status} ${fact.reason}`.trim(),
        code: fact.status,
      };
    case 'refusal':
      return { kind: 'upgrade-rejected', sample: fact.message, code: null };
    case 'fault':
      return { kind: 'protocol-error', sample: `${fact.code}: ${fact.message}`, code: null };
    case 'error-frame':
      return { kind: 'stomp-error', sample: fact.message, code: null };
    case 'closed':
      return {
        kind: stage === 'hold' ? 'closed-while-holding' : 'closed',
        sample: describeClose(fact.code, fact.reason),
        code: fact.code,
      };
    case 'timeout':
      return { kind: TIMEOUT_KIND[stage], sample: `nothing within ${fact.afterMs} ms`, code: null };
    case 'silence':
      return { kind: 'heartbeat-missed', sample: `no byte for ${fact.forMs} ms`, code: null };
  }
}

const TIMEOUT_KIND: Record<Stage, FailureKind> = {
  dns: 'dns',
  tcp: 'tcp-timeout',
  tls: 'tls-timeout',
  upgrade: 'upgrade-timeout',
  connect: 'connect-timeout',
  subscribe: 'subscribe-timeout',
  message: 'message-timeout',
  unsubscribe: 'unsubscribe-timeout',
  disconnect: 'disconnect-timeout',
  close: 'close-timeout',
  hold: 'heartbeat-missed',
  publish: 'publish-timeout',
};

const SYSTEM_KIND: Readonly<Record<string, FailureKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ENODATA: 'dns',
  ECONNREFUSED: 'tcp-refused',
  ECONNRESET: 'tcp-reset',
  EPIPE: 'tcp-reset',
  ECONNABORTED: 'tcp-reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'local-ports',
  EADDRINUSE: 'local-ports',
  EMFILE: 'local-files',
  ENFILE: 'local-files',
  ENOBUFS: 'local-memory',
  ENOMEM: 'local-memory',
};

/** Node reports the verification errors of OpenSSL (X509_V_ERR_*) by their names, without the prefix. */
const CERTIFICATE_CODE =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_CA|PATH_LENGTH_|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

function systemKind(stage: Stage, code: string): FailureKind {
  const kind = SYSTEM_KIND[code];
  if (kind !== undefined) return kind;
  if (CERTIFICATE_CODE.test(code)) return 'tls-certificate';
  if (stage === 'dns') return 'dns';
  // TLS 1.3 lets a server refuse a client after the client took the handshake for done.
  if (stage === 'tls' || code.startsWith('ERR_SSL_')) return 'tls-handshake';
  // Of an established connection it says that the other side stopped acknowledging, which is no matter of handshakes.
  if (stage === 'tcp' && code === 'ETIMEDOUT') return 'tcp-timeout';
  return 'socket-error';
}

/** OpenSSL begins its messages with a number of the thread, another one in each run, and ends them with a line. */
function plainMessage(message: string): string {
  return message.replace(/\b[0-9A-F]{8,16}:(?=error:)/, '').trim();
}

function describeClose(code: number, reason: string): string {
  if (code === 1006) return 'TCP ended without a Close frame (1006)';
  return reason === '' ? `close ${code}` : `close ${code} ${reason}`;
}
