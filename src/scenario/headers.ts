import { z } from 'zod';
import { describeValue, type Fault, type FieldInfo } from './field.js';
import { lineSafe } from './texts.js';

type Check = (name: string, value: string) => Fault | undefined;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers of the HTTP upgrade request; those of the handshake itself (RFC 6455 §4.1) are stompede's. */
export function httpHeaders(info: FieldInfo) {
  const own = new Map([
    ['upgrade', ''],
    ['connection', ''],
    ['sec-websocket-key', ''],
    ['sec-websocket-version', ''],
    ['sec-websocket-extensions', 'connect.permessageDeflate'],
    ['sec-websocket-protocol', 'connect.subprotocols'],
  ]);
  return headers(info, own, (name, value) => {
    if (!TOKEN.test(name))
      return { fault: 'this is no name of a header', hint: 'write letters, digits and hyphens' };
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      return {
        fault: 'a line break, or a character beyond Latin-1, cannot be in it',
        hint: 'write it in one line; if it comes from a variable or file, strip its end',
      };
    }
    return undefined;
  });
}

/** Further headers of a STOMP frame. `own` are those that stompede writes, each with the key that sets it. */
export function stompHeaders(own: ReadonlyMap<string, string>, info: FieldInfo) {
  return headers(info, own, (name, value) => {
    if (/[\0\r\n:]/.test(name) || name === '') {
      return { fault: 'this is no name of a header', hint: 'write letters, digits and hyphens' };
    }
    return lineSafe(value);
  });
}

function headers({ description }: FieldInfo, own: ReadonlyMap<string, string>, check: Check) {
  return z
    .unknown()
    .transform((value, context): Readonly<Record<string, string>> => {
      const report = ({ fault, hint }: Fault, path: PropertyKey[]): void => {
        context.issues.push({ code: 'custom', input: value, path, message: fault, params: { hint } });
      };
      if (value === null) return {};
      if (typeof value !== 'object' || Array.isArray(value)) {
        const hint = 'write a map: { name: value }';
        report({ fault: `this is ${describeValue(value)}, and not headers`, hint }, []);
        return z.NEVER;
      }
      const seen = new Set<string>();
      const result: [string, string][] = [];
      for (const [name, text] of Object.entries(value) as [string, unknown][]) {
        const lowerCase = name.toLowerCase();
        const fault = seen.has(lowerCase)
          ? { fault: 'this header is here twice', hint: 'keep one of them' }
          : headerFault(name, text, own.get(lowerCase), check);
        seen.add(lowerCase);
        if (fault !== undefined) report(fault, [name]);
        if (typeof text === 'string') result.push([name, text]);
      }
      return Object.fromEntries(result);
    })
    .prefault({})
    .meta({
      description,
      'x-type': 'map of texts',
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    });
}

function headerFault(
  name: string,
  value: unknown,
  setBy: string | undefined,
  check: Check,
): Fault | undefined {
  if (setBy !== undefined) {
    return {
      fault: 'stompede writes this header itself',
      hint: setBy === '' ? 'remove it' : `write ${setBy} instead`,
    };
  }
  if (typeof value === 'string') return check(name, value);
  if (value === null) return { fault: 'nothing is written here', hint: 'write a text, "" for an empty one' };
  return { fault: `this is ${describeValue(value)}, and not a text`, hint: 'write one text for each header' };
}
