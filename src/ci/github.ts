import path from 'node:path';

/** A step of GitHub Actions, as its variables tell. */
export interface GitHubStep {
  /** The file that gets the Markdown of the job summary; null: this runner has none. */
  readonly summaryFile: string | null;
  /** What paths of annotations are relative to; null: not told. */
  readonly workspace: string | null;
}

/** null: this is not GitHub Actions. */
export function githubStep(variables: Readonly<Record<string, string | undefined>>): GitHubStep | null {
  if (variables['GITHUB_ACTIONS'] !== 'true') return null;
  return {
    summaryFile: nonEmpty(variables['GITHUB_STEP_SUMMARY']),
    workspace: nonEmpty(variables['GITHUB_WORKSPACE']),
  };
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** A file as it is told at a pull request: from the root of the repository, with slashes. null: it is not in there. */
export function inWorkspace(file: string, { workspace }: GitHubStep): string | null {
  if (workspace === null) return null;
  const relative = path.relative(workspace, file);
  const outside = relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative);
  return outside ? null : relative.split(path.sep).join('/');
}
