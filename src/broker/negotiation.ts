import type { Frame, StompVersion } from './frame.js';
import type { BrokerConfig } from './options.js';
import { CLOSE, quoted, Violation } from './violation.js';

/** Best first. */
export const VERSIONS: readonly StompVersion[] = ['1.2', '1.1', '1.0'];

/** RFC 6455 subprotocols, best first. */
const SUBPROTOCOLS = ['v12.stomp', 'v11.stomp', 'v10.stomp'];

/** What came of CONNECT. Intervals in milliseconds as STOMP 1.2 "Heart-beating" has them; 0 is none. */
export interface Agreement {
  readonly version: StompVersion;
  /** The broker sends something at least this often. */
  readonly sendMs: number;
  /** The client has promised to. */
  readonly receiveMs: number;
}

/** The best of those offered, or false: the handshake goes on without one, as RFC 6455 §4.2.2 has it. */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  return SUBPROTOCOLS.find((known) => offered.has(known)) ?? false;
}

/** Throws a Violation when there is no common version, or the credentials are wrong. */
export function negotiate(connect: Frame, config: Pick<BrokerConfig, 'users' | 'heartbeat'>): Agreement {
  const offered = connect.headers.get('accept-version');
  const version = offered === undefined ? '1.0' : bestOf(offered);
  if (config.users !== undefined) authenticate(connect, version, config.users);
  const heartbeat = connect.headers.get('heart-beat');
  if (heartbeat === undefined || version === '1.0') return { version, sendMs: 0, receiveMs: 0 };
  const [canSendMs, wantsMs] = parseHeartbeat(heartbeat);
  return {
    version,
    sendMs: common(config.heartbeat.sendMs, wantsMs),
    receiveMs: common(canSendMs, config.heartbeat.receiveMs),
  };
}

function bestOf(offered: string): StompVersion {
  const versions = offered.split(',').map((version) => version.trim());
  const best = VERSIONS.find((known) => versions.includes(known));
  if (best !== undefined) return best;
  throw new Violation(`no common version: ${quoted(offered)} offered, ${VERSIONS.join(',')} supported`);
}

/** The specification of 1.0 shows its headers with a blank after the colon. */
function authenticate(connect: Frame, version: StompVersion, users: ReadonlyMap<string, string>): void {
  const [login, passcode] = ['login', 'passcode'].map((name) => {
    const text = connect.headers.get(name) ?? '';
    return version === '1.0' ? text.trim() : text;
  });
  if (login !== undefined && users.has(login) && users.get(login) === passcode) return;
  throw new Violation('authentication failed: login or passcode is wrong', CLOSE.policy);
}

function parseHeartbeat(text: string): [canSendMs: number, wantsMs: number] {
  const match = /^(\d{1,9}),(\d{1,9})$/.exec(text);
  if (match === null) throw new Violation(`heart-beat ${quoted(text)} is not two numbers of milliseconds`);
  return [Number(match[1]), Number(match[2])];
}

function common(senderMs: number, receiverMs: number): number {
  return senderMs === 0 || receiverMs === 0 ? 0 : Math.max(senderMs, receiverMs);
}
