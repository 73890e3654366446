import { z } from 'zod';
import { nearest } from '../shared/nearest.js';
import { maskUrl } from '../shared/mask.js';
import {
  EMBEDDED,
  EMBEDDED_SCHEMA,
  type EmbeddedTarget,
  embeddedOf,
  isEmbedded,
  PLAIN_EMBEDDED,
  type Report,
} from './embedded-target.js';
import { describeValue, type Fault } from './field.js';

/** URLs in the order in which connections are spread over them. */
export interface UrlTarget {
  readonly urls: readonly string[];
  readonly addresses: 'first' | 'all';
}

export type Target = EmbeddedTarget | UrlTarget;

const URLS_SCHEMA = [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] as const;

const MAP_SCHEMA = {
  type: 'object',
  properties: {
    urls: { anyOf: URLS_SCHEMA },
    addresses: {
      description: 'Of a name with several addresses: one that answers, or each as a target of its own.',
      enum: ['first', 'all'],
    },
  },
  required: ['urls'],
  additionalProperties: false,
} as const;

const HINT = 'write a URL such as ws://127.0.0.1:15674/ws, a list of them, or embedded';

/** `embedded` by itself or with what it is to do, one URL, a list of URLs, or a map with them. */
export const target = z
  .unknown()
  .transform((value, context): Target => {
    const report: Report = ({ fault, hint }, path) => {
      context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint } });
    };
    if (value === EMBEDDED) return PLAIN_EMBEDDED;
    if (isEmbedded(value)) return embeddedOf(value, report);
    if (isMap(value)) return mapOf(value, report);
    return { urls: urlsOf(value, report, []), addresses: 'first' };
  })
  .meta({
    description:
      'Where to connect: one URL (`ws://` or `wss://`), a list of URLs (connection n takes the n-th, round and round), or `embedded`: the run starts a STOMP broker of its own on this machine. User and password in a URL become an `Authorization: Basic` header. `{ urls: ws://chat.example.com/ws, addresses: all }` makes each address that the name resolves to a target of its own, looked up once before the run and reported one by one; with `first`, the default, an address that answers is used for all. `embedded` may be a map: `{ embedded: { faults: faults.yaml, ledger: truth.json } }` gives the broker [faults](faults.md), from a file relative to the scenario or written there, and has it write its own account of what it did, relative to the folder of the run. `{ embedded: { processes: 4 } }` makes it four processes, each with a port of its own; by itself it is as many as its open files ask for, and one where there are faults, a ledger or a queue.',
    'x-type': 'URL, list of URLs, `embedded`, or a map with `urls` or `embedded`',
    anyOf: [...URLS_SCHEMA, EMBEDDED_SCHEMA, MAP_SCHEMA],
  });

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const KEYS = ['urls', 'addresses', EMBEDDED];

function mapOf(value: Readonly<Record<string, unknown>>, report: Report): UrlTarget {
  for (const key of Object.keys(value)) {
    if (KEYS.includes(key)) continue;
    const meant = nearest(key, KEYS);
    const hint = meant === undefined ? `the keys here are ${KEYS.join(', ')}` : `did you mean ${meant}?`;
    report({ fault: 'there is no such key', hint }, [key]);
  }
  const addresses = value['addresses'] ?? 'first';
  if (addresses !== 'first' && addresses !== 'all') {
    report({ fault: 'this is none of first, all', hint: 'write one of first, all' }, ['addresses']);
  }
  const urls = urlsOf(value['urls'], report, ['urls']);
  return { urls, addresses: addresses === 'all' ? 'all' : 'first' };
}

/** One URL, or a list of them. */
function urlsOf(value: unknown, report: Report, path: PropertyKey[]): readonly string[] {
  if (value === undefined) report({ fault: 'there is no target', hint: HINT }, path);
  else if (typeof value === 'string')
    return listOf([value], (fault) => {
      report(fault, path);
    });
  else if (!Array.isArray(value))
    report({ fault: `a target is not ${describeValue(value)}`, hint: HINT }, path);
  else if (value.length === 0) report({ fault: 'this list is empty', hint: HINT }, path);
  else
    return listOf(value, (fault, index) => {
      report(fault, [...path, index]);
    });
  return [];
}

function listOf(
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
