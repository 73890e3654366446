import type { Check } from '../model/check.js';
import { certificateAdvice } from './advice.js';
import type { TlsFound } from './certificate.js';

const DAY_MS = 86_400_000;
const EXPIRES_SOON_DAYS = 14;

/** What a certificate that was seen is good for. @param insecure the plan takes every certificate */
export function certificateCheck(seen: Extract<TlsFound, { ok: true }>, insecure: boolean, now: Date): Check {
  const { protocol, subject, issuer, validTo, untrusted } = seen;
  const daysLeft = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
  const until = Number.isNaN(daysLeft) ? 'an unknown day' : validTo.toISOString().slice(0, 10);
  const found = `${protocol}, certificate of ${subject} by ${issuer}, good until ${until}`;
  if (untrusted !== null) {
    const trust = insecure ? 'not trusted, and not checked' : 'not trusted';
    return {
      id: 'tls',
      status: insecure ? 'warn' : 'fail',
      found: `${found}; ${trust}: ${untrusted}`,
      mend: certificateAdvice(untrusted),
    };
  }
  const expires = daysLeft < EXPIRES_SOON_DAYS;
  return {
    id: 'tls',
    status: expires ? 'warn' : 'ok',
    found: `${found}; trusted`,
    mend: expires ? 'renew the certificate' : null,
  };
}
