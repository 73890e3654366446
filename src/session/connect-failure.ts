/** Errors after which another address of the same name may still answer. */
export function isAddressError(code: string): boolean {
  return (
    code === 'ECONNREFUSED' || code.endsWith('UNREACH') || code === 'ETIMEDOUT' || code === 'EADDRNOTAVAIL'
  );
}

/**
 * How much a failure to connect tells of the target. That a host refused says more than what this machine itself ran out
 * of at another address; that says more than that a machine without IPv6 has no way to one.
 */
export function telling(code: string): number {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 3;
  if (OWN_WANT.has(code)) return 1;
  return code.endsWith('UNREACH') || NO_ADDRESS.has(code) ? 0 : 2;
}

/** The target has seen nothing of what failed so: it ended on this machine, or on the way. */
export function isUnseen(code: string): boolean {
  return telling(code) < 2;
}

/** What this machine has none left of. */
const OWN_WANT: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** A machine without IPv6 says so, too, where it has no address for the target. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'EAFNOSUPPORT']);
