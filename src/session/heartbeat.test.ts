import { describe, expect, it } from 'vitest';
import { Heartbeat, negotiateHeartbeat } from './heartbeat.js';

describe('negotiateHeartbeat', () => {
  it.each([
    // own send, own receive, the server's header, agreed send, agreed receive
    [10_000, 10_000, '10000,10000', 10_000, 10_000],
    [10_000, 10_000, '0,0', 0, 0],
    [10_000, 10_000, undefined, 0, 0],
    [10_000, 20_000, '5000,30000', 30_000, 20_000],
    [1000, 2000, '3000,500', 1000, 3000],
    [0, 10_000, '1000,1000', 0, 10_000],
    [10_000, 0, '1000,1000', 10_000, 0],
    [10_000, 10_000, '0,15000', 15_000, 0],
    [10_000, 10_000, '15000,0', 0, 15_000],
    [10_000, 10_000, ' 15000 , 20000 ', 20_000, 15_000],
  ])('STOMP 1.2: %i,%i with %j is %i,%i', (sendMs, receiveMs, header, agreedSend, agreedReceive) => {
    expect(negotiateHeartbeat({ sendMs, receiveMs }, header)).toEqual({
      sendMs: agreedSend,
      receiveMs: agreedReceive,
    });
  });

  it.each([
    '',
    'x',
    '1000',
    '1000,',
    ',1000',
    '-1,1000',
    '1000;1000',
    '1e9,1e9',
    '1000,1000,1000',
    '9999999999,1',
  ])('takes a broken header %j as no offer', (header) => {
    expect(negotiateHeartbeat({ sendMs: 1000, receiveMs: 1000 }, header)).toEqual({
      sendMs: 0,
      receiveMs: 0,
    });
  });
});

describe('Heartbeat', () => {
  const SECOND_US = 1_000_000;
  const agreed = { sendMs: 10_000, receiveMs: 10_000 };

  it.each([
    [0, 6],
    [0.5, 7.5],
    [1, 9],
  ])('spread %d beats %d s after the last write, before the agreed ten', (spread, sec) => {
    const heartbeat = new Heartbeat(agreed, SECOND_US, spread);
    expect(heartbeat.nextUs()).toBeCloseTo((1 + sec) * SECOND_US, 3);
    expect(heartbeat.sendDue((1 + sec) * SECOND_US - 1)).toBe(false);
    expect(heartbeat.sendDue((1 + sec) * SECOND_US + 1)).toBe(true);
  });

  it('counts every write as a beat', () => {
    const heartbeat = new Heartbeat(agreed, 0, 1);
    heartbeat.lastWriteUs = 5 * SECOND_US;
    expect(heartbeat.sendDue(13 * SECOND_US)).toBe(false);
    expect(heartbeat.nextUs()).toBe(14 * SECOND_US);
  });

  it('calls the server silent after 2.5 agreed intervals without a byte, not before', () => {
    const heartbeat = new Heartbeat(agreed, 0, 0);
    expect(heartbeat.silentMs(25 * SECOND_US - 1)).toBe(0);
    expect(heartbeat.silentMs(25 * SECOND_US)).toBe(25_000);
    heartbeat.lastReadUs = 20 * SECOND_US;
    expect(heartbeat.silentMs(40 * SECOND_US)).toBe(0);
  });

  it('neither beats nor listens where nothing was agreed', () => {
    const heartbeat = new Heartbeat({ sendMs: 0, receiveMs: 0 }, 0, 0.5);
    expect(heartbeat.nextUs()).toBe(Infinity);
    expect(heartbeat.sendDue(1e15)).toBe(false);
    expect(heartbeat.silentMs(1e15)).toBe(0);
  });
});
