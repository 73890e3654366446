import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseResult } from '../report/parse.js';
import { passingRun } from '../report/testing/sample-result.js';
import { newFolder } from './testing/folder.js';
import { writeReports } from './write-reports.js';

const RESULT = passingRun();

describe('writeReports', () => {
  it('writes the reports that were asked for, and no other', () => {
    const folder = newFolder();
    expect(writeReports(RESULT, ['json'], (name) => path.join(folder, name))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['result.json']);
    expect(parseResult(readFileSync(path.join(folder, 'result.json'), 'utf8'), 'result.json')).toEqual(
      RESULT,
    );
  });

  it('writes the others when one can’t be written, and says which', () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'result.json'));
    const problems = writeReports(RESULT, ['json', 'html'], (name) => path.join(folder, name));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('result.json could not be written');
    expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('<html');
  });
});
