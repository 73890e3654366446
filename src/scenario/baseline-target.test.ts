import { expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

const TEXT = `
target: { urls: [ws://now.example.com/ws, ws://now2.example.com/ws], addresses: all }
connect: { connections: 5, rate: 1/s }
subscribe: [{ destination: /topic/a }]
`;

const BEFORE = { urls: ['wss://me:s3cret@before.example.com/ws'], addresses: 'all' } as const;

it('a baseline’s target takes the place of the scenario’s, whatever says that one', () => {
  const set = ['target=ws://set.example.com/ws', 'connect.connections=7'];
  const { plan } = loadText(TEXT, { set, target: BEFORE });
  expect(plan.target).toEqual({ embedded: false, ...BEFORE });
  expect(plan.connect.connections).toBe(7);
});

it('a baseline’s target changes nothing else of the plan', () => {
  const { target, ...plan } = loadText(TEXT).plan;
  expect(target.urls).toHaveLength(2);
  expect(loadText(TEXT, { target: BEFORE }).plan).toEqual({
    ...plan,
    target: { embedded: false, ...BEFORE },
  });
});

it('a baseline’s target has its secrets kept', () => {
  const { secrets } = loadText(TEXT, { target: BEFORE });
  expect(secrets.scrub('the password is s3cret')).toBe('the password is ***');
});

it('a baseline’s target that is none is said with its flag', () => {
  const target = { urls: ['ws://a/ws', 'http://b/ws'], addresses: 'first' } as const;
  expect(problemsOf(() => loadText(TEXT, { target }))).toBe(
    `--baseline-target: target.urls[1]: found "http://b/ws": this is the URL of a web page
    write ws://b/ws, with the path of the WebSocket endpoint`,
  );
});
