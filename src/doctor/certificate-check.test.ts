import { describe, expect, it } from 'vitest';
import { certificateCheck } from './certificate-check.js';

const NOW = new Date('2030-01-01T00:00:00Z');
const SEEN = {
  ok: true,
  protocol: 'TLSv1.3',
  subject: 'a.example.com',
  issuer: 'An Authority',
  validTo: new Date('2030-06-01T00:00:00Z'),
  untrusted: null,
} as const;

describe('a certificate', () => {
  it('that is trusted is ok', () => {
    expect(certificateCheck(SEEN, false, NOW)).toEqual({
      id: 'tls',
      status: 'ok',
      found: 'TLSv1.3, certificate of a.example.com by An Authority, good until 2030-06-01; trusted',
      mend: null,
    });
  });

  it('that expires within two weeks is worth a warning', () => {
    const soon = (day: string) =>
      certificateCheck({ ...SEEN, validTo: new Date(`2030-01-${day}T00:00:00Z`) }, false, NOW);
    expect(soon('14')).toMatchObject({ status: 'warn', mend: 'renew the certificate' });
    expect(soon('15').status).toBe('ok');
  });

  it('that is not trusted fails, unless the plan takes every one', () => {
    const untrusted = { ...SEEN, untrusted: 'SELF_SIGNED_CERT_IN_CHAIN' };
    expect(certificateCheck(untrusted, false, NOW).status).toBe('fail');
    expect(certificateCheck(untrusted, true, NOW).status).toBe('warn');
  });

  it('with a date that is none is looked at all the same', () => {
    expect(certificateCheck({ ...SEEN, validTo: new Date('rubbish') }, false, NOW).found).toContain(
      'good until an unknown day',
    );
  });
});
