import { z } from 'zod';
import { nearest } from '../shared/nearest.js';
import { maskUrl } from '../shared/mask.js';
import { describeValue, type Fault } from './field.js';

export const EMBEDDED = 'embedded';

export type Target = typeof EMBEDDED | readonly string[];

const HINT = 'write a URL such as ws://127.0.0.1:15674/ws, a list of them, or embedded';

/** `embedded`, one URL, or a list of URLs. */
export const target = z
  .unknown()
  .transform((value, context): Target => {
    if (value === EMBEDDED) return EMBEDDED;
    const report = ({ fault, hint }: Fault, path: PropertyKey[]): void => {
      context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint } });
    };
    if (value === undefined) report({ fault: 'there is no target', hint: HINT }, []);
    else if (typeof value === 'string') return urlsOf([value], (fault) => report(fault, []));
    else if (!Array.isArray(value))
      report({ fault: `a target is not ${describeValue(value)}`, hint: HINT }, []);
    else if (value.length === 0) report({ fault: 'this list is empty', hint: HINT }, []);
    else return urlsOf(value, (fault, index) => report(fault, [index]));
    return z.NEVER;
  })
  .meta({
    description:
      'Where to connect: one URL (`ws://` or `wss://`), a list of URLs (connection n takes the n-th, round and round), or `embedded`: the run starts a STOMP broker of its own on this machine. User and password in a URL become an `Authorization: Basic` header.',
    'x-type': 'URL, list of URLs, or `embedded`',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  });

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
