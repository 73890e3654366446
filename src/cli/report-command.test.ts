import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { renderJson } from '../report/json.js';
import { parseResult } from '../report/parse.js';
import { passingRun } from '../report/testing/sample-result.js';
import { INTERVALS_FILE, type IntervalLine, IntervalLog } from '../run/interval-log.js';
import { newFolder } from '../run/testing/folder.js';
import { HEADER, START_US, sampleSnapshots } from '../run/testing/intervals.js';
import { type Env, realEnv } from '../shared/env.js';
import { reportCommand } from './report-command.js';

const env: Env = { ...realEnv(), stdout: { write: () => true } };

async function logged(folder: string, lines: readonly IntervalLine[]): Promise<void> {
  const log = new IntervalLog(path.join(folder, INTERVALS_FILE));
  for (const line of lines) log.write(line);
  await log.close();
}

it('rebuilds again what was rebuilt while the run still went on', async () => {
  const folder = newFolder();
  const [first, ...rest] = sampleSnapshots().map((snapshot): IntervalLine => ({
    type: 'snapshot',
    snapshot,
  }));
  const begun: IntervalLine[] = [
    { type: 'header', header: HEADER },
    { type: 'mark', mark: 'start', atUs: START_US },
    first!,
  ];
  const reported = (): RunResult => {
    reportCommand(folder, {}, env);
    return JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as RunResult;
  };
  await logged(folder, begun);
  expect(reported()).toMatchObject({ outcome: 'aborted', connections: { attempted: 10 } });
  await logged(folder, [...begun, ...rest]);
  expect(reported()).toMatchObject({ outcome: 'aborted', connections: { attempted: 20, complete: 18 } });
  await logged(folder, [...begun, ...rest, { type: 'end', ended: 'completed' }]);
  expect(reported().outcome).toBe('completed');
});

it('writes the reports that a killed run was to write, and to other files those that it is asked for', async () => {
  const folder = newFolder();
  const lines: IntervalLine[] = [
    {
      type: 'header',
      header: { ...HEADER, plan: { ...HEADER.plan, report: ['junit', 'markdown'] } },
    },
    { type: 'mark', mark: 'start', atUs: START_US },
    ...sampleSnapshots().map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot })),
  ];
  await logged(folder, lines);
  reportCommand(folder, { markdown: path.join(folder, 'elsewhere.md') }, env);
  expect(readdirSync(folder).sort()).toEqual(
    ['elsewhere.md', INTERVALS_FILE, 'junit.xml', 'result.json'].sort(),
  );
});

describe('a result.json that was cut short', () => {
  const lines: IntervalLine[] = [
    { type: 'header', header: HEADER },
    { type: 'mark', mark: 'start', atUs: START_US },
    ...sampleSnapshots().map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot })),
    { type: 'end', ended: 'completed' },
  ];

  it.each([
    ['half of it', renderJson(passingRun()).slice(0, 5000)],
    ['nothing of it', ''],
  ])('is written again from the interval data: %s', async (_, half) => {
    const folder = newFolder();
    await logged(folder, lines);
    const file = path.join(folder, 'result.json');
    writeFileSync(file, half);
    reportCommand(folder, {}, env);
    expect(parseResult(readFileSync(file, 'utf8'), file)).toMatchObject({
      outcome: 'completed',
      run: { id: HEADER.runId },
    });
  });

  it('is told where there is no interval data', () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'result.json'), '{"schema": "stomp');
    expect(() => {
      reportCommand(folder, {}, env);
    }).toThrow(/it is not JSON/);
  });

  it('is not one of another version: that one stays, whatever is beside it', async () => {
    const folder = newFolder();
    await logged(folder, lines);
    const file = path.join(folder, 'result.json');
    writeFileSync(file, '{"schema": "stompede.result/9"}');
    expect(() => {
      reportCommand(folder, {}, env);
    }).toThrow(/stompede\.result\/9/);
    expect(readFileSync(file, 'utf8')).toBe('{"schema": "stompede.result/9"}');
  });
});

it('leaves the result that is there where another can’t be written', () => {
  const folder = newFolder();
  const file = path.join(folder, 'result.json');
  writeFileSync(file, renderJson(passingRun()));
  mkdirSync(`${file}.tmp`);
  expect(() => {
    reportCommand(folder, { json: file }, env);
  }).toThrow(`cannot write ${file}: EISDIR`);
  expect(parseResult(readFileSync(file, 'utf8'), file)).toEqual(passingRun());
});

it('writes what it can where something can’t be written, and says what that was', () => {
  const folder = newFolder();
  const source = path.join(folder, 'result.json');
  writeFileSync(source, renderJson(passingRun()));
  const missing = path.join(folder, 'nowhere', 'a.xml');
  const csv = path.join(folder, 'a.csv');
  expect(() => {
    reportCommand(source, { junit: missing, csv }, env);
  }).toThrow(`cannot write ${missing}: ENOENT`);
  expect(readFileSync(csv, 'utf8')).toContain('at_sec');
});

it('names the page that it has written, and none that it could not write', () => {
  const folder = newFolder();
  const source = path.join(folder, 'result.json');
  writeFileSync(source, renderJson(passingRun()));
  const toldOf = (html: string): string => {
    let said = '';
    const stdout = { write: (text: string) => ((said += text), true) };
    try {
      reportCommand(source, { html }, { ...env, stdout });
    } catch {
      // Told by the test above.
    }
    return said;
  };
  const page = path.join(folder, 'page.html');
  expect(toldOf(page)).toContain(page);
  expect(toldOf(path.join(folder, 'nowhere', 'page.html'))).not.toMatch(/nowhere|Reports/);
});

it.each([
  ['colours the summary on a terminal', true, {}, true],
  ['leaves it plain with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['takes an empty NO_COLOR for none', true, { NO_COLOR: '' }, true],
  ['leaves it plain where there is no terminal', false, {}, false],
] as const)('%s', (_, isTTY, variables, colored) => {
  const source = path.join(newFolder(), 'result.json');
  writeFileSync(source, renderJson(passingRun()));
  let said = '';
  const stdout = { isTTY, write: (text: string) => (said += text) };
  reportCommand(source, {}, { ...env, variables, stdout });
  expect(said.includes('\u001b[')).toBe(colored);
});
