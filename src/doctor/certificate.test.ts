import { expect, it } from 'vitest';
import { Secrets } from '../shared/mask.js';
import { nameOf } from './certificate.js';

it('a name of a certificate has its secrets masked before it is cut', () => {
  const secrets = new Secrets(['horse-battery-staple']);
  const name = nameOf({ CN: `${'x'.repeat(110)}horse-battery-staple and more` }, 'none', (text) =>
    secrets.scrub(text),
  );
  expect(name).toBe(`${'x'.repeat(110)}*** and mo…`);
});
