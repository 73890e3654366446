import type { RunResult } from '../model/result.js';
import { markdownCode, markdownTable } from './markdown-text.js';

const MOST_ROWS = 40;
const LONGEST = 120;

/** Each run of several, in their order; nothing where there was one. */
export function runsMarkdown({ repeats }: RunResult): readonly string[] {
  if (repeats === null || repeats.length === 0) return [];
  const left = repeats.length - MOST_ROWS;
  return [
    '### Runs',
    markdownTable(
      [
        ['run', 'left'],
        ['of', 'left'],
        ['exit code', 'right'],
        ['generator', 'left'],
        ['', 'left'],
      ],
      repeats
        .slice(0, MOST_ROWS)
        .map(({ folder, of, exitCode, generator, leftOut }) => [
          markdownCode(folder, LONGEST),
          of,
          String(exitCode),
          generator,
          leftOut ? 'left out' : '',
        ]),
    ),
    ...(left <= 0 ? [] : [`And ${left} more.`]),
  ];
}
