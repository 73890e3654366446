import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES, type FailureKind } from '../model/failures.js';
import { STAGES, type Stage } from '../model/phases.js';
import { classify } from './classify.js';
import type { Fact } from './fact.js';

const system = (code: string, message = 'x'): Fact => ({ type: 'system', code, message });
const timeout: Fact = { type: 'timeout', afterMs: 5004 };

const TABLE: readonly (readonly [Stage, Fact, FailureKind])[] = [
  ['dns', system('ENOTFOUND'), 'dns'],
  ['dns', system('EAI_AGAIN'), 'dns'],
  ['dns', system('EAI_FAIL'), 'dns'],
  ['dns', system('ENODATA'), 'dns'],
  ['dns', system('ESERVFAIL'), 'dns'],
  ['dns', timeout, 'dns'],
  ['dns', system('EMFILE'), 'local-files'],
  ['tcp', system('ECONNREFUSED'), 'tcp-refused'],
  ['tcp', system('ECONNRESET'), 'tcp-reset'],
  ['tcp', system('EHOSTUNREACH'), 'unreachable'],
  ['tcp', system('ENETUNREACH'), 'unreachable'],
  ['tcp', system('ETIMEDOUT'), 'tcp-timeout'],
  ['tcp', timeout, 'tcp-timeout'],
  ['tcp', system('EADDRNOTAVAIL'), 'local-ports'],
  ['tcp', system('EADDRINUSE'), 'local-ports'],
  ['tcp', system('EMFILE'), 'local-files'],
  ['tcp', system('ENFILE'), 'local-files'],
  ['tcp', system('ENOBUFS'), 'local-memory'],
  ['tcp', system('ENOMEM'), 'local-memory'],
  ['tcp', system('EACCES'), 'socket-error'],
  ['tls', system('SELF_SIGNED_CERT_IN_CHAIN'), 'tls-certificate'],
  ['tls', system('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls-certificate'],
  ['tls', system('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls-certificate'],
  ['tls', system('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'tls-certificate'],
  ['tls', system('CERT_HAS_EXPIRED'), 'tls-certificate'],
  ['tls', system('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls-certificate'],
  ['tls', system('EPROTO'), 'tls-handshake'],
  ['tls', system('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls-handshake'],
  ['upgrade', system('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls-handshake'],
  ['hold', system('ERR_SSL_BAD_RECORD_TYPE'), 'tls-handshake'],
  ['upgrade', system('CERT_HAS_EXPIRED'), 'tls-certificate'],
  ['tls', system('ECONNRESET'), 'tcp-reset'],
  ['tls', timeout, 'tls-timeout'],
  ['upgrade', { type: 'status', status: 404, reason: 'Not Found' }, 'upgrade-status'],
  ['upgrade', { type: 'refusal', message: 'x' }, 'upgrade-rejected'],
  ['upgrade', { type: 'fault', code: 'http-malformed', message: 'x' }, 'protocol-error'],
  ['upgrade', { type: 'closed', code: 1006, reason: '' }, 'closed'],
  ['upgrade', timeout, 'upgrade-timeout'],
  ['connect', { type: 'error-frame', message: 'Bad CONNECT' }, 'stomp-error'],
  ['connect', timeout, 'connect-timeout'],
  ['subscribe', { type: 'closed', code: 1000, reason: 'STOMP died' }, 'closed'],
  ['subscribe', timeout, 'subscribe-timeout'],
  ['message', timeout, 'message-timeout'],
  ['message', { type: 'silence', forMs: 25_000 }, 'heartbeat-missed'],
  ['hold', { type: 'closed', code: 1000, reason: 'STOMP died' }, 'closed-while-holding'],
  ['hold', { type: 'closed', code: 1006, reason: '' }, 'closed-while-holding'],
  ['hold', { type: 'silence', forMs: 25_000 }, 'heartbeat-missed'],
  ['hold', system('ECONNRESET'), 'tcp-reset'],
  ['hold', system('EPIPE'), 'tcp-reset'],
  ['hold', system('ETIMEDOUT'), 'socket-error'],
  ['hold', { type: 'fault', code: 'ws-masked', message: 'x' }, 'protocol-error'],
  ['publish', timeout, 'publish-timeout'],
  ['publish', { type: 'closed', code: 1008, reason: '' }, 'closed'],
  ['unsubscribe', timeout, 'unsubscribe-timeout'],
  ['disconnect', timeout, 'disconnect-timeout'],
  ['disconnect', { type: 'closed', code: 1002, reason: '' }, 'closed'],
  ['close', timeout, 'close-timeout'],
];

/** Said by the coordinator, of a whole worker. */
const NOT_OF_A_SOCKET: readonly FailureKind[] = ['worker-lost'];

describe('classify', () => {
  it.each(TABLE)('in %s: %j is %s', (stage, fact, kind) => {
    expect(classify(stage, fact).kind).toBe(kind);
  });

  it('has a row above for every kind that a socket can give', () => {
    const reached = new Set([...TABLE.map(([, , kind]) => kind), ...NOT_OF_A_SOCKET]);
    expect(FAILURE_KIND_NAMES.filter((kind) => !reached.has(kind))).toEqual([]);
  });

  it('goes by codes and never by the text of a message', () => {
    const misleading = 'ECONNREFUSED timeout certificate 404 dns';
    for (const stage of STAGES) {
      for (const code of ['ECONNRESET', 'EMFILE', 'EWHATEVER']) {
        expect(classify(stage, system(code, misleading)).kind).toBe(classify(stage, system(code, '')).kind);
      }
    }
  });

  it.each<[Stage, Fact, string, number | null]>([
    ['upgrade', { type: 'status', status: 503, reason: '' }, 'HTTP 503', 503],
    ['upgrade', { type: 'status', status: 404, reason: 'Not Found' }, 'HTTP 404 Not Found', 404],
    ['hold', { type: 'closed', code: 1006, reason: '' }, 'TCP ended without a Close frame (1006)', 1006],
    ['hold', { type: 'closed', code: 1000, reason: 'STOMP died' }, 'close 1000 STOMP died', 1000],
    ['hold', { type: 'closed', code: 1001, reason: '' }, 'close 1001', 1001],
    ['tcp', system('ECONNREFUSED', 'connect refused'), 'ECONNREFUSED: connect refused', null],
    [
      'tls',
      system('ERR_SSL_X', 'C08655CC8C7F0000:error:0A00010B:SSL routines:f:wrong version number:a.c:355:\n'),
      'ERR_SSL_X: error:0A00010B:SSL routines:f:wrong version number:a.c:355:',
      null,
    ],
    ['tls', system('EPROTO', 'write EPROTO 80A2F1:\n'), 'EPROTO: write EPROTO 80A2F1:', null],
    [
      'tls',
      system('EPROTO', 'write EPROTO C08655CC8C7F0000:error:0A000438:x\n'),
      'EPROTO: write EPROTO error:0A000438:x',
      null,
    ],
    ['connect', timeout, 'nothing within 5004 ms', null],
    ['hold', { type: 'silence', forMs: 25_010 }, 'no byte for 25010 ms', null],
    ['connect', { type: 'error-frame', message: 'Bad CONNECT' }, 'Bad CONNECT', null],
  ])('in %s: the sample of %j is "%s", its code %j', (stage, fact, sample, code) => {
    expect(classify(stage, fact)).toMatchObject({ sample, code });
  });
});
