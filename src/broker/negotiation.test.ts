import { describe, expect, it } from 'vitest';
import { chooseSubprotocol, negotiate } from './negotiation.js';
import { EMPTY_BODY, type Frame } from './frame.js';
import { resolveOptions } from './options.js';

function connect(headers: Record<string, string>): Frame {
  return { command: 'CONNECT', headers: new Map(Object.entries(headers)), body: EMPTY_BODY };
}

const config = resolveOptions({ heartbeat: { sendMs: 1000, receiveMs: 2000 } });

describe('versions', () => {
  it.each([
    ['1.0,1.1,1.2', '1.2'],
    ['1.1, 1.0', '1.1'],
    ['1.0', '1.0'],
    ['1.2,9.9', '1.2'],
  ])('of %s the best is %s', (offered, version) => {
    expect(negotiate(connect({ 'accept-version': offered }), config).version).toBe(version);
  });

  it('are 1.0 for a client that offers none', () => {
    expect(negotiate(connect({}), config).version).toBe('1.0');
  });

  it('without a common one are refused', () => {
    expect(() => negotiate(connect({ 'accept-version': '2.0' }), config)).toThrow('no common version');
  });
});

describe('subprotocols', () => {
  it('are chosen best first, in whatever order they are offered', () => {
    expect(chooseSubprotocol(new Set(['v10.stomp', 'v12.stomp', 'v11.stomp']))).toBe('v12.stomp');
    expect(chooseSubprotocol(new Set(['mqtt', 'v11.stomp']))).toBe('v11.stomp');
  });

  it('without a known one are answered with none', () => {
    expect(chooseSubprotocol(new Set(['mqtt']))).toBe(false);
  });
});

describe('heart-beats', () => {
  it.each([
    ['0,0', 0, 0],
    ['500,500', 1000, 2000],
    ['10000,10000', 10_000, 10_000],
    ['0,5000', 5000, 0],
    ['5000,0', 0, 5000],
  ])('of a client with %s are the larger interval in each direction', (heartbeat, sendMs, receiveMs) => {
    const agreement = negotiate(connect({ 'accept-version': '1.2', 'heart-beat': heartbeat }), config);
    expect(agreement).toEqual({ version: '1.2', sendMs, receiveMs });
  });

  it.each(['', '1', 'a,b', '-1,0', '1,2,3', '1e3,0'])('that read %j are refused', (heartbeat) => {
    expect(() => negotiate(connect({ 'accept-version': '1.2', 'heart-beat': heartbeat }), config)).toThrow(
      'heart-beat',
    );
  });
});

describe('credentials', () => {
  const guarded = resolveOptions({ users: { guest: 'secret' } });

  it('are accepted when both are right', () => {
    expect(negotiate(connect({ login: 'guest', passcode: 'secret' }), guarded).version).toBe('1.0');
  });

  it.each([
    {},
    { login: 'guest' },
    { login: 'guest', passcode: 'wrong' },
    { login: 'other', passcode: 'secret' },
    { login: 'constructor', passcode: '' },
  ])('%j are refused', (headers) => {
    expect(() => negotiate(connect(headers), guarded)).toThrow('authentication failed');
  });

  it('are never quoted in the refusal', () => {
    expect(() => negotiate(connect({ login: 'root', passcode: 'hunter2' }), guarded)).toThrow(
      /^(?!.*(hunter2|root))/,
    );
  });
});
