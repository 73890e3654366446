import type { StompVersion } from '../model/plan.js';

/** A CONNECTED without the header is STOMP 1.0's; it must name a version that accept-version had. */
export function isOffered(version: string, offered: readonly StompVersion[]): version is StompVersion {
  return (offered as readonly string[]).includes(version);
}

/** All of it, so that secrets can be taken out before it is cut. */
export function notOffered(version: string): string {
  return `CONNECTED says version ${version}, which was not offered`;
}
