import { z } from 'zod';
import { REPORT_FILES } from '../model/plan.js';
import { nearest } from '../shared/nearest.js';
import { describeValue, type Fault } from './field.js';

export const EMBEDDED = 'embedded';

/** A broker of our own. Its faults are read apart from the rest (faults-file.ts). */
export interface EmbeddedTarget {
  readonly embedded: true;
  /** null: none. */
  readonly ledger: string | null;
  readonly processes: number | 'auto';
}

export const PLAIN_EMBEDDED: EmbeddedTarget = { embedded: true, ledger: null, processes: 'auto' };

export function isEmbedded(value: unknown): value is EmbeddedTarget {
  return typeof value === 'object' && value !== null && 'embedded' in value;
}

/** Of the embedded broker, and of the generator. */
export const MAX_PROCESSES = 256;

export const EMBEDDED_SCHEMA = {
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
        processes: {
          description: 'How many processes the broker is. auto: as few as hold the connections.',
          anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 1, maximum: MAX_PROCESSES }],
        },
      },
      additionalProperties: false,
    },
  },
  required: ['embedded'],
  additionalProperties: false,
} as const;

export type Report = (fault: Fault, path: PropertyKey[]) => void;

type Options = Readonly<Record<string, unknown>>;

/** What a run writes into its folder itself. */
const OWN_FILES: readonly string[] = [...Object.values(REPORT_FILES), 'intervals.ndjson'];
const KEYS = ['faults', 'ledger', 'processes'];

/** `{ embedded: { … } }`, read. */
export function embeddedOf(value: object, report: Report): EmbeddedTarget | typeof z.NEVER {
  for (const key of Object.keys(value)) {
    if (key !== EMBEDDED)
      report({ fault: 'this does not belong to a target', hint: 'keep embedded only' }, [key]);
  }
  const written: unknown = (value as Options)[EMBEDDED] ?? {};
  if (typeof written !== 'object' || Array.isArray(written)) {
    const hint = `its keys are ${KEYS.join(', ')}`;
    report({ fault: `this is ${describeValue(written)}, and not a map`, hint }, [EMBEDDED]);
    return z.NEVER;
  }
  const options = written as Options;
  for (const key of Object.keys(options)) {
    if (KEYS.includes(key)) continue;
    const meant = nearest(key, KEYS);
    const hint = meant === undefined ? `the keys here are ${KEYS.join(', ')}` : `did you mean ${meant}?`;
    report({ fault: 'there is no such key', hint }, [EMBEDDED, key]);
  }
  const at = (key: string) => (fault: Fault) => {
    report(fault, [EMBEDDED, key]);
  };
  const ledger = ledgerOf(options['ledger'] ?? null, at('ledger'));
  const processes = processesOf(options['processes'] ?? 'auto', at('processes'));
  if (processes !== 'auto' && processes > 1 && (ledger !== null || (options['faults'] ?? null) !== null)) {
    const hint = 'write processes: 1, or leave faults and ledger out';
    at('processes')({ fault: 'each process would have faults and an account of its own', hint });
  }
  return { embedded: true, ledger, processes };
}

function ledgerOf(ledger: unknown, report: (fault: Fault) => void): string | null {
  if (ledger === null) return null;
  const hint = 'write e.g. truth.json';
  if (typeof ledger !== 'string' || ledger === '' || ledger.includes('\0')) {
    report({ fault: 'this is no path of a file', hint });
    return null;
  }
  if (OWN_FILES.includes(ledger)) report({ fault: 'the run writes this file itself', hint });
  return ledger;
}

function processesOf(text: unknown, report: (fault: Fault) => void): number | 'auto' {
  if (text === 'auto') return text;
  const count = typeof text === 'string' && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MAX_PROCESSES) return count;
  const hint = `write auto, or a whole number from 1 to ${MAX_PROCESSES}`;
  report({ fault: 'this is neither auto nor such a number', hint });
  return 'auto';
}
