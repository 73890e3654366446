import { describe, expect, it } from 'vitest';
import { maskPlan } from '../shared/mask.js';
import { loadText, problemsOf } from './testing/load-text.js';

const TEXT = `
name: n
target: ["wss://bob:hunter2@h/ws?access_token=tok-123", ws://plain/]
stomp: { passcode: "\${PASS}", headers: { x-api-key: key-456 } }
connect: { headers: { Authorization: Bearer jwt-789, Origin: https://example.com } }
subscribe: [{ destination: /topic/a, headers: { secret-filter: sub-000 } }]
`;
const VALUES = ['hunter2', 'tok-123', 'from-env', 'key-456', 'jwt-789', 'sub-000'];
const variables = { PASS: 'from-env' };

describe('secrets', () => {
  const { plan, secrets } = loadText(TEXT, { variables });

  it.each(VALUES)('contain %s', (value) => {
    expect(secrets.scrub(`the server said ${value}.`)).not.toContain(value);
  });

  it('do not appear in the masked plan, and all else does', () => {
    const masked = JSON.stringify(maskPlan(plan, secrets));
    for (const value of VALUES) expect(masked).not.toContain(value);
    expect(masked).toContain('https://example.com');
    expect(masked).toContain('wss://***@h/ws?access_token=***');
  });

  it.each([
    ['target: "http://bob:hunter2@h/?access_token=hunter2"', {}],
    ['target: "bob:hunter2@h"', {}],
    ['target: embedded\nstomp: { passcode: "hunter2\\n" }', {}],
    ['target: embedded\nstomp: { passcode: "${P}" }', { P: 'hunter2\n' }],
    ['target: embedded\nconnect: { headers: { Cookie: "sid=hunter2\\r\\n" } }', {}],
    ['target: embedded\nname: a hunter2 b\nstomp: { passcode: hunter2 }', {}],
    ['target: embedded\nstomp: { passcode: [1] "hunter2" }', {}],
  ])('do not appear in the problems of %j', (text, vars) => {
    expect(problemsOf(() => loadText(text, { variables: vars }))).not.toContain('hunter2');
  });
});
