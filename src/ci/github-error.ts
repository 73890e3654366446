import path from 'node:path';
import { type GitHubStep, inWorkspace } from './github.js';
import { type AnnotationPlace, annotationLine, inertText } from './workflow-command.js';

/** An error that ended a command, on GitHub Actions: as text of the log, which commands nothing, and as an annotation. */
export function errorOnGitHub(message: string, step: GitHubStep, cwd: string): string {
  const place = placeIn(message, step, cwd);
  return (
    inertText(`stompede: ${message}\n`) +
    annotationLine({ level: 'error', title: 'stompede', message, place })
  );
}

/** Problems of a scenario begin with their place: `perf/chat.yaml:12:7: `. */
function placeIn(message: string, step: GitHubStep, cwd: string): AnnotationPlace | null {
  const found = /^([^\n]+?):(\d+):(\d+): /.exec(message);
  if (found === null) return null;
  const [, name = '', line = '', column = ''] = found;
  const file = inWorkspace(path.resolve(cwd, name), step);
  return file === null ? null : { file, line: Number(line), column: Number(column) };
}
