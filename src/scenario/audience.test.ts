import { describe, expect, it } from 'vitest';
import { subscribersOf } from './audience.js';
import { loadText } from './testing/load-text.js';

function awaits(subscribe: string, publish: string, connections = 1000): boolean {
  const text = `target: ws://h/
connect: { connections: ${connections} }
subscribe: [{ destination: "${subscribe}" }]
publish: [${publish}]`;
  return loadText(text).plan.subscribe[0]!.awaitMessage;
}

describe('awaitMessage: auto', () => {
  it.each([
    ['/topic/a', '{ destination: /topic/a }', true],
    ['/topic/a', '{ destination: /topic/b }', false],
    ['/topic/a', '', false],
    ['/topic/a.{{ run }}', '{ destination: "/topic/a.{{ run }}" }', true],
    ['/topic/{{ index % 100 }}', '{ destination: "/topic/{{ seq % 100 }}" }', true],
    ['/topic/{{ index % 100 }}', '{ destination: "/topic/{{ publisher }}", publishers: 100 }', true],
    ['/topic/{{ index % 100 }}', '{ destination: "/topic/{{ publisher % 100 }}" }', false],
    ['/topic/{{ index % 2 }}', '{ destination: /topic/0 }, { destination: /topic/1 }', true],
    ['/topic/a', '{ destination: /app/a, deliversTo: /topic/a }', true],
    ['/topic/a', '{ destination: /topic/a, deliversTo: /topic/b }', false],
    ['/topic/news.*', '{ destination: /topic/news.sport }', true],
    ['/topic/news.#', '{ destination: /topic/other.sport }', false],
    ['/topic/**', '{ destination: /topic/x/y }', true],
    ['/topic/a*b', '{ destination: /topic/axb }', false],
  ])('for %s with %s is %s', (subscribe, publish, expected) => {
    expect(awaits(subscribe, publish)).toBe(expected);
  });

  it('is decided for ten million destinations without rendering them all', () => {
    expect(
      awaits(
        '/topic/{{ index }}',
        '{ destination: "/topic/{{ seq % 100000 }}", publishers: 100000 }',
        10_000_000,
      ),
    ).toBe(true);
  });

  it('gives way to what is written, and to confirm: message', () => {
    const { subscribe } = loadText(`target: embedded
subscribe:
  - { destination: a, awaitMessage: true }
  - { destination: b, awaitMessage: false }
  - { destination: c, confirm: message }
publish: [{ destination: b }]`).plan;
    expect(subscribe.map(({ awaitMessage }) => awaitMessage)).toEqual([true, false, true]);
  });
});

describe('distribution: auto', () => {
  it.each([
    ['/queue/a', 'queue'],
    ['/amq/queue/a', 'queue'],
    ['/topic/queue/a', 'topic'],
    ['/exchange/e/k', 'topic'],
    ['/topic/news.*', 'pattern'],
    ['/topic/a*b', 'topic'],
  ])('of %s is %s', (destination, expected) => {
    const text = `target: ws://h/\nsubscribe: [{ destination: "${destination}" }]`;
    expect(loadText(text).plan.subscribe[0]!.distribution).toBe(expected);
  });
});

describe('the subscribers of destinations', () => {
  const names = new Set(['/topic/0', '/topic/3', '/topic/x']);

  it.each<[string, number, Record<string, number>]>([
    ['/topic/{{ index % 4 }}', 10, { '/topic/0': 3, '/topic/3': 2 }],
    ['/topic/{{ index }}', 2, { '/topic/0': 1 }],
    ['/topic/x', 1000, { '/topic/x': 1000 }],
    ['/topic/y', 1000, {}],
    ['/topic/{{ index / 2 }}', 1_000_000, { '/topic/0': 2, '/topic/3': 2 }],
    // Of four million the first million is counted, four times.
    ['/topic/{{ index % 4 }}', 4_000_000, { '/topic/0': 1_000_000, '/topic/3': 1_000_000 }],
  ])(
    'of %s with %d connections are counted for what is asked for, and nothing else',
    (source, connections, of) => {
      expect(Object.fromEntries(subscribersOf(source, connections, names, 1_000_000))).toEqual(of);
    },
  );
});
