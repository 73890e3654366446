import { expect, test } from 'vitest';
import { type Scenario, runToEnd } from '../support/cli.js';
import { type Peer, giveReceipt, stompServer } from '../support/stomp-server.js';

const RATE_PER_SEC = 2000;

/** The schedule asks for more megabytes a second than any socket's buffers hold. */
function scenario(target: string, bodyKb: number): Scenario {
  return {
    name: 'full-socket',
    target,
    connect: { connections: 1, rate: '10/s' },
    subscribe: [{ destination: '/topic/quiet', awaitMessage: false }],
    publish: [{ destination: '/topic/loud', rate: `${RATE_PER_SEC}/s`, size: `${bodyKb}KB` }],
    hold: '3s',
    timeouts: { drain: '500ms', disconnect: '500ms' },
    workers: 1,
  };
}

/** Stops reading a publisher at its first SEND, and reads on after so many milliseconds. */
function deafFor(ms: number): Promise<string> {
  let deaf = false;
  return stompServer({
    on: {
      SEND: (headers, peer: Peer) => {
        giveReceipt(headers, peer);
        if (deaf) return;
        deaf = true;
        peer.pause();
        if (ms < Infinity) setTimeout(peer.resume.bind(peer), ms);
      },
    },
  });
}

// One after the other: what the first asks for in vain is work all the same, which the second would be late for.

test('what a publisher’s socket does not take is counted as not sent, and is kept nowhere', async () => {
  const bodyKb = 64;
  const { result } = await runToEnd(scenario(await deafFor(Infinity), bodyKb));
  const { publishing, generator } = result;
  expect(publishing.due).toBeGreaterThan(RATE_PER_SEC * 2.5);
  expect(publishing.sent).toBeGreaterThan(0);
  expect(publishing.unsent).toBe(publishing.due - publishing.sent);
  // Some hundred messages fill what the kernel has for one socket; the rest would be hundreds of megabytes.
  expect(publishing.unsent).toBeGreaterThan(publishing.due * 0.8);
  expect(generator.maxRssBytes).toBeLessThan((publishing.unsent * bodyKb * 1024) / 2);
  expect(result.verdict.reasons).toContain(
    `${publishing.unsent.toLocaleString('en')} messages that the schedule asked for could not be sent.`,
  );
});

test('what it takes later is sent late, and says how late', async () => {
  const deafMs = 1500;
  const { result } = await runToEnd(scenario(await deafFor(deafMs), 24));
  const { publishing } = result;
  expect(publishing.unsent).toBe(publishing.due - publishing.sent);
  expect(publishing.lateCount).toBeGreaterThan(RATE_PER_SEC * 0.5);
  expect(publishing.lagUs?.max).toBeGreaterThan(deafMs * 900);
  // The socket was full, not the generator slow: as long as its loop turned, it was not late by itself for that.
  const turning = result.series.filter(({ generator }) => generator.loopDelayMaxUs < deafMs * 300);
  expect(turning.filter(({ generator }) => generator.ownLagMaxUs > deafMs * 900)).toEqual([]);
});
