import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CI_SYSTEMS, type CiSystem } from './ci-systems.js';
import { isOurs, starterFiles } from './starter.js';

const ANSWERS = { url: null, destination: null, login: null, version: '1.2.3' };
const nothing = (): boolean => false;

function pipeline(ci: CiSystem): string {
  return starterFiles({ ...ANSWERS, ci }, nothing).at(-1)?.text ?? '';
}

describe('the files', () => {
  const paths = (ci: CiSystem | null, taken: readonly string[] = []): readonly string[] =>
    starterFiles({ ...ANSWERS, ci }, (file) => taken.includes(file)).map(({ path }) => path);

  it('are the scenario, and what the CI system looks for', () => {
    expect(paths(null)).toEqual(['perf/stompede.yaml']);
    expect(paths('github')).toEqual([
      'perf/stompede.yaml',
      '.github/actions/stompede/action.yml',
      '.github/workflows/stompede.yml',
    ]);
    expect(paths('gitlab')).toEqual(['perf/stompede.yaml', '.gitlab-ci.yml']);
    expect(paths('jenkins')).toEqual(['perf/stompede.yaml', 'Jenkinsfile']);
  });

  it('leave a GitLab pipeline of somebody else alone: they are included into it', () => {
    expect(paths('gitlab', ['.gitlab-ci.yml'])).toEqual(['perf/stompede.yaml', '.gitlab/stompede.yml']);
  });

  it('are known again', () => {
    for (const ci of CI_SYSTEMS) expect(isOurs(pipeline(ci))).toBe(true);
    expect(isOurs('stages: [build, test]\n')).toBe(false);
  });
});

it('has its threshold in the line that the README shows', () => {
  const [scenario] = starterFiles({ ...ANSWERS, ci: null }, nothing);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, line, that = ''] = /^perf\/stompede\.yaml:(\d+) +Missed: (.*)$/m.exec(readme) ?? [];
  expect(that).not.toBe('');
  expect(scenario?.text.split('\n')[Number(line) - 1]).toBe(`  - ${that}`);
});

describe('every pipeline', () => {
  it.for(CI_SYSTEMS)('of %s runs the version that wrote it, and compares with the baseline', (ci) => {
    const files = starterFiles({ ...ANSWERS, ci }, nothing).slice(1);
    const text = files.map((file) => file.text).join('\n');
    expect(pipeline(ci)).toContain('1.2.3');
    expect(pipeline(ci)).toContain('perf/baseline.json');
    expect(text).toMatch(/--report[ =]html,json,junit,markdown/);
    expect(text).not.toContain('undefined');
  });
});

describe('the workflow', () => {
  const workflow = parse(pipeline('github')) as {
    permissions: unknown;
    jobs: { gate: { steps: readonly { uses: string; if?: string; with?: Record<string, unknown> }[] } };
  };
  const steps = workflow.jobs.gate.steps;

  it('may read the repository, and nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('uses the action that is written beside it', () => {
    const uses = steps.map((step) => step.uses);
    expect(uses).toContain('./.github/actions/stompede');
    const [, action] = starterFiles({ ...ANSWERS, ci: 'github' }, nothing);
    const { inputs } = parse(action?.text ?? '') as { inputs: object };
    const given = steps.find((step) => step.uses.startsWith('./'))?.with ?? {};
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(given).toEqual({ scenario: 'perf/stompede.yaml', version: '1.2.3', repeat: 5 });
  });

  it('keeps the report whatever came of the run', () => {
    const upload = steps.find((step) => step.uses.startsWith('actions/upload-artifact'));
    expect(upload).toMatchObject({
      if: "always() && steps.stompede.outputs.report-folder != ''",
      with: { path: '${{ steps.stompede.outputs.report-folder }}' },
    });
  });
});

describe('the job of GitLab', () => {
  const { stompede } = parse(pipeline('gitlab')) as {
    stompede: { artifacts: Record<string, unknown>; script: readonly string[] };
  };

  it('keeps its reports whatever came of the run, JUnit where merge requests show it', () => {
    expect(stompede.artifacts).toMatchObject({
      when: 'always',
      expose_as: 'stompede report',
      paths: ['stompede-report/'],
      reports: { junit: 'stompede-report/junit.xml' },
    });
  });

  it('is made of lines of a shell', () => {
    expect(stompede.script.every((line) => typeof line === 'string')).toBe(true);
  });
});

describe('the pipeline of Jenkins', () => {
  it('reads the JUnit report and archives the others after every build', () => {
    const always = /post \{\s*always \{([\s\S]*?)\n {8}\}/.exec(pipeline('jenkins'))?.[1];
    expect(always).toContain("junit testResults: 'stompede-report/junit.xml', allowEmptyResults: true");
    expect(always).toContain("archiveArtifacts artifacts: 'stompede-report/**', allowEmptyArchive: true");
  });

  it('has its brackets in pairs', () => {
    const code = pipeline('jenkins').replaceAll(/\/\/.*$/gm, '');
    for (const pair of ['{}', '()', '[]']) {
      expect(code.split(pair[0]!).length, pair).toBe(code.split(pair[1]!).length);
    }
  });
});
