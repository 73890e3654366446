import { randomBytes } from 'node:crypto';

/**
 * What GitHub shows beside the run, and at a line of a file in the changes of a pull request. Source: GitHub's "Workflow
 * commands for GitHub Actions"; the spelling is that of the runner's own reader (actions/runner, ActionCommand.cs).
 */
export interface Annotation {
  readonly level: 'error' | 'warning';
  /** One line. */
  readonly title: string;
  readonly message: string;
  readonly place: AnnotationPlace | null;
}

/** `file` relative to the workspace, with slashes; line and column from 1. */
export interface AnnotationPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** GitHub cuts titles at about that, and a message that nobody reads to its end only hides the next one. */
const MAX_TITLE_LENGTH = 200;
const MAX_MESSAGE_LENGTH = 4000;

/** One line with its line break. Whatever the texts are, they are no command and end none. */
export function annotationLine({ level, title, message, place }: Annotation): string {
  const properties = [
    ...(place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]),
    `title=${property(cut(title, MAX_TITLE_LENGTH))}`,
  ];
  return `::${level} ${properties.join(',')}::${data(visible(cut(message, MAX_MESSAGE_LENGTH)))}\n`;
}

/**
 * Text that may quote a target, as it may stand in a log that the runner reads commands from: between a
 * `stop-commands` and its token, which nobody can guess.
 */
export function inertText(text: string): string {
  const token = randomBytes(16).toString('hex');
  return `::stop-commands::${token}\n${text}${text.endsWith('\n') ? '' : '\n'}::${token}::\n`;
}

/**
 * The same for JSON, which has to stay JSON. Within it no line begins with a colon; what is left is the runner's older
 * spelling, `##[error]`, which it reads anywhere in a line. In JSON that can only stand in a text.
 */
export function inertJson(json: string): string {
  return json.replaceAll('##[', '#\\u0023[');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Logs are shown in colours: what would draw in them is taken out. */
function visible(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // The first half of a character is none.
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
