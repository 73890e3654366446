import { describe, expect, it } from 'vitest';
import { acceptFor, newKey, upgradeEncoder, type UpgradeRequest } from './handshake.js';

const request: UpgradeRequest = {
  path: '/ws?room=1',
  hostHeader: 'chat.example.com:8080',
  subprotocols: ['v12.stomp', 'v11.stomp'],
  headers: { Origin: 'https://example.com', Cookie: 'a=b' },
};

function encodeUpgrade(request: UpgradeRequest, key: string): Buffer {
  return upgradeEncoder(request)(key);
}

describe('upgradeEncoder', () => {
  it('writes the request of RFC 6455 section 4.1', () => {
    expect(encodeUpgrade(request, 'dGhlIHNhbXBsZSBub25jZQ==').toString('latin1')).toBe(
      [
        'GET /ws?room=1 HTTP/1.1',
        'Host: chat.example.com:8080',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: v12.stomp, v11.stomp',
        'Origin: https://example.com',
        'Cookie: a=b',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('leaves the subprotocol header out when none is offered', () => {
    const written = encodeUpgrade({ ...request, subprotocols: [] }, newKey()).toString('latin1');
    expect(written).not.toContain('Protocol');
  });

  it('writes one Host, the one among the headers if there is any', () => {
    const written = encodeUpgrade({ ...request, headers: { host: 'other' } }, newKey()).toString('latin1');
    expect(written.match(/^host: .*$/gim)).toEqual(['Host: other']);
  });

  it.each([
    ['a line end in a value', { headers: { Cookie: 'secret\r\nX: y' } }],
    ['a NUL in a value', { headers: { Cookie: 'secret\0' } }],
    ['a value beyond Latin-1', { headers: { Cookie: 'secret €' } }],
    ['a line end in Host', { hostHeader: 'secret\r\nX: y' }],
    ['a name that is no token', { headers: { 'a b': 'secret' } }],
    ['a header of the upgrade itself', { headers: { 'sec-websocket-key': 'secret' } }],
    ['a blank in the path', { path: '/secret HTTP/1.1' }],
    ['a subprotocol that is no token', { subprotocols: ['secret, other'] }],
  ])('refuses %s, without repeating it', (_, change) => {
    const encode = () => encodeUpgrade({ ...request, ...change }, newKey());
    expect(encode).toThrow(Error);
    expect(encode).not.toThrow(/secret/);
  });
});

describe('newKey', () => {
  it('is 16 bytes in base64, another one each time, pool after pool', () => {
    const keys = Array.from({ length: 3000 }, newKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^[A-Za-z0-9+/]{22}==$/.test(key))).toBe(true);
  });
});

it('acceptFor gives the answer of the example in RFC 6455 section 1.3', () => {
  expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});
