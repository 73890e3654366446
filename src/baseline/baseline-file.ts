import { z } from 'zod';
import { decodePacked, samplesIn } from '../metrics/hdr-encoding.js';
import type { EnvironmentInfo } from '../model/result.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { visibleText } from '../shared/visible-text.js';
import { COMPARED_LATENCIES, COMPARED_SHARES, type ComparedLatency } from './compared-metrics.js';
import type { ComparedRun } from './compared-run.js';
import { type ScenarioFacts, scenarioDigest } from './scenario-facts.js';

export const BASELINE_SCHEMA = 'stompede.baseline/1';

export const MAX_RUNS = 100;
const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_FACTS = 20_000;
const MAX_BATCHES = 64;
const PROBLEMS_SHOWN = 5;

/** A baseline as it is committed: what its runs were asked for, where they ran, and what of them is compared. */
export interface Baseline {
  readonly schema: typeof BASELINE_SCHEMA;
  readonly stompede: string;
  /** What the runs come to, for people: "24.4 ms", the geometric mean; "0.1 %", the mean. */
  readonly summary: Readonly<Record<string, string>>;
  readonly scenario: { readonly digest: string; readonly facts: ScenarioFacts };
  readonly environment: EnvironmentInfo;
  readonly runs: readonly BaselineRun[];
  /** Of all runs together: HdrHistogram V2 compressed, base64; microseconds. */
  readonly histograms: Readonly<Partial<Record<ComparedLatency, string>>>;
}

/** What a run has for itself. One that does not count is in no baseline. */
export type BaselineRun = Omit<ComparedRun, 'stompede' | 'environment' | 'scenario' | 'unusable'>;

const count = z.number().nonnegative();
const percentiles = z.strictObject({ p50: count, p99: count, 'p99.9': count });
const batches = z.exactOptional(z.array(count).min(1).max(MAX_BATCHES));
const latencyName = z.enum(
  COMPARED_LATENCIES.map(({ name }) => name) as [ComparedLatency, ...ComparedLatency[]],
);

const run = z.strictObject({
  startedAt: z.iso.datetime({ error: 'no date and time' }),
  doubts: z.array(z.string().max(500)).max(100),
  instrumentUs: count.nullable(),
  shares: z.partialRecord(
    z.enum(COMPARED_SHARES),
    z
      .strictObject({ count, of: z.number().positive(), independent: z.number().min(1) })
      .refine((share) => share.count <= share.of, 'more than there are'),
  ),
  latencies: z.partialRecord(
    latencyName,
    z.strictObject({
      samples: z.number().positive(),
      us: percentiles,
      batchesUs: z.strictObject({ p50: batches, p99: batches, 'p99.9': batches }),
    }),
  ),
});

const baselineSchema: z.ZodType<Baseline> = z.strictObject({
  schema: z.literal(BASELINE_SCHEMA),
  stompede: z.string().max(100),
  summary: z.record(z.string(), z.string()),
  scenario: z.strictObject({
    digest: z.string(),
    facts: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .refine((facts) => Object.keys(facts).length <= MAX_FACTS, `more than ${MAX_FACTS} facts`),
  }),
  environment: z.strictObject({
    node: z.string(),
    os: z.string(),
    cpus: count,
    cpuModel: z.string(),
    memoryBytes: count,
    openFilesPerProcess: count.nullable(),
    localPorts: z.tuple([count, count]).nullable(),
  }),
  runs: z.array(run).min(1).max(MAX_RUNS),
  histograms: z.partialRecord(latencyName, z.string()),
});

/**
 * Reads a baseline. `where` is its path, for the error.
 * @throws StompedeError 'result-unreadable' with one problem after the other, if it is no JSON, of another schema, or was
 * changed by hand where it can't be
 */
export function parseBaseline(text: string, where: string): Baseline {
  const hint = 'Write it again: stompede baseline update <baseline.json> <result...>';
  const unreadable = (problem: string): StompedeError =>
    new StompedeError('result-unreadable', `${where}: ${visibleText(problem)}`, { hint });
  if (text.length > MAX_CHARACTERS)
    throw unreadable(`it is larger than any baseline (${text.length} characters)`);
  const value = parseJson(text, unreadable);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== BASELINE_SCHEMA) {
    const found = typeof schema === 'string' ? JSON.stringify(schema.slice(0, 60)) : 'no schema';
    throw unreadable(`it has ${found}, not "${BASELINE_SCHEMA}"`);
  }
  const checked = baselineSchema.safeParse(value);
  if (!checked.success) {
    const { issues } = checked.error;
    const shown = issues
      .slice(0, PROBLEMS_SHOWN)
      .map(
        ({ path, message }) =>
          `${path.map(String).join('.').slice(0, 120) || 'the file'}: ${message.slice(0, 200)}`,
      );
    if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
    throw unreadable(shown.join('; '));
  }
  const problem = contradiction(checked.data);
  if (problem !== null) throw unreadable(problem);
  return checked.data;
}

/** The runs as they are compared. */
export function runsOf({ stompede, environment, scenario, runs }: Baseline): readonly ComparedRun[] {
  return runs.map((run) => ({ ...run, stompede, environment, scenario: scenario.facts, unusable: null }));
}

function parseJson(text: string, unreadable: (problem: string) => StompedeError): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`it is not JSON: ${messageOf(error).slice(0, 200)}`);
  }
}

/** What no writer of ours has made: two baselines that were merged, a run taken out, a fact touched up. */
function contradiction({ scenario, runs, histograms }: Baseline): string | null {
  if (scenarioDigest(scenario.facts) !== scenario.digest) {
    return 'scenario.facts are not what scenario.digest is the digest of';
  }
  for (const { name } of COMPARED_LATENCIES) {
    const samples = runs.reduce((sum, { latencies }) => sum + (latencies[name]?.samples ?? 0), 0);
    const encoded = histograms[name];
    const counted = encoded === undefined ? 0 : samplesOf(encoded);
    if (typeof counted === 'string') return `histograms.${name}: ${counted}`;
    if (counted !== samples) return `histograms.${name} has ${counted} samples, and its runs have ${samples}`;
  }
  return null;
}

/** Or why they can't be counted. */
function samplesOf(encoded: string): number | string {
  try {
    return samplesIn(decodePacked(encoded));
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
