import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

const TEXT = `
target: embedded
connect: { connections: 5, stages: [{ rate: 1/s, for: 1s }] }
publish: [{ destination: a, rate: 1/s }, { destination: b, rate: 2/s }]
`;
const plan = (...set: string[]) => loadText(TEXT, { set, variables: { N: '9' } }).plan;

describe('--set', () => {
  it('replaces what is there', () => {
    expect(plan('connect.connections=2000').connect.connections).toBe(2000);
  });

  it('makes what is not there', () => {
    expect(plan('stomp.heartbeat.send=0').stomp.heartbeat).toEqual({ sendMs: 0, receiveMs: 10_000 });
    expect(plan('subscribe[0].destination=/topic/x').subscribe).toHaveLength(1);
  });

  it.each(['publish[1].rate=9/s', 'publish.1.rate=9/s'])('counts list items from zero: %s', (set) => {
    expect(plan(set).publish.map(({ ratePerSec }) => ratePerSec)).toEqual([1, 9]);
  });

  it('takes YAML, and variables', () => {
    expect(plan('target=[ws://a, ws://b]').target.urls).toEqual(['ws://a/', 'ws://b/']);
    expect(plan('connect.connections=${N}').connect.connections).toBe(9);
    expect(plan('stomp.host="a: b"').stomp.host).toBe('a: b');
  });

  it('of a rate takes the place of stages', () => {
    expect(plan('connect.rate=7/s').connect.stages).toEqual([
      { fromPerSec: 7, toPerSec: 7, durationMs: null },
    ]);
  });

  it('given twice means the last one', () => {
    expect(plan('hold=1s', 'hold=2s').holdMs).toBe(2000);
  });

  it('with nothing after "=" takes a section away', () => {
    expect(plan('publish=').publish).toEqual([]);
  });

  it.each([
    ['connections', 'found "connections": this is not path=value'],
    ['a..b=1', 'found "a..b": this is not path=value'],
    ['publish[7].rate=1/s', '--set publish[7].rate: publish has 2 items, so there is no 7'],
    ['publish.x=1', '--set publish.x: publish is a list: write its number'],
    ['connect.0=1', '--set connect.0: connect is not a list'],
    ['target.x=1', '--set target.x: target has no keys'],
    ['connect.conections=1', '--set connect.conections: connect: found "conections": there is no such key'],
    ['connect.connections=x', '--set connect.connections: connect.connections: found "x": this is no whole'],
    ['hold=[', '--set hold: not valid YAML'],
    ['subscribe[0].ack=auto', '--set subscribe[0].ack: subscribe[0].destination: a text is missing here'],
  ])('%s is a problem, told with its flag', (set, words) => {
    expect(problemsOf(() => plan(set))).toContain(words);
  });

  it('without a path is refused without showing its value', () => {
    expect(problemsOf(() => plan('my passcode=hunter2'))).not.toContain('hunter2');
  });
});
