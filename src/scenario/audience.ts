import { compileTemplate, type Template } from '../shared/template.js';
import { PUBLISH_VARIABLES, SUBSCRIBE_VARIABLES } from './messaging-schema.js';

/** Templates are compared by what they render to, over the first of each number; more would only take longer. */
const MAX_INDICES = 10_000;
const MAX_PUBLISHERS = 10_000;
const MAX_RENDERINGS = 100_000;
/** Any one will do: it is the same on both sides. */
const RUN = '00000000';

interface Publishing {
  readonly deliversTo: string;
  readonly publishers: number;
}

/** The destinations of a subscription's template, for the connections from 0 on. */
function subscribedDestinations(source: string, connections: number): string[] {
  const template = compileTemplate(source, SUBSCRIBE_VARIABLES);
  const count = template.variables.has('index') ? Math.min(connections, MAX_INDICES) : 1;
  return Array.from({ length: count }, (_, index) => template.render({ index, run: RUN }));
}

/**
 * How many connections, from 0 on, subscribe to each of the destinations. Beyond `max` the others are taken to do as the
 * first ones do. What else they subscribe to is not kept: a million names would take a second and more.
 */
export function subscribersOf(
  source: string,
  connections: number,
  destinations: ReadonlySet<string>,
  max: number,
): Map<string, number> {
  const template = compileTemplate(source, SUBSCRIBE_VARIABLES);
  const count = template.variables.has('index') ? Math.min(connections, max) : 1;
  const subscribers = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const name = template.render({ index, run: RUN });
    if (destinations.has(name)) subscribers.set(name, (subscribers.get(name) ?? 0) + connections / count);
  }
  return subscribers;
}

/** The destinations that messages arrive at, in equal shares, for publishers and messages from 0 on. */
export function deliveredDestinations({ deliversTo, publishers }: Publishing): string[] {
  const template = compileTemplate(deliversTo, PUBLISH_VARIABLES);
  const publisherCount = countOf(template, 'publisher', Math.min(publishers, MAX_PUBLISHERS));
  const seqCount = countOf(
    template,
    'seq',
    Math.min(MAX_INDICES, Math.floor(MAX_RENDERINGS / publisherCount)),
  );
  const destinations: string[] = [];
  for (let publisher = 0; publisher < publisherCount; publisher++) {
    for (let seq = 0; seq < seqCount; seq++) {
      destinations.push(template.render({ publisher, seq, run: RUN }));
    }
  }
  return destinations;
}

function countOf(template: Template, variable: string, count: number): number {
  return template.variables.has(variable) ? count : 1;
}

/** How many of a subscription's destinations get messages. */
export function reach(
  source: string,
  connections: number,
  publish: readonly Publishing[],
): { readonly reached: number; readonly destinations: number } {
  const delivered = new Set(publish.flatMap(deliveredDestinations));
  const subscribed = new Set(subscribedDestinations(source, connections));
  let reached = 0;
  for (const destination of subscribed) if (gets(destination, delivered)) reached++;
  return { reached, destinations: subscribed.size };
}

/** Wildcards of AMQP (`*`, `#`), ActiveMQ (`*`, `>`) and Spring (`*`, `**`). */
const WILDCARD = /(?<=^|[/.])(?:\*{1,2}|#|>)(?=$|[/.])/;

/** Whether a destination may stand for several. */
export function isPattern(destination: string): boolean {
  return WILDCARD.test(destination);
}

/** Whether each message to a destination goes to one of its subscribers, by what it is usually called. */
export function isQueue(destination: string): boolean {
  return !isPattern(destination) && /^\/(?:amq\/)?queue\//.test(destination);
}

/** What exactly a wildcard takes differs between servers: what begins alike counts. */
function gets(destination: string, delivered: ReadonlySet<string>): boolean {
  if (delivered.has(destination)) return true;
  const wildcard = WILDCARD.exec(destination);
  if (wildcard === null) return false;
  const prefix = destination.slice(0, wildcard.index);
  for (const candidate of delivered) if (candidate.startsWith(prefix)) return true;
  return false;
}
