import { describe, expect, it } from 'vitest';
import { parseEndpoint } from './endpoint.js';

describe('parseEndpoint', () => {
  it.each([
    ['ws://chat.example.com/ws', 'chat.example.com', 80, false, true, 'chat.example.com', '/ws'],
    ['wss://chat.example.com/ws', 'chat.example.com', 443, true, true, 'chat.example.com', '/ws'],
    ['wss://chat.example.com:443/', 'chat.example.com', 443, true, true, 'chat.example.com', '/'],
    [
      'ws://chat.example.com:8080/a/b?c=d&e',
      'chat.example.com',
      8080,
      false,
      true,
      'chat.example.com:8080',
      '/a/b?c=d&e',
    ],
    ['ws://127.0.0.1:15674/ws', '127.0.0.1', 15674, false, false, '127.0.0.1:15674', '/ws'],
    ['ws://[::1]:15674/ws', '::1', 15674, false, false, '[::1]:15674', '/ws'],
    ['ws://host/%20ü', 'host', 80, false, true, 'host', '/%20%C3%BC'],
  ])('takes %s apart', (url, host, port, secure, named, hostHeader, path) => {
    expect(parseEndpoint(url)).toEqual({
      url,
      host,
      port,
      secure,
      named,
      addresses: named ? null : [host],
      hostHeader,
      path,
      authorization: null,
    });
  });

  it('keeps to the address that the name was resolved to, and to the name in all that is said to the server', () => {
    const endpoint = parseEndpoint('wss://chat.example.com/ws', '2001:db8::7');
    expect(endpoint.addresses).toEqual(['2001:db8::7']);
    expect(endpoint).toMatchObject({ named: true, host: 'chat.example.com', hostHeader: 'chat.example.com' });
  });

  it.each([
    ['ws://user:pass@host/', 'user:pass'],
    ['ws://user@host/', 'user:'],
    ['ws://:pass@host/', ':pass'],
    ['ws://us%65r:p%40ss%3A@host/', 'user:p@ss:'],
    ['ws://100%:5%@host/', '100%:5%'],
  ])('makes Basic credentials of %s', (url, credentials) => {
    const { authorization, hostHeader } = parseEndpoint(url);
    expect(authorization).toBe(`Basic ${Buffer.from(credentials).toString('base64')}`);
    expect(hostHeader).toBe('host');
  });
});
