import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Certificates of an authority that nobody trusts, for tests only: they protect nothing. `localhost` is good for
 * localhost and 127.0.0.1 until 2120, `other-host` is for elsewhere.example, `expired` was good until 2021. The
 * authority's own key was thrown away.
 */
export function identity(name: 'localhost' | 'other-host' | 'expired'): { key: string; cert: string } {
  return { key: pem('server-key.pem'), cert: pem(`${name}.pem`) };
}

/** The PEM file of the authority that has signed them all. */
export const CA_FILE = fileURLToPath(new URL('./tls/ca.pem', import.meta.url));

function pem(file: string): string {
  return readFileSync(new URL(`./tls/${file}`, import.meta.url), 'utf8');
}
