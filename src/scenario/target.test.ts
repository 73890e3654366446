import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

const targetOf = (text: string) => loadText(text).plan.target;

describe('a target with urls', () => {
  it('may have each address of a name as a target of its own', () => {
    expect(targetOf('target: { urls: WS://Host.example/ws, addresses: all }')).toEqual({
      embedded: false,
      urls: ['ws://host.example/ws'],
      addresses: 'all',
    });
  });

  it('uses one that answers where nothing is said', () => {
    expect(targetOf('target: { urls: [ws://a/, ws://b/] }')).toEqual({
      embedded: false,
      urls: ['ws://a/', 'ws://b/'],
      addresses: 'first',
    });
  });

  it('keeps the credentials in its URLs secret', () => {
    const { secrets } = loadText('target: { urls: [ws://me:hush-hush@a/] }');
    expect(secrets.scrub('hush-hush')).toBe('***');
  });

  it.each([
    ['target: { urls: [] }', 'x.yaml:1:17: target.urls: this list is empty'],
    ['target: { addresses: all }', 'x.yaml:1:9: target.urls: there is no target'],
    ['target: { urls: ws://a/, addresses: each }', 'found "each": this is none of first, all'],
    ['target: { urls: ws://a/, adresses: all }', 'did you mean addresses?'],
    ['target: { urls: [ws://a/, http://b/] }', 'x.yaml:1:27: target.urls[1]'],
    ['target: { urls: ws://a/, embedded: {} }', 'this does not belong to a target'],
  ])('of %s is told: %s', (text, words) => {
    expect(problemsOf(() => loadText(text))).toContain(words);
  });
});

describe('an embedded broker', () => {
  const queue = 'subscribe: [{ destination: /queue/a }]';

  it('is as many processes as the plan says', () => {
    expect(targetOf('target: { embedded: { processes: 4 } }').broker?.processes).toBe(4);
    expect(targetOf('target: { embedded: { processes: auto } }').broker).toBeUndefined();
  });

  it.each(['{ ledger: truth.json }', '{ faults: { faults: [{ fault: never-upgrade }] } }'])(
    'with %s is one process',
    (options) => {
      expect(targetOf(`target: { embedded: ${options} }`).broker?.processes).toBe(1);
    },
  );

  it('with a queue is one process', () => {
    expect(targetOf(`target: embedded\n${queue}`).broker?.processes).toBe(1);
  });

  it.each([
    ['target: { embedded: { processes: 0 } }', 'x.yaml:1:34: target.embedded.processes: found "0"'],
    ['target: { embedded: { processes: 1000 } }', 'this is neither auto nor such a number'],
    [
      'target: { embedded: { processes: 2, ledger: truth.json } }',
      'x.yaml:1:34: target.embedded.processes: found "2": each process would have faults and an account of its own',
    ],
    ['target: { embedded: { processes: 2, faults: { profile: spring } } }', 'each process would have faults'],
    [`target: { embedded: { processes: 2 } }\n${queue}`, 'x.yaml:2:28: subscribe[0].destination'],
    [
      'target: { embedded: { processes: 2 } }\nsubscribe: [{ destination: a, distribution: queue }]',
      'an embedded broker of several processes has no queues',
    ],
  ])('of %j is told: %s', (text, words) => {
    expect(problemsOf(() => loadText(text))).toContain(words);
  });
});
