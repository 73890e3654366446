import type { RunResult } from '../model/result.js';
import {
  connectionFacts,
  deliveryFacts,
  formatMoment,
  furtherReasons,
  targetOf,
  verdictLabel,
} from './facts.js';
import type { Fact } from './facts.js';
import { formatMs } from './format.js';
import { baselineMarkdown } from './markdown-baseline.js';
import { failuresMarkdown, findingsMarkdown } from './markdown-causes.js';
import { latenciesMarkdown } from './markdown-latencies.js';
import { runsMarkdown } from './markdown-runs.js';
import { markdownCode, markdownProse } from './markdown-text.js';
import { thresholdsMarkdown } from './markdown-thresholds.js';
import { soundness, soundnessText } from './soundness.js';
import { visibleResult } from './visible-text.js';

const LONGEST = 240;
const MOST_REASONS = 10;
const MOST_NOTES = 5;

/**
 * summary.md: for the summary of a CI job or a comment on a pull request (GitHub takes up to 1 MiB of it, and 65,536
 * characters). Everything in it is bounded, and what comes from a target can neither format, link nor mention.
 */
export function renderMarkdown(given: RunResult): string {
  const result = visibleResult(given);
  const blocks = [
    ...verdictMarkdown(result),
    ...thresholdsMarkdown(result),
    ...baselineMarkdown(result),
    ...runsMarkdown(result),
    ...findingsMarkdown(result),
    '### Cycle',
    ...latenciesMarkdown(result),
    factsLine(connectionFacts(result)),
    ...(result.publishing.due > 0 || result.deliveries.foreign > 0
      ? [`Deliveries: ${factsLine(deliveryFacts(result))}`]
      : []),
    ...failuresMarkdown(result),
    ...notesMarkdown(result),
  ];
  return `${blocks.join('\n\n')}\n`.replaceAll('\u00a0', ' ');
}

function verdictMarkdown(result: RunResult): readonly string[] {
  const { label, tone } = verdictLabel(result);
  const mark = { good: '✅', note: '⚠️', bad: '❌' }[tone];
  const reasons = furtherReasons(result);
  const left = reasons.length - MOST_REASONS;
  const about = [
    markdownCode(targetOf(result), 120),
    markdownProse(formatMoment(result.run.startedAt), 40),
    formatMs(result.run.durationMs),
    `run ${markdownCode(result.run.id, 20)}`,
    `exit code ${result.verdict.exitCode}`,
  ];
  return [
    `## ${mark} ${label}: ${markdownCode(result.run.name, 80)}`,
    `**${markdownProse(result.verdict.headline, LONGEST)}** ${soundnessText(soundness(result))}.`,
    ...(reasons.length === 0 ? [] : [bullets(reasons.slice(0, MOST_REASONS), left)]),
    about.join(' · '),
  ];
}

function notesMarkdown({ notes }: RunResult): readonly string[] {
  if (notes.length === 0) return [];
  return ['### Notes', bullets(notes.slice(0, MOST_NOTES), notes.length - MOST_NOTES)];
}

function bullets(texts: readonly string[], left: number): string {
  const lines = texts.map((text) => `- ${markdownProse(text, LONGEST)}`);
  return [...lines, ...(left <= 0 ? [] : [`- and ${left} more`])].join('\n');
}

/** Labels and values of these are this program's own words and figures. */
function factsLine(facts: readonly Fact[]): string {
  return facts
    .map(({ label, value, tone }) => (tone === 'bad' ? `**${value} ${label}**` : `${value} ${label}`))
    .join(' · ');
}
