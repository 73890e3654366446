import type { Comparator } from '../model/thresholds.js';
import { type Bound, boundText, readBound } from './bound.js';
import { findMetric } from './find-metric.js';
import { isThresholdProblem, readSentence, type ThresholdProblem } from './grammar.js';
import type { Metric } from './metric.js';

export interface ParsedThreshold extends Bound {
  readonly metric: Metric;
  readonly comparator: Comparator;
  /** In the one spelling; parseThreshold reads the same from it. */
  readonly that: string;
}

/** Reads a threshold, or says what is wrong with its text and where. Never throws. */
export function parseThreshold(text: string): ParsedThreshold | ThresholdProblem {
  const sentence = readSentence(text);
  if (isThresholdProblem(sentence)) return sentence;
  const metric = findMetric(sentence.metric);
  if (isThresholdProblem(metric)) return metric;
  const bound = readBound(metric, sentence.number, sentence.unit);
  if (isThresholdProblem(bound)) return bound;
  const { comparator } = sentence;
  return { ...bound, metric, comparator, that: `${metric.name} ${comparator} ${boundText(bound)}` };
}
