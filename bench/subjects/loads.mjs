// The loads under which clients are compared: for each the scenario of stompede and the options of the others.
import { SETTLE_SEC } from '../support/stompede.mjs';

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

/** Held and subscribed, until memory has settled, and opened after it had settled without connections. */
export function held({ urls, targets }, { connections, ratePerSec }) {
  return {
    scenario: {
      target: urls,
      connect: {
        connections,
        stages: [
          { rate: '1/s', for: `${SETTLE_SEC.before}s` },
          { rate: `${ratePerSec}/s`, for: '1s' },
        ],
        subprotocols: SUBPROTOCOLS,
      },
      subscribe: [{ destination: '/topic/a', awaitMessage: false }],
      hold: `${SETTLE_SEC.held}s`,
    },
    options: {
      targets: targets.join(','),
      connections,
      rate: ratePerSec,
      'quiet-ms': SETTLE_SEC.before * 1000,
      'hold-ms': SETTLE_SEC.held * 1000,
    },
  };
}
