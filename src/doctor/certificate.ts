import tls from 'node:tls';
import type { Endpoint } from '../session/endpoint.js';
import { newSecureContext, tlsOptions } from '../session/native-socket.js';
import type { TransportConfig } from '../session/transport.js';
import { messageOf, systemCode } from '../shared/errors.js';

/** What a TLS handshake shows. Texts are the server's: bounded, secrets masked, otherwise raw. */
export type TlsFound =
  | {
      readonly ok: true;
      /** Such as TLSv1.3. */
      readonly protocol: string;
      readonly subject: string;
      readonly issuer: string;
      readonly validTo: Date;
      /** Why the certificate is not trusted; null: it is. */
      readonly untrusted: string | null;
    }
  | { readonly ok: false; readonly code: string; readonly message: string };

const MAX_NAME_LENGTH = 120;

/**
 * One handshake that takes every certificate, to look at it; waits `timeoutMs` at most.
 *
 * @param scrub takes secrets out of what the certificate says
 */
export function lookAtCertificate(
  endpoint: Endpoint,
  address: string,
  plan: TransportConfig['tls'],
  timeoutMs: number,
  scrub: (text: string) => string,
): Promise<TlsFound> {
  return new Promise((resolve) => {
    const options = tlsOptions({ ...plan, insecure: true }, endpoint, newSecureContext(plan));
    // Without a server name Node checks the certificate against the address that it connects to.
    const socket = tls.connect({ ...options, host: address, port: endpoint.port });
    const end = (found: TlsFound): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end({ ok: false, code: 'ETIMEDOUT', message: `nothing within ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once('secureConnect', () => {
      end(found(socket, scrub));
    });
    socket.on('error', (error) => {
      end({ ok: false, code: systemCode(error) ?? 'UNKNOWN', message: messageOf(error) });
    });
    socket.once('close', () => {
      end({ ok: false, code: 'ECONNRESET', message: 'the connection ended within the handshake' });
    });
  });
}

function found(socket: tls.TLSSocket, scrub: (text: string) => string): TlsFound {
  const { subject, issuer, valid_to: validTo, subjectaltname } = socket.getPeerCertificate();
  return {
    ok: true,
    protocol: socket.getProtocol() ?? 'TLS',
    subject: nameOf(subject, subjectaltname ?? 'no name', scrub),
    issuer: nameOf(issuer, 'no name', scrub),
    validTo: new Date(validTo),
    untrusted: socket.authorized ? null : reasonOf(socket.authorizationError),
  };
}

/** A certificate without a subject has the fields missing, whatever their types say. */
export function nameOf(
  name: Partial<tls.Certificate> | undefined,
  otherwise: string,
  scrub: (text: string) => string,
): string {
  const text = scrub([name?.CN ?? name?.O ?? otherwise].flat().join(', '));
  return text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH)}…` : text;
}

/** Node gives the code of OpenSSL, or an error of its own when the name does not match. */
function reasonOf(error: unknown): string {
  return typeof error === 'string' ? error : (systemCode(error) ?? messageOf(error));
}
