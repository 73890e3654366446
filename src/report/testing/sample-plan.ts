import type { RunPlan } from '../../model/plan.js';

/** The resolved plan of a quickstart-like scenario. */
export function samplePlan(name: string, connections: number, ratePerSec: number, holdMs: number): RunPlan {
  return {
    schema: 'stompede.plan/1',
    name,
    target: { embedded: false, urls: ['wss://chat.example.com/ws'], addresses: 'first' },
    client: 'native',
    stomp: {
      host: '/',
      login: 'guest',
      passcode: '***',
      versions: ['1.2', '1.1'],
      heartbeat: { sendMs: 10_000, receiveMs: 10_000 },
      headers: {},
    },
    connect: {
      connections,
      stages: [{ fromPerSec: ratePerSec, toPerSec: ratePerSec, durationMs: null }],
      inFlight: 2000,
      headers: { Origin: 'https://example.com', Authorization: '***' },
      subprotocols: ['v12.stomp', 'v11.stomp'],
      tls: { insecure: false, caFile: null, caPem: null, servername: null },
      permessageDeflate: false,
      localAddresses: [],
    },
    subscribe: [
      {
        destination: '/topic/comments.{{ index % 100 }}',
        confirm: 'auto',
        ack: 'auto',
        awaitMessage: true,
        ordered: false,
        distribution: 'topic',
        headers: {},
      },
    ],
    publish: [
      {
        destination: '/topic/comments.{{ publisher % 100 }}',
        deliversTo: '/topic/comments.{{ publisher % 100 }}',
        publishers: 1,
        ratePerSec: 3,
        sizeBytes: 200,
        body: null,
        contentType: 'text/plain',
        stamp: 'body',
        receipt: true,
        headers: {},
      },
    ],
    holdMs,
    disconnect: { ratePerSec: 1000 },
    timeoutsMs: {
      dns: 5000,
      tcp: 5000,
      tls: 5000,
      upgrade: 10_000,
      connect: 10_000,
      subscribe: 10_000,
      message: 30_000,
      unsubscribe: 10_000,
      disconnect: 10_000,
      close: 5000,
      publish: 10_000,
      drain: 5000,
    },
    limits: { messageBytes: 1_048_576 },
    workers: 'auto',
    processes: 'auto',
    report: ['html', 'json'],
  };
}
