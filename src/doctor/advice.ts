import { type FailureKind, kindInfo } from '../model/failures.js';
import type { Stage } from '../model/phases.js';

/** Where and how one connection came to its end, as a run would count it. */
export interface StepFailure {
  readonly stage: Stage;
  readonly kind: FailureKind;
  /** HTTP status or close code. */
  readonly code: number | null;
  /** What the target or the system said: bounded, secrets masked, otherwise raw. */
  readonly sample: string;
}

const LOGIN = 'stomp: { login: <login>, passcode: "${PASSCODE}", host: <virtual host> }';
const PATH =
  'target: the path of the STOMP endpoint (RabbitMQ: /ws, Spring: its endpoint, behind SockJS …/websocket, ActiveMQ: /)';
const OTHER_PORT =
  'target: the port of STOMP over WebSocket (RabbitMQ: 15674 with rabbitmq_web_stomp), not of STOMP over TCP or AMQP';

/** What to do about it: the line of the scenario where there is one. */
export function adviceFor({ stage, kind, code, sample }: StepFailure, secure: boolean): string {
  switch (kind) {
    case 'tls-certificate':
      return certificateAdvice(sample);
    case 'tls-handshake':
      return `target: ws:// if this port speaks no TLS; else see what it takes: openssl s_client -connect <host>:<port>`;
    case 'upgrade-status':
      return statusAdvice(code);
    case 'upgrade-rejected':
      return /subprotocol|Sec-WebSocket-Protocol/.test(sample)
        ? 'connect.subprotocols: []'
        : kindInfo(kind).advice;
    case 'stomp-error':
    case 'connect-timeout':
      return stage === 'connect' ? LOGIN : kindInfo(kind).advice;
    case 'closed':
    case 'tcp-reset':
      if (stage === 'connect') return LOGIN;
      return stage === 'upgrade' && !secure
        ? 'target: wss:// if this port speaks TLS'
        : kindInfo(kind).advice;
    case 'protocol-error':
      return stage === 'upgrade' ? OTHER_PORT : kindInfo(kind).advice;
    default:
      return kindInfo(kind).advice;
  }
}

function statusAdvice(status: number | null): string {
  if (status === 401 || status === 403) {
    return 'connect.headers: { Authorization: "Bearer ${TOKEN}", Origin: https://<allowed origin> }';
  }
  if (status === 429 || status === 503)
    return 'connect.rate: a lower one; the server, or what is before it, is at a limit';
  if (status !== null && status >= 300 && status < 400) return 'target: where it redirects to';
  return status !== null && status >= 500
    ? 'look at the log of the server, and of the proxy before it'
    : PATH;
}

export function certificateAdvice(problem: string): string {
  if (/ALTNAME|HOSTNAME/.test(problem)) return 'connect.tls.servername: <a name of the certificate>';
  if (/EXPIRED|NOT_YET_VALID/.test(problem)) {
    return 'renew the certificate, or for a test server connect.tls.insecure: true';
  }
  return 'connect.tls.ca: <PEM file of the authority>, or for a test server connect.tls.insecure: true';
}
