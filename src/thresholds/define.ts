import type { Latency } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import type { Family, Read, Subject } from './family.js';

/** How the lines of the catalogue are written (catalogue.ts). */

interface Texts {
  readonly name: string;
  readonly description: string;
  /** Lower unless told otherwise. */
  readonly better?: 'higher';
  /** Only the end of the run can tell. */
  readonly atEndOnly?: true;
  readonly absentFrom?: Subject['absentFrom'];
}

interface CountTexts extends Texts {
  readonly read: Read;
  /** What a bound in % is of. */
  readonly of?: { readonly name: string; readonly whole: Read; readonly part?: Read };
}

interface FigureTexts extends Texts {
  readonly read: Read;
}

interface LatencyTexts extends Texts {
  readonly latency: Latency;
  readonly fromSocket: boolean;
}

export function count(texts: CountTexts): Family {
  return counts({ ...texts, members: [texts] });
}

/** Several under one line: all of it is of the line but the names, and how each is read. */
export function counts(
  texts: Texts & {
    /** The name of what a bound in % is of. */
    readonly of?: { readonly name: string };
    readonly members: readonly Pick<CountTexts, 'name' | 'read' | 'of' | 'absentFrom'>[];
  },
): Family {
  const subjects = texts.members.map(({ name, read, of, absentFrom = always }): Subject => {
    const share = of === undefined ? null : { part: of.part ?? read, whole: of.whole };
    return { name, reading: { kind: 'count', read, share }, absentFrom };
  });
  return { ...line(texts), unit: 'count', shareOf: texts.of?.name ?? null, subjects };
}

export function rate({ read, absentFrom = always, ...texts }: FigureTexts): Family {
  const subjects = [{ name: texts.name, reading: { kind: 'rate', read } as const, absentFrom }];
  return { ...line(texts), unit: 'perSec', shareOf: null, subjects };
}

export function figure({
  read,
  unit,
  absentFrom = always,
  ...texts
}: FigureTexts & { readonly unit: 'us' | 'bytes' }): Family {
  const subjects = [{ name: texts.name, reading: { kind: 'figure', read } as const, absentFrom }];
  return { ...line(texts), unit, shareOf: null, subjects };
}

export function latency(texts: LatencyTexts): Family {
  return latencies({ ...texts, members: [texts] });
}

export function latencies(
  texts: Texts & {
    readonly members: readonly Pick<LatencyTexts, 'name' | 'latency' | 'fromSocket' | 'absentFrom'>[];
  },
): Family {
  const subjects = texts.members.map(({ name, latency: of, fromSocket, absentFrom = always }): Subject => {
    return { name, reading: { kind: 'latency', latency: of, fromSocket }, absentFrom };
  });
  return { ...line(texts), name: `${texts.name}.<stat>`, unit: 'us', shareOf: null, subjects };
}

function line({
  name,
  description,
  better,
  atEndOnly,
}: Texts): Omit<Family, 'unit' | 'shareOf' | 'subjects'> {
  return { name, description, better: better ?? 'lower', inParts: atEndOnly !== true };
}

/** Every run has it. */
function always(_plan: RunPlan): null {
  return null;
}
