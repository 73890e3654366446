// The loads under which clients are compared: for each the scenario of stompede and the options of the others.
import { QUIET_SEC } from '../support/stompede.mjs';

const SUBPROTOCOLS = ['v12.stomp'];

/** Opening alone: nothing is published. */
export function opening(sinks, { connections, ratePerSec }) {
  return {
    scenario: {
      target: sinks.urls,
      workers: 1,
      connect: { connections, rate: `${ratePerSec}/s`, subprotocols: SUBPROTOCOLS },
      subscribe: [{ destination: '/topic/a', awaitMessage: false }],
      hold: '2s',
    },
    options: { targets: sinks.targets.join(','), connections, rate: ratePerSec },
  };
}

/** `ratePerSec` messages to each of `connections`, published by one more connection of the same client. */
export function fanOut(sinks, { connections, ratePerSec, sizeBytes, holdSec }) {
  return {
    scenario: {
      target: sinks.urls,
      workers: 1,
      connect: { connections, rate: '2000/s', subprotocols: SUBPROTOCOLS },
      subscribe: [{ destination: '/topic/a' }],
      publish: [{ destination: '/topic/a', rate: `${ratePerSec}/s`, size: `${sizeBytes}B` }],
      hold: `${holdSec}s`,
    },
    options: {
      targets: sinks.targets.join(','),
      connections,
      rate: 2000,
      'publish-rate': ratePerSec,
      size: sizeBytes,
      'hold-ms': holdSec * 1000,
    },
  };
}

/** Held and subscribed, after some seconds with next to nothing, in which memory is what it is without connections. */
export function held(urls, { connections, ratePerSec, holdSec }) {
  return {
    scenario: {
      target: urls,
      connect: {
        connections,
        stages: [
          { rate: '1/s', for: `${QUIET_SEC}s` },
          { rate: `${ratePerSec}/s`, for: '1s' },
        ],
        subprotocols: SUBPROTOCOLS,
      },
      subscribe: [{ destination: '/topic/a', awaitMessage: false }],
      hold: `${holdSec}s`,
    },
  };
}
