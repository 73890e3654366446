import { actionFile } from './action-file.js';
import type { CiSystem } from './ci-systems.js';
import { ACTION_FOLDER, SCENARIO_FILE } from './layout.js';
import { githubTemplate } from './templates/github.js';
import { gitlabTemplate } from './templates/gitlab.js';
import { jenkinsTemplate } from './templates/jenkins.js';
import { type ScenarioAnswers, scenarioTemplate } from './templates/scenario.js';

export interface StarterAnswers extends ScenarioAnswers {
  /** null: no pipeline. */
  readonly ci: CiSystem | null;
  /** The version of stompede that the pipeline runs. */
  readonly version: string;
}

export interface StarterFile {
  /** Relative to the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it is, a few words. */
  readonly purpose: string;
}

/** Whether a file is one of these, perhaps of another version, perhaps changed since. */
export function isOurs(text: string): boolean {
  return text.split('\n', 3).some((line) => line.includes('Written by `stompede init'));
}

export const GITLAB_FILE = '.gitlab-ci.yml';
export const GITLAB_INCLUDE = '.gitlab/stompede.yml';

/** Everything that is to be written. `isTaken` says of a path whether there is a file that somebody else has written. */
export function starterFiles(
  { ci, version, ...answers }: StarterAnswers,
  isTaken: (path: string) => boolean,
): readonly StarterFile[] {
  const scenario = { path: SCENARIO_FILE, text: scenarioTemplate(answers), purpose: 'the scenario' };
  return [scenario, ...(ci === null ? [] : pipelineFiles(ci, version, isTaken))];
}

function pipelineFiles(
  ci: CiSystem,
  version: string,
  isTaken: (path: string) => boolean,
): readonly StarterFile[] {
  switch (ci) {
    case 'github':
      return [
        { path: `${ACTION_FOLDER}/action.yml`, text: actionFile(), purpose: 'the steps of the gate' },
        { path: '.github/workflows/stompede.yml', text: githubTemplate(version), purpose: 'the workflow' },
      ];
    case 'gitlab': {
      // A whole pipeline of somebody else's is never ours to replace: a job can be included into it.
      const path = isTaken(GITLAB_FILE) ? GITLAB_INCLUDE : GITLAB_FILE;
      return [{ path, text: gitlabTemplate(version), purpose: 'the job' }];
    }
    case 'jenkins':
      return [{ path: 'Jenkinsfile', text: jenkinsTemplate(version), purpose: 'the pipeline' }];
  }
}
