import type { Member } from './cluster/mesh.js';
import type { BrokerOptions } from './options.js';
import type { BrokerStats } from './counters.js';
import type { ErrorCode } from '../shared/errors.js';

/**
 * What host.ts and entry.ts, a broker's parent and its process, say to each other. The version goes up with every
 * change; both are always built together, so another one means that two installations got mixed up.
 */
export const CHANNEL_VERSION = 3;

export type HostMessage =
  | {
      readonly v: typeof CHANNEL_VERSION;
      readonly type: 'start';
      readonly options: BrokerOptions;
      /** null: it is a broker by itself. */
      readonly member: Member | null;
    }
  | { readonly v: typeof CHANNEL_VERSION; readonly type: 'stats'; readonly request: number }
  | { readonly v: typeof CHANNEL_VERSION; readonly type: 'stop' };

/**
 * `ready` comes first, and unasked; `failed` instead of `listening`, and the process ends. `unwritten` comes after
 * `stop`: the ledger could not be written.
 */
export type EntryMessage =
  | { readonly v: typeof CHANNEL_VERSION; readonly type: 'ready' }
  | {
      readonly v: typeof CHANNEL_VERSION;
      readonly type: 'listening';
      readonly url: string;
      readonly port: number;
    }
  | {
      readonly v: typeof CHANNEL_VERSION;
      readonly type: 'failed' | 'unwritten';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    }
  | {
      readonly v: typeof CHANNEL_VERSION;
      readonly type: 'stats';
      readonly request: number;
      readonly stats: BrokerStats;
    };

export function isHostMessage(message: unknown): message is HostMessage {
  return isOf(message, ['start', 'stats', 'stop']);
}

export function isEntryMessage(message: unknown): message is EntryMessage {
  return isOf(message, ['ready', 'listening', 'failed', 'unwritten', 'stats']);
}

/** Both ends are this program, so the version and the type vouch for the rest. */
function isOf(message: unknown, types: readonly string[]): boolean {
  if (typeof message !== 'object' || message === null) return false;
  if (!('v' in message) || message.v !== CHANNEL_VERSION) return false;
  return 'type' in message && typeof message.type === 'string' && types.includes(message.type);
}
