import path from 'node:path';
import type { Override, Overrides } from './overrides.js';
import { quoted, type Path, type Problem } from './problems.js';
import { nameFrom } from './schema.js';
import { flagPlace, scalar, type Entry, type MapTree, type Place, type Tree } from './tree.js';

/** What can be said of a scenario by flags; each is a text, as the user typed it. */
export interface ScenarioFlags {
  readonly connections?: string | undefined;
  readonly rate?: string | undefined;
  readonly hold?: string | undefined;
  readonly destination?: string | undefined;
  readonly login?: string | undefined;
  readonly passcode?: string | undefined;
  readonly host?: string | undefined;
  /** `Name: value`, of the HTTP upgrade. */
  readonly header?: readonly string[] | undefined;
  readonly client?: string | undefined;
  readonly subprotocol?: readonly string[] | undefined;
  readonly insecure?: boolean | undefined;
  /** Relative to the working directory. */
  readonly ca?: string | undefined;
  /** For a bare URL `0` publishes nothing. */
  readonly publishRate?: string | undefined;
  readonly size?: string | undefined;
  readonly name?: string | undefined;
  /** Kinds of reports, each text one or several with commas between. */
  readonly report?: readonly string[] | undefined;
  /** Added to those of the scenario. */
  readonly threshold?: readonly string[] | undefined;
}

/** `--baseline-target`, any number of times; what its addresses are is the scenario's to say. */
export interface BaselineTarget {
  readonly urls: readonly string[];
  readonly addresses: 'first' | 'all';
}

/** A run without a file: a URL, and flags. */
export interface BareUrlFlags extends ScenarioFlags {
  readonly url: string;
}

/** Where nothing else is said, a run talks only to itself. */
const OWN_DESTINATION = '/topic/stompede.{{ run }}';

type Simple = Exclude<
  keyof ScenarioFlags,
  'destination' | 'header' | 'subprotocol' | 'insecure' | 'ca' | 'report' | 'threshold'
>;

const SIMPLE: readonly (readonly [Simple, string, Path])[] = [
  ['connections', '--connections', ['connect', 'connections']],
  ['rate', '--rate', ['connect', 'rate']],
  ['hold', '--hold', ['hold']],
  ['login', '--login', ['stomp', 'login']],
  ['passcode', '--passcode', ['stomp', 'passcode']],
  ['host', '--host', ['stomp', 'host']],
  ['client', '--client', ['client']],
  ['publishRate', '--publish-rate', ['publish', 0, 'rate']],
  ['size', '--size', ['publish', 0, 'size']],
  ['name', '--name', ['name']],
];

/** Flags as overrides of the matching paths. They are literal: no YAML, no variables are read in them. */
export function flagOverrides(flags: ScenarioFlags, cwd: string): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  const add = (at: Path, flag: string, text: string, ifPresent?: Path): void => {
    const place = flagPlace(flag);
    const value = scalar(text, place);
    overrides.push({ path: at, value, place, ...(ifPresent === undefined ? {} : { ifPresent }) });
  };
  for (const [name, flag, at] of SIMPLE) {
    const text = flags[name];
    if (text !== undefined) add(at, flag, text);
  }
  if (flags.destination !== undefined) {
    add(['subscribe', 0, 'destination'], '--destination', flags.destination);
    add(['publish', 0, 'destination'], '--destination', flags.destination, ['publish', 0]);
  }
  if (flags.insecure === true) add(['connect', 'tls', 'insecure'], '--insecure', 'true');
  if (flags.ca !== undefined) add(['connect', 'tls', 'ca'], '--ca', path.resolve(cwd, flags.ca));
  for (const header of flags.header ?? []) {
    const colon = header.indexOf(':');
    if (colon > 0) {
      add(['connect', 'headers', header.slice(0, colon).trim()], '--header', header.slice(colon + 1).trim());
      continue;
    }
    // Without a colon, what of it is a secret cannot be told: it is not shown.
    const hint = 'write --header "Origin: https://example.com"';
    problems.push({
      where: '--header',
      path: 'connect.headers',
      found: null,
      message: 'there is no colon in it',
      hint,
    });
  }
  if (flags.subprotocol !== undefined) {
    const place = flagPlace('--subprotocol');
    const items = flags.subprotocol.map((text) => scalar(text, place));
    overrides.push({ path: ['connect', 'subprotocols'], place, value: { kind: 'list', items, place } });
  }
  if (flags.report !== undefined) {
    const place = flagPlace('--report');
    const kinds = flags.report.flatMap((text) => text.split(',')).map((text) => scalar(text.trim(), place));
    overrides.push({ path: ['report'], place, value: { kind: 'list', items: kinds, place } });
  }
  for (const text of flags.threshold ?? []) {
    const place = flagPlace('--threshold');
    overrides.push({ path: ['thresholds'], value: scalar(text, place), place, append: true });
  }
  return { overrides, problems };
}

/** The same scenario for another server: it takes the place of whatever target there is. */
export function targetOverride({ urls, addresses }: BaselineTarget): Override {
  const place = flagPlace('--baseline-target');
  const items = urls.map((url) => scalar(url, place));
  const value = mapOf(place, {
    urls: { kind: 'list', items, place },
    addresses: scalar(addresses, place),
  });
  return { path: ['target'], place, value };
}

/** The document of a bare URL: everybody subscribed to one destination, one publisher. */
export function bareUrlDocument(flags: BareUrlFlags): Tree {
  const { url, destination } = flags;
  const place = flagPlace('the URL');
  const to = scalar(destination ?? OWN_DESTINATION, flagPlace('--destination'));
  const destinationEntry = (): Tree => listOf(place, mapOf(place, { destination: to }));
  return mapOf(place, {
    name: scalar(nameOfUrl(url), place),
    target: scalar(url, place),
    subscribe: destinationEntry(),
    ...(!publishesNothing(flags) ? { publish: destinationEntry() } : {}),
  });
}

/** What a bare URL's document has not taken care of. */
export function remainingFlags(flags: BareUrlFlags): {
  readonly flags: ScenarioFlags;
  readonly problems: readonly Problem[];
} {
  const rest = { ...flags, destination: undefined };
  if (!publishesNothing(flags)) return { flags: rest, problems: [] };
  const problems: Problem[] = [];
  if (flags.size !== undefined) {
    const message = 'with --publish-rate 0 nothing is published';
    const hint = 'leave one of them out';
    problems.push({ where: '--size', path: '', found: quoted(flags.size), message, hint });
  }
  return { flags: { ...rest, publishRate: undefined, size: undefined }, problems };
}

function publishesNothing({ publishRate }: ScenarioFlags): boolean {
  return publishRate !== undefined && /^0(?:\/\w+)?$/.test(publishRate.trim());
}

function nameOfUrl(url: string): string {
  return nameFrom(URL.canParse(url) ? new URL(url).hostname : 'bare-url');
}

function mapOf(place: Place, values: Readonly<Record<string, Tree>>): MapTree {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(values)) entries.set(key, { keyPlace: place, value });
  return { kind: 'map', entries, place };
}

function listOf(place: Place, ...items: Tree[]): Tree {
  return { kind: 'list', items, place };
}
