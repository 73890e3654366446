import type { ComparedRun } from './compared-run.js';

/** What may explain a change, by what it is called. */
const ASPECTS: Readonly<Record<string, (run: ComparedRun) => string>> = {
  CPU: ({ environment }) => environment.cpuModel,
  'number of CPUs': ({ environment }) => String(environment.cpus),
  'operating system': ({ environment }) => environment.os,
  'version of Node': ({ environment }) => majorOf(environment.node),
  'version of stompede': ({ stompede }) => stompede,
};

/** A sentence for each: another machine or another version measures otherwise. */
export function environmentDifferences(
  baseline: readonly ComparedRun[],
  current: readonly ComparedRun[],
): readonly string[] {
  if (baseline.length === 0 || current.length === 0) return [];
  return Object.entries(ASPECTS).flatMap(([aspect, of]) => {
    const [before, now] = [listed(baseline, of), listed(current, of)];
    return before === now ? [] : [`Another ${aspect}: ${before} in the baseline, ${now} now.`];
  });
}

function listed(runs: readonly ComparedRun[], of: (run: ComparedRun) => string): string {
  return [...new Set(runs.map(of))].sort().join(' and ');
}

/** v20.19.4: v20. */
function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}
