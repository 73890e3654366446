/** Whose side a failure is on. `generator` is this machine's own fault and never counts against the target. */
export type Side = 'target' | 'generator' | 'network';

interface KindInfo {
  readonly side: Side;
  /** What happened, as a short noun phrase. */
  readonly title: string;
  /** The first thing to do about it, one sentence. docs/failures.md has the rest under the kind's own heading. */
  readonly advice: string;
}

/**
 * The closed list of failure kinds. A kind is assigned once, at the socket (session/classify.ts); everything
 * else only counts. docs/failures.md has a section for each; a test keeps the two equal.
 */
export const FAILURE_KINDS = {
  dns: {
    side: 'network',
    title: 'the name did not resolve',
    advice: 'Check the host name, and the resolver of this machine.',
  },
  'tcp-refused': {
    side: 'target',
    title: 'TCP connection refused',
    advice:
      'Nothing listens on that port, or its accept queue is full: check that the server is up, then its backlog.',
  },
  'tcp-reset': {
    side: 'target',
    title: 'connection reset (RST)',
    advice:
      'The server or something in front of it dropped the connection without a close: look in its log at this moment.',
  },
  unreachable: {
    side: 'network',
    title: 'no route to the host',
    advice: 'Check routes, firewalls and security groups between this machine and the target.',
  },
  'tcp-timeout': {
    side: 'network',
    title: 'no answer to the TCP handshake',
    advice:
      'A firewall drops the packets, or the listen backlog overflows: lower the connect rate, raise somaxconn.',
  },
  'tls-certificate': {
    side: 'target',
    title: 'TLS certificate not trusted',
    advice: 'Give the authority with connect.tls.ca, or connect.tls.insecure: true for a test server.',
  },
  'tls-handshake': {
    side: 'target',
    title: 'TLS handshake failed',
    advice: 'Check that the port speaks TLS (wss) at all, then versions and ciphers.',
  },
  'tls-timeout': {
    side: 'target',
    title: 'TLS handshake not finished in time',
    advice: 'TLS handshakes cost the server CPU: lower the connect rate, or look at its load.',
  },
  'upgrade-status': {
    side: 'target',
    title: 'HTTP status other than 101',
    advice: 'The sample has the status: 404 is a wrong path, 401/403 credentials or Origin, 429/503 a limit.',
  },
  'upgrade-timeout': {
    side: 'target',
    title: 'TCP connected, the upgrade never answered',
    advice:
      'A server at its connection limit accepts and then hangs: look at max connections and open files there.',
  },
  'upgrade-rejected': {
    side: 'target',
    title: 'the upgrade answer was not valid',
    advice:
      'Wrong Sec-WebSocket-Accept or subprotocol: check connect.subprotocols, and any proxy in between.',
  },
  'stomp-error': {
    side: 'target',
    title: 'STOMP ERROR frame',
    advice:
      "The sample has the server's own words: on CONNECT mostly credentials or virtual host, later destination, permission or a full queue.",
  },
  'connect-timeout': {
    side: 'target',
    title: 'no CONNECTED in time',
    advice:
      'The WebSocket is open but the broker does not answer: look at its authentication backend and thread pools.',
  },
  'subscribe-timeout': {
    side: 'target',
    title: 'subscription not confirmed in time',
    advice:
      "If the server sends no RECEIPT for SUBSCRIBE (Spring's simple broker), use confirm: message or none.",
  },
  'message-timeout': {
    side: 'target',
    title: 'no MESSAGE in time',
    advice:
      'Check that something is published to the destination, and that timeouts.message is longer than its interval.',
  },
  'unsubscribe-timeout': {
    side: 'target',
    title: 'UNSUBSCRIBE not confirmed in time',
    advice: 'The broker is behind with its clients’ frames: look at its inbound queue.',
  },
  'disconnect-timeout': {
    side: 'target',
    title: 'DISCONNECT not confirmed in time',
    advice:
      'Neither RECEIPT nor close 1000 came: lower disconnect.rate or look at what the broker does on logout.',
  },
  'close-timeout': {
    side: 'target',
    title: 'the connection did not end in time',
    advice: 'By RFC 6455 the server closes TCP first: a server that keeps sockets runs out of descriptors.',
  },
  closed: {
    side: 'target',
    title: 'closed by the server within a phase',
    advice: 'The sample has close code and reason; a close without any STOMP ERROR often means a limit.',
  },
  'closed-while-holding': {
    side: 'target',
    title: 'closed by the server while it was held',
    advice: 'The sample has close code and reason: idle timeouts, heart-beats, a proxy, or a restart.',
  },
  'protocol-error': {
    side: 'target',
    title: 'bytes that break HTTP, RFC 6455 or STOMP',
    advice: 'The sample says which rule; check that the path leads to a STOMP endpoint.',
  },
  'heartbeat-missed': {
    side: 'target',
    title: 'heart-beats stopped coming',
    advice: 'The server promised heart-beats and went silent: it is stalled, or the path to it is gone.',
  },
  'publish-timeout': {
    side: 'target',
    title: 'no RECEIPT for a SEND in time',
    advice: 'The broker is behind with publishing, or sends no receipts: publish with receipt: false.',
  },
  'socket-error': {
    side: 'network',
    title: 'another socket error',
    advice: "The sample has the system's error code.",
  },
  'local-ports': {
    side: 'generator',
    title: 'this machine ran out of local ports',
    advice:
      'One source address has about 28,000 ports to one target address: add connect.localAddresses or targets, or widen ip_local_port_range.',
  },
  'local-files': {
    side: 'generator',
    title: 'this machine ran out of open files',
    advice: 'Raise ulimit -n, or let stompede use more processes.',
  },
  'local-memory': {
    side: 'generator',
    title: 'this machine ran out of socket memory',
    advice: 'Lower connect.connections, or raise net.ipv4.tcp_mem and the memory of this machine.',
  },
  'worker-lost': {
    side: 'generator',
    title: 'a worker of the generator died',
    advice:
      'The figures do not count: look for an out-of-memory kill, and lower the connections of each worker.',
  },
} as const satisfies Record<string, KindInfo>;

export type FailureKind = keyof typeof FAILURE_KINDS;

export const FAILURE_KIND_NAMES = Object.keys(FAILURE_KINDS) as readonly FailureKind[];

/** The longest sample that is kept of anything a target said, in UTF-16 units. */
export const MAX_SAMPLE_LENGTH = 300;

export function kindInfo(kind: FailureKind): KindInfo {
  return FAILURE_KINDS[kind];
}
