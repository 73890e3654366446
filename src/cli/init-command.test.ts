import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { scenarioTemplate, type ScenarioAnswers } from '../init/templates/scenario.js';
import type { RunPlan } from '../model/plan.js';
import { newFolder } from '../run/testing/folder.js';
import { loadScenario, scenarioFromFlags } from '../scenario/load.js';
import { type Env, realEnv } from '../shared/env.js';
import { initCommand, type InitCommandOptions } from './init-command.js';

let folder: string;
let output: string;

beforeEach(() => {
  folder = newFolder();
  output = '';
});

function init(options: InitCommandOptions = {}, into = '.'): void {
  const write = (text: string): boolean => {
    output += text;
    return true;
  };
  const env: Env = { ...realEnv(), cwd: folder, stdout: { write } };
  initCommand(into, options, env);
}

function written(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

function planOf(text: string, variables: Readonly<Record<string, string>> = {}): RunPlan {
  return loadScenario('perf/stompede.yaml', { cwd: '/', variables, set: [], readFile: () => text }).plan;
}

describe('the scenario', () => {
  it('runs as it is against the embedded broker, and asks for something', () => {
    init();
    const plan = planOf(written('perf/stompede.yaml'));
    expect(plan).toMatchObject({ target: { embedded: true }, stomp: { login: 'guest', passcode: 'guest' } });
    expect(plan.subscribe[0]?.destination).toBe(plan.publish[0]?.destination);
    expect(plan.thresholds.length).toBeGreaterThan(4);
  });

  it('has what the flags say, and takes the rest from the environment', () => {
    init({ url: 'wss://chat.example.com/ws', destination: '/topic/room.{{ run }}', login: 'load' });
    const text = written('perf/stompede.yaml');
    expect(planOf(text, { PASS: 'hunter22' })).toMatchObject({
      target: { urls: ['wss://chat.example.com/ws'] },
      stomp: { login: 'load', passcode: 'hunter22' },
      subscribe: [{ destination: '/topic/room.{{ run }}' }],
    });
    const elsewhere = planOf(text, { PASS: 'x', TARGET: 'ws://127.0.0.1:9/' });
    expect(elsewhere.target.urls).toEqual(['ws://127.0.0.1:9/']);
  });

  it('does without a passcode in it: one that is not set is a problem before anything is opened', () => {
    init({ login: 'load' });
    expect(() => planOf(written('perf/stompede.yaml'))).toThrow('the environment has no variable PASS');
  });

  it('means what it was told, however that is spelled', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '${PASS}',
        '$$',
        "'",
        '"',
        ': ',
        ' #',
        '}',
        '{{',
        '}}',
        '\\',
        '- ',
        '&a',
        '%',
        '~',
        'null',
      ),
    );
    const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const plain = (one: string): boolean => one !== '' && !/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(one);
    fc.assert(
      fc.property(text.filter(plain), text.filter(plain), text.filter(plain), (tail, destination, login) => {
        const answers: ScenarioAnswers = { url: `ws://example.com/${tail}`, destination, login };
        const flags = { url: answers.url ?? '', destination, login };
        const options = { cwd: '/', variables: {}, set: [], readFile: () => '' };
        let meant: RunPlan;
        try {
          meant = scenarioFromFlags(flags, options).plan;
        } catch {
          return;
        }
        const plan = planOf(scenarioTemplate(answers), { PASS: 'x' });
        expect(plan.target.urls).toEqual(meant.target.urls.map((url) => url.replaceAll('}', '%7D')));
        expect(plan.stomp.login).toBe(meant.stomp.login);
        expect(plan.subscribe[0]?.destination).toBe(meant.subscribe[0]?.destination);
        expect(plan.publish[0]?.destination).toBe(meant.publish[0]?.destination);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what can not be written', () => {
  it.for<[string, InitCommandOptions, RegExp]>([
    ['a URL with a password', { url: 'wss://me:hunter22@example.com/ws' }, /--url has a secret in it/],
    ['a URL with a token', { url: 'wss://example.com/ws?token=hunter22' }, /--url has a secret in it/],
    ['the URL of a web page', { url: 'https://example.com/ws' }, /wss:\/\/example\.com\/ws/],
    ['an empty login', { login: '' }, /--login is empty/],
    ['a line break', { destination: '/topic/a\npasscode: x' }, /--destination has a control character/],
    ['a template of nothing', { destination: '/topic/{{ nobody }}' }, /nobody/],
  ])('%s is told, and nothing is written', ([, options, problem]) => {
    expect(() => {
      init(options);
    }).toThrow(problem);
    expect(existsSync(path.join(folder, 'perf'))).toBe(false);
    expect(output).not.toContain('hunter22');
  });

  it('a folder that is a file is told', () => {
    writeFileSync(path.join(folder, 'notes'), '');
    expect(() => {
      init({}, 'notes');
    }).toThrow(/cannot write .*notes/);
  });
});

describe('what is there', () => {
  beforeEach(() => {
    mkdirSync(path.join(folder, 'perf'));
    writeFileSync(path.join(folder, 'perf/stompede.yaml'), 'target: embedded\n');
  });

  it('is kept, and the rest is written', () => {
    init({ ci: 'jenkins' });
    expect(written('perf/stompede.yaml')).toBe('target: embedded\n');
    expect(written('Jenkinsfile')).toContain('stage(');
    expect(output).toMatch(/^kept +perf\/stompede\.yaml .*--force/m);
    expect(output).toMatch(/^written +Jenkinsfile /m);
  });

  it('is overwritten when that is asked for', () => {
    init({ force: true });
    expect(written('perf/stompede.yaml')).toContain('thresholds:');
    expect(output).toMatch(/^overwritten +perf\/stompede\.yaml /m);
  });

  it('is never a whole pipeline of GitLab that is replaced, not even when that is asked for', () => {
    writeFileSync(path.join(folder, '.gitlab-ci.yml'), 'stages: [test]\n');
    init({ ci: 'gitlab', force: true });
    expect(written('.gitlab-ci.yml')).toBe('stages: [test]\n');
    expect(written('.gitlab/stompede.yml')).toContain('junit: stompede-report/junit.xml');
    expect(output).toContain('    - local: .gitlab/stompede.yml');
  });

  it('is renewed where it is a GitLab pipeline of ours', () => {
    init({ ci: 'gitlab' });
    init({ ci: 'gitlab', force: true });
    expect(output).toMatch(/^overwritten +\.gitlab-ci\.yml /m);
    expect(existsSync(path.join(folder, '.gitlab'))).toBe(false);
  });
});

it('writes into the folder that is named, made if need be, and says what to do next', () => {
  init({ ci: 'github' }, 'services/chat');
  expect(existsSync(path.join(folder, 'services/chat/.github/workflows/stompede.yml'))).toBe(true);
  expect(output).toContain('cd services/chat');
  expect(output).toMatch(/npx stompede@\S+ run perf\/stompede\.yaml/);
  expect(output).toMatch(/baseline update perf\/baseline\.json reports\/latest/);
});
