import { z } from 'zod';
import { nearest } from '../shared/nearest.js';
import { maskUrl } from '../shared/mask.js';
import { describeValue, type Fault } from './field.js';

export const EMBEDDED = 'embedded';

/** A broker of our own. Its faults are read apart from the rest (faults-file.ts). */
export interface EmbeddedTarget {
  readonly embedded: true;
  /** null: none. */
  readonly ledger: string | null;
}

export type Target = EmbeddedTarget | readonly string[];

export function isEmbedded(value: unknown): value is EmbeddedTarget {
  return typeof value === 'object' && value !== null && 'embedded' in value;
}

const EMBEDDED_SCHEMA = {
  type: 'object',
  properties: {
    embedded: {
      type: 'object',
      properties: {
        faults: {
          description: 'A file of faults, relative to the scenario, or the faults themselves.',
          anyOf: [{ type: 'string' }, { type: 'object' }],
        },
        ledger: {
          description: 'The file for what the broker really did, relative to the folder of the run.',
          type: 'string',
        },
      },
      additionalProperties: false,
    },
  },
  required: ['embedded'],
  additionalProperties: false,
} as const;

const HINT = 'write a URL such as ws://127.0.0.1:15674/ws, a list of them, or embedded';

/** `embedded` by itself or with what it is to do, one URL, or a list of URLs. */
export const target = z
  .unknown()
  .transform((value, context): Target => {
    if (value === EMBEDDED) return { embedded: true, ledger: null };
    const report = ({ fault, hint }: Fault, path: PropertyKey[]): void => {
      context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint } });
    };
    if (value === undefined) report({ fault: 'there is no target', hint: HINT }, []);
    else if (typeof value === 'string') return urlsOf([value], (fault) => report(fault, []));
    else if (isEmbedded(value)) return embeddedOf(value, report);
    else if (!Array.isArray(value))
      report({ fault: `a target is not ${describeValue(value)}`, hint: HINT }, []);
    else if (value.length === 0) report({ fault: 'this list is empty', hint: HINT }, []);
    else return urlsOf(value, (fault, index) => report(fault, [index]));
    return z.NEVER;
  })
  .meta({
    description:
      'Where to connect: one URL (`ws://` or `wss://`), a list of URLs (connection n takes the n-th, round and round), or `embedded`: the run starts a STOMP broker of its own on this machine. User and password in a URL become an `Authorization: Basic` header. `embedded` may be a map: `{ embedded: { faults: faults.yaml, ledger: truth.json } }` gives the broker [faults](faults.md), from a file relative to the scenario or written there, and has it write its own account of what it did, relative to the folder of the run.',
    'x-type': 'URL, list of URLs, `embedded`, or a map with `embedded`',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }, EMBEDDED_SCHEMA],
  });

/** What a run writes into its folder itself. */
const OWN_FILES = ['result.json', 'report.html', 'intervals.ndjson'];

function embeddedOf(
  value: object,
  report: (fault: Fault, path: PropertyKey[]) => void,
): EmbeddedTarget | typeof z.NEVER {
  const keys = ['faults', 'ledger'];
  for (const key of Object.keys(value)) {
    if (key !== EMBEDDED)
      report({ fault: 'this does not belong to a target', hint: 'keep embedded only' }, [key]);
  }
  const written: unknown = (value as Readonly<Record<string, unknown>>)[EMBEDDED] ?? {};
  if (typeof written !== 'object' || Array.isArray(written)) {
    const hint = `its keys are ${keys.join(', ')}`;
    report({ fault: `this is ${describeValue(written)}, and not a map`, hint }, [EMBEDDED]);
    return z.NEVER;
  }
  const options = written as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(options)) {
    if (keys.includes(key)) continue;
    const meant = nearest(key, keys);
    const hint = meant === undefined ? `the keys here are ${keys.join(', ')}` : `did you mean ${meant}?`;
    report({ fault: 'there is no such key', hint }, [EMBEDDED, key]);
  }
  const ledger = options['ledger'] ?? null;
  const isPath = typeof ledger === 'string' && ledger !== '' && !ledger.includes('\0');
  if (ledger !== null && !isPath) {
    report({ fault: 'this is no path of a file', hint: 'write e.g. truth.json' }, [EMBEDDED, 'ledger']);
  } else if (isPath && OWN_FILES.includes(ledger)) {
    report({ fault: 'the run writes this file itself', hint: 'write e.g. truth.json' }, [EMBEDDED, 'ledger']);
  }
  return { embedded: true, ledger: isPath ? ledger : null };
}

function urlsOf(
  values: readonly unknown[],
  report: (fault: Fault, index: number) => void,
): readonly string[] {
  const urls: string[] = [];
  for (const [index, value] of values.entries()) {
    const url = typeof value === 'string' ? urlOf(value) : notText(value);
    if (typeof url === 'string') urls.push(url);
    else report(url, index);
  }
  return urls;
}

function notText(value: unknown): Fault {
  return { fault: `a URL is not ${describeValue(value)}`, hint: HINT };
}

/** The URL in its canonical spelling, or what is wrong with it. */
function urlOf(text: string): string | Fault {
  if (text === EMBEDDED) {
    return { fault: 'embedded stands for itself, not in a list', hint: 'write target: embedded' };
  }
  const written = maskUrl(text);
  if (/[\s\p{Cc}]/u.test(text)) return { fault: 'a URL has no blanks in it', hint: 'write a blank as %20' };
  const http = /^http(s?):/i.exec(text);
  if (http !== null) {
    return {
      fault: 'this is the URL of a web page',
      hint: `write ${written.replace(/^http/i, 'ws')}, with the path of the WebSocket endpoint`,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const meant = nearest(text, [EMBEDDED]);
    const url = `ws://${written.replace(/^(?:wss?:)?\/*/i, '')}`;
    return {
      fault: 'this has no scheme',
      hint: meant === undefined ? `write ${url} or ${url.replace('ws:', 'wss:')}` : `did you mean ${meant}?`,
    };
  }
  if (scheme !== 'ws' && scheme !== 'wss') {
    return { fault: `stompede does not speak ${scheme}`, hint: 'write ws:// or wss://' };
  }
  if (text.includes('#')) {
    return {
      fault: 'a WebSocket URL has no fragment (RFC 6455 §3)',
      hint: 'remove "#" and what follows, or write %23',
    };
  }
  if (!URL.canParse(text)) return { fault: 'this is no URL', hint: HINT };
  const url = new URL(text);
  if (url.port === '0') return { fault: 'port 0 is no port', hint: 'write the port of the server' };
  return url.href;
}
