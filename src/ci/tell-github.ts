import path from 'node:path';
import type { RunResult } from '../model/result.js';
import { renderMarkdown } from '../report/markdown.js';
import { messageOf } from '../shared/errors.js';
import { annotationsOf } from './annotations.js';
import { type GitHubStep, inWorkspace } from './github.js';
import { appendStepSummary } from './step-summary.js';
import { annotationLine } from './workflow-command.js';

export interface TellOptions {
  /** What files of the result are relative to. */
  readonly cwd: string;
  /** Gets the annotations: the runner reads commands from stdout and stderr alike. */
  readonly write: (text: string) => void;
}

/** Annotations, and the summary of the job. Returns what could not be done, a sentence each. */
export function tellGitHub(result: RunResult, step: GitHubStep, { cwd, write }: TellOptions): string[] {
  const lines = annotationsOf(result, (file) => inWorkspace(path.resolve(cwd, file), step)).map(
    annotationLine,
  );
  if (lines.length > 0) write(lines.join(''));
  if (step.summaryFile === null) return [];
  try {
    appendStepSummary(step.summaryFile, renderMarkdown(result));
    return [];
  } catch (error) {
    return [`the job summary could not be written: ${messageOf(error)}`];
  }
}
