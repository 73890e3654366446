import { Buffer } from 'node:buffer';

/** What stands in the place of a secret. */
export const MASK = '***';

/** Shorter values are in every other text; masking them would only make reports unreadable. */
const MIN_SECRET_LENGTH = 3;
/** RabbitMQ's and ActiveMQ's well-known default, which is also an ordinary word of many messages. */
const WELL_KNOWN = 'guest';

const SECRET_NAME =
  /token|secret|pass(?:w|c|phrase)|api[-_]?key|access[-_]?key|private|auth|cookie|session|signature|credential|jwt|bearer|^(?:key|sig|sid|pwd|pass)$/i;

/** Whether a header or URL parameter of this name usually carries a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The secret values of one run. Whatever a target or the system says goes through `scrub` before it is cut or kept. */
export class Secrets {
  readonly values: readonly string[];
  private readonly pattern: RegExp | undefined;

  constructor(values: Iterable<string>) {
    this.values = [...new Set(values)].filter(
      (value) => value.length >= MIN_SECRET_LENGTH && value !== WELL_KNOWN,
    );
    const spellings = [...new Set(this.values.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
    this.pattern =
      spellings.length === 0 ? undefined : new RegExp(spellings.map(escapeForRegExp).join('|'), 'g');
  }

  /** Every occurrence of a secret value, however it is spelled in a URL, in JSON or in a STOMP header, becomes `***`. */
  scrub(text: string): string {
    return this.pattern === undefined ? text : text.replaceAll(this.pattern, MASK);
  }
}

function spellingsOf(value: string): string[] {
  return [value, encodeForUrl(value), JSON.stringify(value).slice(1, -1), encodeForStomp(value)];
}

function encodeForUrl(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    // A lone surrogate has no encoding.
    return value;
  }
}

/** STOMP 1.2, "Value Encoding". */
function encodeForStomp(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll(':', '\\c');
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The secret values in a header: all of it, and what a server may quote of it alone. Empty for an ordinary header. */
export function secretsOfHeader(name: string, value: string): string[] {
  if (!isSecretName(name)) return [];
  const values = [value];
  const credentials = /^\s*(\S+)\s+(\S.*)$/.exec(value);
  if (credentials !== null) {
    const [, scheme = '', rest = ''] = credentials;
    values.push(rest);
    if (scheme.toLowerCase() === 'basic') {
      const pair = Buffer.from(rest, 'base64').toString('utf8');
      values.push(pair, pair.slice(pair.indexOf(':') + 1));
    }
  }
  for (const part of value.split(/[;,]\s*/)) {
    const equals = part.indexOf('=');
    if (equals > 0) values.push(part.slice(equals + 1), part.slice(equals + 1).replaceAll('"', ''));
  }
  return values;
}

/** The secret values in a URL: its userinfo, and parameters of a secret name. */
export function secretsOfUrl(url: string): string[] {
  const values: string[] = [];
  const userinfo = USERINFO.exec(url)?.[2];
  if (userinfo !== undefined) {
    const colon = userinfo.indexOf(':');
    const password = colon === -1 ? userinfo : userinfo.slice(colon + 1);
    values.push(userinfo, decode(userinfo), password, decode(password));
    values.push(Buffer.from(decode(userinfo), 'utf8').toString('base64'));
  }
  for (const [, , name = '', value = ''] of url.matchAll(PARAMETER)) {
    if (isSecretName(decode(name))) values.push(value, decode(value));
  }
  return values;
}

/** Also for texts that only were meant to be URLs: a problem quotes them before they are known to be right. */
export function maskUrl(url: string): string {
  return url
    .replace(USERINFO, `$1${MASK}@`)
    .replaceAll(PARAMETER, (whole: string, before: string, name: string) =>
      isSecretName(decode(name)) ? `${before}${name}=${MASK}` : whole,
    );
}

const USERINFO = /^((?:[a-z][a-z0-9+.-]*:)?\/+)?([^/?#]*)@/i;
const PARAMETER = /([?&;])([^=&;#?]+)=([^&;#]*)/g;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: Secrets,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? MASK : secrets.scrub(value)]),
  );
}

/** The parts of a RunPlan that are masked by what they are; of everything else only the secret values are. */
export interface MaskablePlan {
  target: { urls: readonly string[] };
  stomp: { passcode: string | null; headers: Readonly<Record<string, string>> };
  connect: { headers: Readonly<Record<string, string>>; tls: { caPem: string | null } };
  subscribe: readonly { headers: Readonly<Record<string, string>> }[];
  publish: readonly { headers: Readonly<Record<string, string>> }[];
}

/**
 * A copy of the plan that may be shown and written: passcode, secret headers, URL credentials and PEM text masked, and
 * every secret value wherever else it stands.
 */
export function maskPlan<P extends MaskablePlan>(plan: P, secrets: Secrets): P {
  const copy = structuredClone(plan);
  const view: MaskablePlan = copy;
  view.target.urls = view.target.urls.map((url) => secrets.scrub(maskUrl(url)));
  view.stomp.passcode = view.stomp.passcode === null ? null : MASK;
  view.stomp.headers = maskHeaders(view.stomp.headers, secrets);
  view.connect.headers = maskHeaders(view.connect.headers, secrets);
  view.connect.tls.caPem = view.connect.tls.caPem === null ? null : MASK;
  for (const entry of [...view.subscribe, ...view.publish]) {
    entry.headers = maskHeaders(entry.headers, secrets);
  }
  scrubLeaves(copy, secrets);
  return copy;
}

/** Fields whose values are words of a closed list: a secret that is spelled like one of them is not told by it. */
const WORDS = new Set(['schema', 'client', 'versions', 'confirm', 'ack', 'distribution', 'stamp', 'report']);

/** Scrubs every string within, in place; headers have been masked before, whatever they are called. */
function scrubLeaves(node: object, secrets: Secrets): void {
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (WORDS.has(key)) continue;
    if (typeof value === 'string') Object.assign(node, { [key]: secrets.scrub(value) });
    else if (typeof value === 'object' && value !== null) scrubLeaves(value, secrets);
  }
}
