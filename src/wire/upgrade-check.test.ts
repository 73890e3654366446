import { describe, expect, it } from 'vitest';
import { acceptFor, checkUpgrade, newKey, type UpgradeResponse } from './handshake.js';

const key = newKey();
const good = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-accept': acceptFor(key),
};

function respond(headers: Record<string, string>, status = 101, reason = 'OK'): UpgradeResponse {
  return { status, reason, headers: new Map(Object.entries({ ...good, ...headers })), consumed: 0 };
}

function without(name: string): UpgradeResponse {
  return { ...respond({}), headers: new Map(Object.entries(good).filter(([other]) => other !== name)) };
}

describe('checkUpgrade', () => {
  it('accepts the answer of RFC 6455, whatever the case of its tokens', () => {
    const answer = respond({ upgrade: 'WebSocket', connection: 'keep-alive, UPGRADE' });
    expect(checkUpgrade(answer, key, [])).toEqual({ ok: true, subprotocol: null });
  });

  it('tells which of the offered subprotocols was taken', () => {
    const answer = respond({ 'sec-websocket-protocol': 'v11.stomp' });
    expect(checkUpgrade(answer, key, ['v12.stomp', 'v11.stomp'])).toEqual({
      ok: true,
      subprotocol: 'v11.stomp',
    });
  });

  it('lets a server through that takes none of the offered subprotocols', () => {
    expect(checkUpgrade(respond({}), key, ['v12.stomp'])).toEqual({ ok: true, subprotocol: null });
  });

  it('has the status and the reason, bounded, in the message', () => {
    expect(checkUpgrade(respond({}, 404, 'Not Found'), key, [])).toEqual({
      ok: false,
      refusal: 'status',
      message: 'HTTP 404 Not Found',
    });
    const long = checkUpgrade(respond({}, 500, 'x'.repeat(10_000)), key, []);
    expect(long).toMatchObject({ refusal: 'status' });
    expect(JSON.stringify(long).length).toBeLessThan(200);
  });

  it.each([
    ['upgrade-header', without('upgrade')],
    ['upgrade-header', respond({ upgrade: 'h2c' })],
    ['connection-header', without('connection')],
    ['connection-header', respond({ connection: 'keep-alive' })],
    ['accept', without('sec-websocket-accept')],
    ['accept', respond({ 'sec-websocket-accept': acceptFor(newKey()) })],
    ['accept', respond({ 'sec-websocket-accept': acceptFor(key).toLowerCase() })],
    ['extension', respond({ 'sec-websocket-extensions': 'permessage-deflate' })],
    ['subprotocol', respond({ 'sec-websocket-protocol': 'mqtt' })],
    ['subprotocol', respond({ 'sec-websocket-protocol': 'V12.STOMP' })],
    ['subprotocol', respond({ 'sec-websocket-protocol': 'v12.stomp, v11.stomp' })],
  ])('refuses for its %s what breaks the rule', (refusal, response) => {
    expect(checkUpgrade(response, key, ['v12.stomp', 'v11.stomp'])).toMatchObject({ ok: false, refusal });
  });
});
